/**
 * The Envoys of all replicas that share a store. Each replica posts its own, what has changed in one batch a second, and reads those of the others when
 * somebody asks. What a replica has posted is forgotten some seconds after it has gone.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReplicaBoard, ReplicaEntries } from '../store/replica-board.js'
import { SYSTEM_CLOCK, type Clock } from '../xds/clock.js'
import type { StreamEvents } from '../xds/stream-events.js'
import type { StreamView } from '../xds/stream-view.js'
import type { Logger } from './logger.js'
import type { KnownProxy } from './proxy-registry.js'
import { formatEntry, parseEntry, withoutCurrentRevision } from './replica-entry.js'

export interface ReplicasOptions {
  readonly board: ReplicaBoard
  /** Of this process: another one after each start. */
  readonly id: string
  /** Of this process, for people. */
  readonly name: string
  readonly appliedRevision: () => number
  readonly logger: Logger
  readonly clock?: Clock
  /** Milliseconds since the epoch. */
  readonly time?: () => number
  /** Milliseconds between posts. */
  readonly periodMillis?: number
  /** How long a replica that no longer posts is taken to be alive. Milliseconds. */
  readonly ttlMillis?: number
}

/** What the others have, and whether that could be asked. */
export interface Elsewhere {
  readonly proxies: readonly KnownProxy[]
  /** Why the others are not known. */
  readonly problem?: string
}

export interface Local {
  readonly streams: Iterable<StreamView>
  /** Undefined for a stream that has not said who it is. */
  describe(stream: StreamView): KnownProxy | undefined
}

const PERIOD_MILLIS = 1000
const TTL_MILLIS = 10_000
/** Not everything that changes a status is an event of its stream: after so many posts everything is looked at. */
const POSTS_TO_FULL = 10
/** Answers that are asked for within this time share one look at the board. */
const FRESH_MILLIS = 500
const SLICE_MILLIS = 10

export class Replicas {
  readonly #options: ReplicasOptions
  readonly #clock: Clock
  readonly #time: () => number
  /** Streams with an event since the last post. */
  readonly #touched = new Set<StreamView>()
  /** By stream: what was posted, without its times. */
  readonly #posted = new Map<number, string>()
  #posts = 0
  #local: Local | undefined
  #cancel: (() => void) | undefined
  #posting: Promise<void> = Promise.resolve()
  #failed = false
  #looked: { readonly at: number; readonly answer: Promise<Elsewhere> } | undefined

  constructor(options: ReplicasOptions) {
    this.#options = options
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#time = options.time ?? Date.now
  }

  get name(): string {
    return this.#options.name
  }

  /** Marks the streams whose status may have changed. */
  readonly events: StreamEvents = {
    onClose: (stream) => this.#touched.add(stream),
    onPush: (stream) => this.#touched.add(stream),
    onAck: (stream) => this.#touched.add(stream),
    onNack: (stream) => this.#touched.add(stream),
    onSettled: (stream) => this.#touched.add(stream),
  }

  /** Begins to post. */
  start(local: Local): void {
    this.#local = local
    this.#schedule()
  }

  /** Ends posting, and takes this replica off the board when the store lets it. */
  async stop(): Promise<void> {
    this.#cancel?.()
    const wasPosting = this.#local !== undefined
    this.#local = undefined
    await this.#posting
    if (wasPosting) await this.#options.board.leave(this.#options.id).catch(() => undefined)
  }

  /** The Envoys of the other replicas that are alive. */
  elsewhere(): Promise<Elsewhere> {
    const now = this.#clock.now()
    if (!this.#looked || now - this.#looked.at > FRESH_MILLIS) this.#looked = { at: now, answer: this.#look() }
    return this.#looked.answer
  }

  async #look(): Promise<Elsewhere> {
    try {
      const replicas = await this.#options.board.read()
      const others = replicas.filter(({ replica }) => replica !== this.#options.id)
      return { proxies: others.flatMap((replica) => this.#parse(replica)) }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { proxies: [], problem: `the Envoys of other replicas are not known: ${reason}` }
    }
  }

  #parse({ name, appliedRevision, entries }: ReplicaEntries): KnownProxy[] {
    const now = this.#time()
    return entries.map(({ text }) => parseEntry(text, name, appliedRevision, now))
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(this.#options.periodMillis ?? PERIOD_MILLIS, () => {
      this.#posting = this.#post().then(() => {
        if (this.#local) this.#schedule()
      })
    })
  }

  async #post(): Promise<void> {
    const { board, id, name, appliedRevision, ttlMillis = TTL_MILLIS, logger } = this.#options
    const local = this.#local
    if (!local) return
    const complete = this.#posts === 0
    if (complete) this.#posted.clear()
    try {
      const news = await this.#collect(local, this.#posts % POSTS_TO_FULL === 0)
      const known = await board.post({
        replica: id,
        name,
        appliedRevision: appliedRevision(),
        ttlMillis,
        complete,
        ...news,
      })
      // Swept while this process hung: what was posted before is gone.
      this.#posts = known || complete ? this.#posts + 1 : 0
      if (this.#failed) logger.info({}, 'the other replicas know our Envoys again')
      this.#failed = false
    } catch (error) {
      this.#posts = 0
      if (!this.#failed) logger.warn({ err: error }, 'cannot tell the other replicas which Envoys are connected')
      this.#failed = true
    }
  }

  /** Works in slices: a fleet is large. */
  async #collect(local: Local, full: boolean): Promise<{ changed: Map<number, string>; gone: number[] }> {
    const open = new Set(local.streams)
    const candidates = full ? open : [...this.#touched].filter((stream) => open.has(stream))
    this.#touched.clear()
    const changed = new Map<number, string>()
    let sliceEnd = performance.now() + SLICE_MILLIS
    for (const stream of candidates) {
      if (performance.now() > sliceEnd) {
        await nextTurn()
        sliceEnd = performance.now() + SLICE_MILLIS
      }
      const proxy = local.describe(stream)
      if (!proxy) continue
      const status = withoutCurrentRevision(proxy.status, this.#options.appliedRevision())
      const withoutTimes = JSON.stringify(status, (key, value: unknown) => (key.endsWith('Millis') ? undefined : value))
      if (this.#posted.get(stream.id) === withoutTimes) continue
      this.#posted.set(stream.id, withoutTimes)
      changed.set(stream.id, formatEntry({ ...proxy, status }, this.#time()))
    }
    const ids = new Set([...open].map(({ id }) => id))
    const gone = [...this.#posted.keys()].filter((id) => !ids.has(id))
    for (const id of gone) this.#posted.delete(id)
    return { changed, gone }
  }
}
