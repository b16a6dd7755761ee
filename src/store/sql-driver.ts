/** What a database must bring so that the statements of sql-store.ts run on it. Everything else is the same for all of them. */
import type { Kysely, RawBuilder, Transaction } from 'kysely'
import type { Schema } from './schema.js'
import { StoreUnavailableError } from './store.js'

export interface SqlDriver {
  readonly db: Kysely<Schema>
  /** The collation that compares text by its bytes, whatever the locale of the database. */
  readonly byteCollation: string
  /**
   * Makes every other writer wait until this transaction ends. Gives the clock of the database, in milliseconds since the epoch, where it has one of
   * its own.
   */
  lock(trx: Transaction<Schema>): Promise<number | undefined>
  /** Its clock in SQL, milliseconds since the epoch. Present where several processes may share the database. */
  readonly sharedClock?: RawBuilder<number>
  /** The clock of the database as well as it is known without asking. Milliseconds since the epoch. */
  now?(): number
  /** Tells the other processes, once `trx` is committed, that there is `revision`. */
  announce?(trx: Transaction<Schema>, revision: number): Promise<void>
  /** Why nothing can be asked for now, as far as it is known without asking. */
  away?(): StoreUnavailableError | undefined
  /** The unavailability that `error` of the database stands for, or undefined when it is an error of the program. */
  explain(error: unknown): StoreUnavailableError | undefined
  /** Calls `listener` when another process may have written. Returns the way to stop it. */
  onForeignChange?(listener: () => void): () => void
  close(): Promise<void>
}

/** The connection was lost while a commit was under way: the database may have done it or not. */
export class CommitUnknownError extends StoreUnavailableError {}
