/** The store over SQL: transactions, revisions and hints. The statements are in sql-read.ts and sql-write.ts, the database behind a SqlDriver. */
import { Mutex } from './mutex.js'
import type { SqlDriver } from './sql-driver.js'
import { selectAll, selectChanges, selectHead, SqlReadTransaction } from './sql-read.js'
import { SqlWriteTransaction } from './sql-write.js'
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
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Told of every write that ended: how long it took from the lock to the commit, in seconds, and whether it was committed. */
  readonly onWrite?: (seconds: number, committed: boolean) => void
}

const JUST_NOW_MS = 1000

export class SqlStore implements Store {
  readonly #driver: SqlDriver
  readonly #now: () => number
  readonly #onWrite: NonNullable<SqlStoreOptions['onWrite']>
  /** Waiting here rather than for the database keeps writers in order and leaves the connections to readers. */
  readonly #writers = new Mutex()
  readonly #listeners = new Set<() => void>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #stopForeign: (() => void) | undefined
  #closing: Promise<void> | undefined
  #hinted = false
  /** Milliseconds since the epoch. */
  #committedAt = -Infinity

  /** `driver` must be migrated. The store closes it. */
  constructor(driver: SqlDriver, options: SqlStoreOptions = {}) {
    this.#driver = driver
    this.#now = options.now ?? Date.now
    this.#onWrite = options.onWrite ?? (() => undefined)
    this.#stopForeign = driver.onForeignChange?.(() => this.#hint())
  }

  write<T>(author: Author, work: (tx: WriteTransaction) => Promise<T>): Promise<Written<T>> {
    return this.#track(() => this.#writers.run(() => this.#write(author, work)))
  }

  async #write<T>(author: Author, work: (tx: WriteTransaction) => Promise<T>): Promise<Written<T>> {
    const started = performance.now()
    let committed = false
    try {
      const { written, head } = await this.#driver.db.transaction().execute(async (trx) => {
        await this.#driver.lock(trx)
        const head = await selectHead(trx)
        const tx = new SqlWriteTransaction(trx, this.#now(), head + 1)
        const result = await work(tx)
        return { written: { result, revision: await tx.finish(author) }, head }
      })
      committed = true
      this.#committedAt = this.#now()
      if (written.revision > head) this.#hint()
      return written
    } finally {
      this.#onWrite((performance.now() - started) / 1000, committed)
    }
  }

  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    return this.#select((trx) => work(new SqlReadTransaction(trx, this.#now())))
  }

  head(): Promise<number> {
    return this.#select(selectHead)
  }

  changesAfter(revision: number, limit: number): Promise<Change[]> {
    return this.#select((trx) => selectChanges(trx, revision, limit))
  }

  image(): Promise<StoreImage> {
    return this.#select(async (trx) => ({ revision: await selectHead(trx), resources: await selectAll(trx) }))
  }

  #select<T>(work: (trx: Parameters<SqlDriver['lock']>[0]) => Promise<T>): Promise<T> {
    const { db } = this.#driver
    return this.#track(() =>
      db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    )
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
    await this.#track(() => (this.#hasJustWritten() ? Promise.resolve() : this.#writers.run(() => this.#tryWriting())))
  }

  /** A busy store has shown that it can write; a ping that waited for all its writers would take it for one that hangs. */
  #hasJustWritten(): boolean {
    return Math.abs(this.#now() - this.#committedAt) < JUST_NOW_MS
  }

  async #tryWriting(): Promise<void> {
    const over = new Error('rolled back on purpose')
    const attempt = this.#driver.db.transaction().execute(async (trx) => {
      await this.#driver.lock(trx)
      await trx
        .updateTable('head')
        .set({ revision: await selectHead(trx) })
        .where('id', '=', 1)
        .execute()
      throw over
    })
    await attempt.catch((error: unknown) => {
      if (error !== over) throw error
    })
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
      return await running
    } catch (error) {
      throw this.#driver.explain(error) ?? error
    } finally {
      this.#running.delete(running)
    }
  }
}
