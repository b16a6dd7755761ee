/** The store over SQL: transactions, revisions and hints. The statements are in sql-read.ts and sql-write.ts, the database behind a SqlDriver. */
import type { Transaction } from 'kysely'
import { awaitOutcome } from './commit-outcome.js'
import { MIGRATIONS } from './migrations.js'
import { Mutex } from './mutex.js'
import type { ReplicaBoard } from './replica-board.js'
import { SqlReplicaBoard } from './sql-replica-board.js'
import type { Schema } from './schema.js'
import type { CloudMapChange, CloudMapImage } from './cloud-map-store.js'
import { CommitUnknownError, type SqlDriver } from './sql-driver.js'
import { selectAll, selectChanges, selectHead, selectStart, SqlReadTransaction } from './sql-read.js'
import { selectCloudMap, selectCloudMapChanges } from './sql-cloud-map-read.js'
import { demandLogAfter, trimLog } from './sql-log.js'
import { SqlWriteTransaction, writeInVain } from './sql-write.js'
import {
  StoreUnavailableError,
  type Author,
  type Change,
  type ReadTransaction,
  type Store,
  type StoreImage,
  type Written,
  type WriteTransaction,
} from './store.js'

export interface SqlStoreOptions {
  /** Milliseconds since the epoch, instead of the clock of the database; for tests. */
  readonly now?: () => number
  /** Told of every write that ended: how long it took from the lock to the commit, in seconds, and whether it was committed. */
  readonly onWrite?: (seconds: number, committed: boolean) => void
}

const JUST_NOW_MS = 1000

/** How long a write waits for those before it. More than any of them may take by itself: whoever waits longer waits for a database that is away. */
const QUEUE_MS = 15_000

/** Rows of the log that are removed at once: writers must not wait long for it. */
const TRIMMED = 500

/** A write that is done but for its commit. */
interface Attempt<T> {
  readonly written: Written<T>
  readonly head: number
  readonly writeId: string
}

export class SqlStore implements Store {
  readonly #driver: SqlDriver
  readonly #now: (() => number) | undefined
  readonly #onWrite: NonNullable<SqlStoreOptions['onWrite']>
  /** Waiting here rather than for the database keeps writers in order and leaves the connections to readers. */
  readonly #writers = new Mutex()
  readonly #listeners = new Set<() => void>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #stopForeign: (() => void) | undefined
  #closing: Promise<void> | undefined
  #hinted = false
  /** By the clock of this process. Milliseconds since the epoch. */
  #committedAt = -Infinity
  /** The database did not let the last write through: it may be readable all the same. */
  #refusing = false
  /** The last thing that was asked for found the database away. */
  #unanswered = false

  readonly board?: ReplicaBoard

  /** `driver` must be migrated. The store closes it. */
  constructor(driver: SqlDriver, options: SqlStoreOptions = {}) {
    this.#driver = driver
    this.#now = options.now
    this.#onWrite = options.onWrite ?? (() => undefined)
    if (driver.sharedClock) this.board = new SqlReplicaBoard(driver, driver.sharedClock, (work) => this.#track(work))
    this.#stopForeign = driver.onForeignChange?.(() => this.#hint())
  }

  write<T>(author: Author, work: (tx: WriteTransaction) => Promise<T>): Promise<Written<T>> {
    return this.#track(() => this.#inTurn(() => this.#write(author, work)))
  }

  /** Runs `work` after the writers before it; not at all when that takes too long, or the database has gone meanwhile. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const asked = performance.now()
    return this.#writers.run(() => {
      this.#demandThere()
      if (performance.now() - asked < QUEUE_MS) return work()
      throw new StoreUnavailableError('the store is not available: too many writes wait for it')
    })
  }

  /** Once it is known that the database is away, nobody waits for it any more. */
  #demandThere(): void {
    const away = this.#unanswered ? this.#driver.away?.() : undefined
    if (away) throw away
  }

  async #write<T>(author: Author, work: (tx: WriteTransaction) => Promise<T>): Promise<Written<T>> {
    const started = performance.now()
    let committed = false
    try {
      const { written, head } = await this.#commit(author, work)
      committed = true
      this.#refusing = false
      this.#committedAt = this.#localNow()
      if (written.revision > head) this.#hint()
      return written
    } catch (error) {
      this.#refusing ||= this.#driver.explain(error) !== undefined
      throw error
    } finally {
      this.#onWrite((performance.now() - started) / 1000, committed)
    }
  }

  async #commit<T>(author: Author, work: (tx: WriteTransaction) => Promise<T>): Promise<Attempt<T>> {
    let attempt: Attempt<T> | undefined
    try {
      return await this.#driver.db.transaction().execute(async (trx) => {
        const { head, now } = await this.#startWriting(trx)
        const tx = new SqlWriteTransaction(trx, now, head + 1)
        const result = await work(tx)
        const revision = await tx.finish(author)
        if (revision > head) await this.#driver.announce?.(trx, revision)
        attempt = { written: { result, revision }, head, writeId: tx.writeId }
        return attempt
      })
    } catch (error) {
      if (!(error instanceof CommitUnknownError) || !attempt) throw error
      const { written, head, writeId } = attempt
      // Work that changed nothing left no trace to look for; it may be asked for again.
      if (written.revision === head) throw error
      if (await awaitOutcome(this.#driver, written.revision, writeId, error)) return attempt
      throw new StoreUnavailableError('the store went away before the write was committed', { cause: error })
    }
  }

  async #startWriting(trx: Transaction<Schema>): Promise<{ head: number; now: number }> {
    const clock = await this.#driver.lock(trx)
    const { head, oldestReader } = await selectStart(trx)
    if (oldestReader > MIGRATIONS.length)
      throw new StoreUnavailableError('a newer meshkeeper has changed the store: this one may read it, but not write')
    return { head, now: this.#now?.() ?? clock ?? Date.now() }
  }

  #localNow(): number {
    return this.#now?.() ?? Date.now()
  }

  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    return this.#select((trx) => {
      const now = this.#now?.() ?? this.#driver.now?.() ?? Date.now()
      return work(new SqlReadTransaction(trx, now))
    })
  }

  head(): Promise<number> {
    return this.#select(selectHead)
  }

  changesAfter(revision: number, limit: number): Promise<Change[]> {
    return this.#follow(revision, (trx) => selectChanges(trx, revision, limit))
  }

  image(): Promise<StoreImage> {
    return this.#select(async (trx) => ({ revision: await selectHead(trx), resources: await selectAll(trx) }))
  }

  cloudMapChangesAfter(revision: number, limit: number): Promise<CloudMapChange[]> {
    return this.#follow(revision, (trx) => selectCloudMapChanges(trx, revision, limit))
  }

  /** What follows the next revision needs no proof that nothing is missing before it. */
  #follow<T extends { readonly revision: number }>(
    revision: number,
    work: (trx: Transaction<Schema>) => Promise<T[]>,
  ): Promise<T[]> {
    return this.#select(async (trx) => {
      const rows = await work(trx)
      if (rows[0]?.revision !== revision + 1) await demandLogAfter(trx, revision)
      return rows
    })
  }

  trimLog(ageMillis: number): Promise<number> {
    const trim = (): Promise<number> =>
      this.#driver.db.transaction().execute(async (trx) => {
        const { now } = await this.#startWriting(trx)
        return trimLog(trx, now - ageMillis, TRIMMED)
      })
    return this.#track(() => this.#inTurn(trim))
  }

  cloudMapImage(): Promise<CloudMapImage> {
    return this.#select(async (trx) => selectCloudMap(trx, await selectHead(trx)))
  }

  #select<T>(work: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
    const { db } = this.#driver
    return this.#track(async () => {
      this.#demandThere()
      return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work)
    })
  }

  onChange(listener: () => void): () => void {
    const own = (): void => listener()
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  /** Writers that commit in one turn of the event loop make one hint. */
  #hint(): void {
    if (this.#hinted) return
    this.#hinted = true
    setImmediate(() => {
      this.#hinted = false
      if (!this.#closing) for (const listener of this.#listeners) listener()
    })
  }

  /** Takes the write lock and lets it go: a read alone would not notice a file that has become read-only. */
  async ping(): Promise<void> {
    const away = this.#driver.away?.()
    if (away) throw away
    await this.#track(() => (this.#hasJustWritten() ? Promise.resolve() : this.#inTurn(() => this.#tryWriting())))
  }

  /** A busy store has shown that it can write; a ping that waited for all its writers would take it for one that hangs. */
  #hasJustWritten(): boolean {
    return !this.#refusing && Math.abs(this.#localNow() - this.#committedAt) < JUST_NOW_MS
  }

  /** After a write that was refused only a commit shows that the next one will not be: a full disk takes everything up to there. */
  async #tryWriting(): Promise<void> {
    const over = new Error('rolled back on purpose')
    const commits = this.#refusing
    const attempt = this.#driver.db.transaction().execute(async (trx) => {
      await this.#startWriting(trx)
      await writeInVain(trx)
      if (!commits) throw over
    })
    await attempt.catch((error: unknown) => {
      if (error !== over) throw error
    })
    if (commits) this.#refusing = false
  }

  /** Waits for everything that runs; what comes later is refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#stopForeign?.()
    await Promise.allSettled(this.#running)
    this.#listeners.clear()
    await this.#driver.close()
  }

  async #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new StoreUnavailableError('the store is closed')
    const running = work()
    this.#running.add(running)
    try {
      const result = await running
      this.#unanswered = false
      return result
    } catch (error) {
      const explained = this.#driver.explain(error)
      if (explained) this.#unanswered = true
      throw explained ?? error
    } finally {
      this.#running.delete(running)
    }
  }
}
