/** What a database must bring so that the statements of sql-store.ts run on it. Everything else is the same for all of them. */
import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.js'
import type { StoreUnavailableError } from './store.js'

export interface SqlDriver {
  readonly db: Kysely<Schema>
  /** The collation that compares text by its bytes, whatever the locale of the database. */
  readonly byteCollation: string
  /** Makes every other writer wait until this transaction ends. */
  lock(trx: Transaction<Schema>): Promise<void>
  /** The unavailability that `error` of the database stands for, or undefined when it is an error of the program. */
  explain(error: unknown): StoreUnavailableError | undefined
  /** Calls `listener` when another process may have written. Returns the way to stop it. */
  onForeignChange?(listener: () => void): () => void
  close(): Promise<void>
}
