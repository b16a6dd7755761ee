/**
 * Wakes this process when another one has written. NOTIFY comes with the commit of each write; the head is looked at every second as well, and after each
 * reconnection, so that a notification that is lost delays a change but hides none. The same connection tells whether the database is there, and its time.
 */
import type pg from 'pg'
import { explainPostgresError, NoAnswerError } from './postgres-error.js'
import { loadPg } from './postgres-library.js'
import { destroy } from './postgres-session.js'
import { StoreUnavailableError } from './store.js'

export const CHANNEL = 'meshkeeper_change'

const CHECK_MILLIS = 1000
const ANSWER_MILLIS = 5000
const FIRST_PAUSE_MILLIS = 100
/** Until it is connected again nothing is written: it comes back soon after the database does. */
const LONGEST_PAUSE_MILLIS = 1000

const HEAD = `select revision, (extract(epoch from clock_timestamp()) * 1000)::float8 as now from head where id = 1`

export interface PostgresEvents {
  /** The database is away, and has just gone; what follows it keeps trying. */
  readonly onAway?: (error: StoreUnavailableError) => void
  /** It is there again. */
  readonly onBack?: () => void
}

interface Follower {
  /** Notifications of this origin are its own. */
  readonly origin: string
  readonly hint: () => void
}

export class ChangeListener {
  readonly #config: pg.ClientConfig
  readonly #events: PostgresEvents
  readonly #followers = new Set<Follower>()
  readonly #stopping = new AbortController()
  #client: pg.Client | undefined
  #running: Promise<void> | undefined
  #away: StoreUnavailableError | undefined
  /** Newest revision that was looked at; -1 before the first time. */
  #seen = -1
  /** From the monotonic clock of this process to the clock of the database, in milliseconds. */
  #offset = performance.timeOrigin

  constructor(config: pg.ClientConfig, events: PostgresEvents) {
    this.#config = { ...config, application_name: `${config.application_name ?? ''} (follows)` }
    this.#events = events
  }

  /** Connects and stays connected. Throws StoreUnavailableError when it cannot connect now. */
  async start(): Promise<void> {
    try {
      const client = await this.#connect()
      this.#running = this.#run(client)
    } catch (error) {
      throw explainPostgresError(error) ?? error
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    if (this.#client) destroy(this.#client)
    await this.#running
  }

  /** Calls `hint` when a write of another origin may have been committed. Returns the way to stop it. */
  follow(origin: string, hint: () => void): () => void {
    const follower = { origin, hint }
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** Why the database is away; undefined while it is there. */
  get away(): StoreUnavailableError | undefined {
    return this.#away
  }

  /** The clock of the database, in milliseconds since the epoch, as of the last look at it. */
  now(): number {
    return Math.floor(performance.now() + this.#offset)
  }

  async #run(first: pg.Client): Promise<void> {
    let client: pg.Client | undefined = first
    let pause = FIRST_PAUSE_MILLIS
    while (!this.#stopping.signal.aborted) {
      try {
        client ??= await this.#connect()
        this.#setBack()
        pause = FIRST_PAUSE_MILLIS
        await this.#watch(client)
      } catch (error) {
        // A connection that was cut is not yet a database that is away: only one that cannot be had again is.
        if (!client) this.#setAway(error)
      }
      client = undefined
      await this.#rest(pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS)
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new (loadPg().Client)(this.#config)
    this.#client = client
    client.on('error', () => undefined)
    client.on('notification', ({ payload = '' }) => this.#heard(payload))
    try {
      await client.connect()
      await this.#ask(client, `listen ${CHANNEL}`)
      // After LISTEN: what is committed from here on is told, what was before is seen.
      await this.#look(client)
      return client
    } catch (error) {
      destroy(client)
      throw error
    }
  }

  /** Looks at the head again and again; rejects when the connection is lost. */
  async #watch(client: pg.Client): Promise<void> {
    try {
      for (;;) {
        await this.#rest(CHECK_MILLIS, client)
        if (this.#stopping.signal.aborted) return
        await this.#look(client)
      }
    } finally {
      destroy(client)
    }
  }

  async #look(client: pg.Client): Promise<void> {
    const asked = performance.now()
    const { rows } = await this.#ask<{ revision: number; now: number }>(client, HEAD)
    const [head] = rows
    if (!head) return
    this.#offset = head.now - (asked + performance.now()) / 2
    const isNew = this.#seen !== -1 && head.revision !== this.#seen
    this.#seen = head.revision
    if (isNew) for (const { hint } of this.#followers) hint()
  }

  #heard(payload: string): void {
    const [origin, revision] = payload.split(' ')
    for (const follower of this.#followers) {
      if (follower.origin === origin) continue
      // What this one heard need not be looked at again; what it wrote itself is, in case it does not know that it did.
      this.#seen = Math.max(this.#seen, Number(revision) || 0)
      follower.hint()
    }
  }

  async #ask<R extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<pg.QueryResult<R>> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NoAnswerError(`no answer within ${ANSWER_MILLIS} ms`)), ANSWER_MILLIS)
    })
    try {
      return await Promise.race([client.query<R>(text), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Waits about `millis`, so that many processes do not come at once; shorter when stopped or when the connection of `client` ends. */
  #rest(millis: number, client?: pg.Client): Promise<void> {
    const { signal } = this.#stopping
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        client?.off('end', done)
        resolve()
      }
      const timer = setTimeout(done, millis * (0.75 + Math.random() / 2))
      signal.addEventListener('abort', done)
      client?.once('end', done)
      if (signal.aborted) done()
    })
  }

  #setAway(error: unknown): void {
    const explained = explainPostgresError(error)
    const reason = explained ?? new StoreUnavailableError('the store cannot be followed', { cause: error })
    if (!this.#away && !this.#stopping.signal.aborted) this.#events.onAway?.(reason)
    this.#away = reason
  }

  #setBack(): void {
    if (this.#away) this.#events.onBack?.()
    this.#away = undefined
  }
}
