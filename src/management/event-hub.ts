/**
 * Tells those who listen what has changed: revisions of the store (whichever replica wrote them), what is applied, and Envoys. It looks only while
 * somebody listens, and what it tells is little and bounded: what there is now is for the listeners to ask.
 */
import type { ProxyStatus } from '../control/proxy-registry.js'
import { parseNodeId } from '../model/node-id.js'
import { isMeshRef, type LogRef, type Touch } from '../store/log.js'
import type { ReadTransaction, Store } from '../store/store.js'
import type { Clock } from '../xds/clock.js'
import type { StreamEvents } from '../xds/stream-events.js'
import type { StreamView } from '../xds/stream-view.js'
import type { Logger } from '../http/logger.js'
import { Pace } from './pace.js'

/** Something changed; `all` where it is too much to list, or not known what. */
export interface HubEvent {
  /** The newest revision, and what was touched on the way to it. */
  readonly revision?: { readonly revision: number; readonly refs: readonly LogRef[] | 'all' }
  readonly appliedRevision?: number
  readonly proxies?: readonly TouchedProxy[] | 'all'
}

/** An Envoy whose state may have changed. */
export interface TouchedProxy {
  readonly id: number
  /** Absent when its node id says nothing of one. */
  readonly mesh?: string
}

export interface EventHubOptions {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly appliedRevision: () => number
  /** The Envoys of other replicas; absent where there are none. */
  readonly elsewhere?: (() => Promise<readonly ProxyStatus[]>) | undefined
}

/** Somebody who listens. */
export interface EventListener {
  /** Must not throw, nor wait. */
  tell(event: HubEvent): void
  heartbeat(): void
  /** There is nothing more to come. */
  end(): void
}

/** Resources of one event. */
const MOST_REFS = 200
/** Envoys of one event. */
const MOST_PROXIES = 200
const REVISIONS_EVERY_MILLIS = 100
const PROXIES_EVERY_MILLIS = 250
const HEARTBEAT_MILLIS = 15_000
/** In case a hint was missed. */
const POLL_MILLIS = 5000
const ELSEWHERE_MILLIS = 2000

export class EventHub {
  readonly #options: EventHubOptions
  readonly #listeners = new Set<EventListener>()
  readonly #revisions: Pace
  readonly #proxies: Pace
  readonly #touched = new Map<number, TouchedProxy>()
  /** By replica and id: what the Envoys of other replicas were last seen with. */
  #elsewhere: ReadonlyMap<string, string> | undefined
  readonly #timers = new Set<() => void>()
  #stopFollowing: (() => void) | undefined
  /** The revision up to which the listeners know. */
  #revision = 0
  #coming = 0
  #closed = false

  constructor(options: EventHubOptions) {
    this.#options = options
    const { clock } = options
    this.#revisions = new Pace(clock, REVISIONS_EVERY_MILLIS, () => this.#readLog())
    this.#proxies = new Pace(clock, PROXIES_EVERY_MILLIS, () => this.#tellProxies())
  }

  /** Those that are on their way included. */
  get listenerCount(): number {
    return this.#listeners.size + this.#coming
  }

  /** To be told by the control plane. */
  onApplied(appliedRevision: number): void {
    this.#tell({ appliedRevision })
  }

  /** To be told by the xDS engine. */
  readonly streamEvents: StreamEvents = {
    onClose: (stream) => this.#touch(stream),
    onPush: (stream) => this.#touch(stream),
    onAck: (stream) => this.#touch(stream),
    onNack: (stream) => this.#touch(stream),
    onSettled: (stream) => this.#touch(stream),
  }

  /**
   * Tells `listener` where things stand, what was touched after `since` if that is given, and then whatever happens. Rejects when the store cannot be
   * read. Returns the way to stop.
   */
  async listen(listener: EventListener, since?: number): Promise<() => void> {
    if (this.#closed) throw new Error('the server is stopping')
    this.#coming++
    try {
      await this.#bringUp(listener, since)
    } finally {
      this.#coming--
    }
    return () => this.#remove(listener)
  }

  async #bringUp(listener: EventListener, since: number | undefined): Promise<void> {
    let from = since
    for (;;) {
      const known = this.#revision
      const { head, refs } = await this.#options.store.read((tx) => catchUp(tx, from))
      listener.tell({ revision: { revision: head, refs } })
      from = head
      // A store that was put back to an earlier time while nobody listened has no more to tell.
      if (this.#listeners.size === 0) this.#revision = head
      // What was told to the others while this was read must not be missed; what they know of a store that was put back will not come again.
      if (head >= this.#revision || head < known) break
    }
    listener.tell({ appliedRevision: this.#options.appliedRevision() })
    this.#add(listener)
  }

  /** Ends every stream of events, and takes no more. */
  close(): void {
    this.#closed = true
    for (const listener of [...this.#listeners]) {
      this.#remove(listener)
      listener.end()
    }
  }

  #add(listener: EventListener): void {
    if (this.#closed) return listener.end()
    this.#listeners.add(listener)
    if (this.#listeners.size > 1) return
    const { store, elsewhere } = this.#options
    this.#stopFollowing = store.onChange(() => this.#revisions.ask())
    this.#repeat(POLL_MILLIS, () => this.#revisions.ask())
    this.#repeat(HEARTBEAT_MILLIS, () => this.#listeners.forEach((each) => each.heartbeat()))
    if (elsewhere) this.#repeat(ELSEWHERE_MILLIS, () => void this.#lookElsewhere(elsewhere))
    this.#revisions.ask()
  }

  #remove(listener: EventListener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return
    this.#stopFollowing?.()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#touched.clear()
    this.#elsewhere = undefined
  }

  #tell(event: HubEvent): void {
    for (const listener of this.#listeners) listener.tell(event)
  }

  #repeat(millis: number, work: () => void): void {
    const cancel = this.#options.clock.after(millis, () => {
      this.#timers.delete(cancel)
      work()
      if (this.#listeners.size > 0) this.#repeat(millis, work)
    })
    this.#timers.add(cancel)
  }

  async #readLog(): Promise<void> {
    if (this.#listeners.size === 0) return
    try {
      const { head, refs } = await this.#options.store.read((tx) => catchUp(tx, this.#revision))
      if (head === this.#revision) return
      this.#revision = head
      this.#tell({ revision: { revision: head, refs } })
    } catch (error) {
      this.#options.logger.debug({ err: error }, 'the log cannot be read for those who listen to events')
    }
  }

  #touch({ id, node }: StreamView): void {
    if (this.#listeners.size === 0 || !node) return
    this.#touched.set(id, { id, ...meshOf(node.id) })
    this.#proxies.ask()
  }

  #tellProxies(): Promise<void> {
    const touched = [...this.#touched.values()]
    this.#touched.clear()
    if (touched.length > 0) this.#tell({ proxies: touched.length > MOST_PROXIES ? 'all' : touched })
    return Promise.resolve()
  }

  async #lookElsewhere(elsewhere: () => Promise<readonly ProxyStatus[]>): Promise<void> {
    const proxies = await elsewhere().catch(() => [])
    const before = this.#elsewhere
    this.#elsewhere = new Map(proxies.map((status) => [`${status.replica ?? ''} ${status.id}`, describe(status)]))
    if (!before || this.#listeners.size === 0) return
    const changed = proxies.filter(({ replica, id }) => {
      const key = `${replica ?? ''} ${id}`
      return before.get(key) !== this.#elsewhere?.get(key)
    })
    const gone = [...before.keys()].some((key) => !this.#elsewhere?.has(key))
    if (gone || changed.length > MOST_PROXIES) this.#tell({ proxies: 'all' })
    else if (changed.length > 0)
      this.#tell({ proxies: changed.map(({ id, resource }) => ({ id, ...(resource && { mesh: resource.meshName }) })) })
  }
}

/** Where the log is, and what was touched after `since`. Without `since`: nothing. */
async function catchUp(
  tx: ReadTransaction,
  since: number | undefined,
): Promise<{ head: number; refs: readonly LogRef[] | 'all' }> {
  const head = await tx.head()
  if (since === undefined || since === head) return { head, refs: [] }
  // A store that was restored from a backup is behind; one that has forgotten its beginning cannot tell.
  if (since > head || since < ((await tx.oldestRevision()) ?? Infinity) - 1) return { head, refs: 'all' }
  const touches = await tx.touches(since, MOST_REFS + 1)
  return { head, refs: touches.length > MOST_REFS ? 'all' : distinct(touches) }
}

function distinct(touches: readonly Touch[]): LogRef[] {
  return [...new Map(touches.map(({ ref }) => [keyOf(ref), ref])).values()]
}

function keyOf(ref: LogRef): string {
  const owner = isMeshRef(ref) ? [ref.meshOwner, ref.meshName] : []
  return JSON.stringify([ref.kind, ...owner, ref.parentName, ref.name])
}

function meshOf(nodeId: string): { mesh?: string } {
  const id = parseNodeId(nodeId)
  return 'problem' in id ? {} : { mesh: id.meshName }
}

/** What of an Envoy's status changes by itself, its ages, is left out. */
function describe({ state, revision, types, problems }: ProxyStatus): string {
  const versions = types.map(({ typeUrl, state: of, sentVersion, ackedVersion, nackedVersion, resourceCount }) =>
    [typeUrl, of, sentVersion, ackedVersion, nackedVersion, resourceCount].join(' '),
  )
  return [state, revision, problems.length, ...versions].join('\n')
}
