/** SQLite by libsql (better-sqlite3's API). A file is in WAL mode and synced at every commit, so that an acknowledged write survives a power cut. */
import { existsSync, realpathSync } from 'node:fs'
import Database from 'libsql'
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDriver as KyselySqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely'
import { LRUCache } from 'lru-cache'
import { checkParameter } from './parameter.js'
import type { Schema } from './schema.js'
import type { SqlDriver } from './sql-driver.js'
import { explainSqliteError } from './sqlite-error.js'
import { makeSqliteFile } from './sqlite-file.js'
import { lockSqliteFile } from './sqlite-lock.js'
import { StoreUnavailableError } from './store.js'

/** How long a statement waits for another program's lock, in milliseconds. It blocks the event loop, so it must stay short. */
const BUSY_TIMEOUT_MS = 2000
/** More than the store has statements. */
const PREPARED = 200

/**
 * Opens a database file, made when it does not exist, or `:memory:`. Holds the file's lock until `close`.
 * Throws StoreUnavailableError when the file cannot be used or another process serves it.
 */
export function openSqlite(path: string): SqlDriver {
  const file = path === ':memory:' ? undefined : makeSqliteFile(path)
  const lock = file === undefined ? undefined : lockSqliteFile(file, path)
  try {
    const database = openDatabase(file ?? path)
    const db = new Kysely<Schema>({ dialect: new LibsqlDialect(database) })
    return {
      db,
      byteCollation: 'BINARY',
      lock: () => Promise.resolve(undefined),
      explain: explainSqliteError,
      async close() {
        await db.destroy()
        closeDatabase(database)
        lock?.release()
      },
    }
  } catch (error) {
    lock?.release()
    throw explainSqliteError(error, path) ?? error
  }
}

/** Opens a database file that is there, beside the process that serves it. Throws StoreUnavailableError. */
export function openSqliteForReading(path: string): SqlDriver {
  if (!existsSync(path)) throw new StoreUnavailableError(`the store ${path} does not exist`)
  try {
    const database = new Database(realpathSync(path))
    refuseStrangers(database, path)
    database.prepare(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`).all()
    const db = new Kysely<Schema>({ dialect: new LibsqlDialect(database) })
    const close = async (): Promise<void> => {
      await db.destroy()
      database.close()
    }
    return { db, byteCollation: 'BINARY', lock: () => Promise.resolve(undefined), explain: explainSqliteError, close }
  } catch (error) {
    throw explainSqliteError(error, path) ?? error
  }
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path)
  refuseStrangers(database, path)
  for (const pragma of [`busy_timeout = ${BUSY_TIMEOUT_MS}`, 'journal_mode = WAL', 'foreign_keys = ON'])
    database.prepare(`PRAGMA ${pragma}`).all()
  database.exec('PRAGMA synchronous = FULL')
  return database
}

/** A database with tables but without our migrations is somebody else's: writing into it would harm both. */
function refuseStrangers(database: Database.Database, path: string): void {
  const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all() as { name: string }[]
  if (tables.length > 0 && !tables.some(({ name }) => name === 'migration'))
    throw new StoreUnavailableError(
      `${path} is the database of another program: it has a table "${tables[0]?.name ?? ''}"`,
    )
}

/** libsql's connection lives on until its statements are collected, so the log is folded into the file here and not left to the last close. */
function closeDatabase(database: Database.Database): void {
  if (!database.open) return
  try {
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
  } catch {
    // The log stays beside the file and is read at the next start.
  }
  database.close()
}

class LibsqlDialect implements Dialect {
  readonly #database: Database.Database

  constructor(database: Database.Database) {
    this.#database = database
  }

  createDriver = (): Driver => new LibsqlDriver(this.#database)
  createAdapter = (): SqliteAdapter => new SqliteAdapter()
  createQueryCompiler = (): SqliteQueryCompiler => new SqliteQueryCompiler()
  createIntrospector = (db: Kysely<unknown>): SqliteIntrospector => new SqliteIntrospector(db)
}

class LibsqlDriver extends KyselySqliteDriver {
  readonly #database: Database.Database

  constructor(database: Database.Database) {
    super({ database: new CachedStatements(database) })
    this.#database = database
  }

  /** A writer takes SQLite's write lock at once: taking it at the first write could find the snapshot already outdated. */
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(settings?.accessMode === 'read only' ? 'begin' : 'begin immediate'))
  }

  /** After errors such as a full disk SQLite has rolled back by itself. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** Each SQL text is prepared once: a statement per query, as Kysely does it, costs libsql memory that it gives back late. */
class CachedStatements implements SqliteDatabase {
  readonly #database: Database.Database
  readonly #statements = new LRUCache<string, SqliteStatement>({ max: PREPARED })

  constructor(database: Database.Database) {
    this.#database = database
  }

  prepare(sql: string): SqliteStatement {
    // Outside of a transaction SQLite would commit the statement alone; this is where one rolled back by an error would go on.
    if (!this.#database.inTransaction && !sql.startsWith('begin')) throw new Error('the transaction is over')
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#checked(sql)))
    return statement
  }

  #checked(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql)
    return {
      reader: statement.reader,
      all: (parameters) => statement.all(parameters.map(checkParameter)),
      run: (parameters) => {
        const { changes, lastInsertRowid } = statement.run(parameters.map(checkParameter))
        return { changes, lastInsertRowid }
      },
      iterate: () => {
        throw new Error('not used: an unfinished iteration would keep its snapshot')
      },
    }
  }

  close(): void {
    this.#statements.clear()
  }
}
