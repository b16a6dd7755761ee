/**
 * One server per SQLite file. The lock is SQLite's own write lock on a small database beside the file, held in an open transaction: the operating
 * system takes it back with the process, however that ends, while the main file stays readable for backups. The holder's pid is in the lock
 * database, which others can read meanwhile.
 */
import Database from 'libsql'
import { explainSqliteError } from './sqlite-error.js'
import { makePrivateFile } from './sqlite-file.js'
import { StoreUnavailableError } from './store.js'

export interface FileLock {
  release(): void
}

/**
 * Locks the database file whose real name is `file`. Throws StoreUnavailableError, naming the holder and the file by the name `path` that somebody
 * gave it, when it is taken.
 */
export function lockSqliteFile(file: string, path: string): FileLock {
  const lockPath = `${file}.lock`
  const database = open(lockPath)
  try {
    // Signed first and then taken for good: only an open transaction holds, only a committed pid can be read.
    database.exec('BEGIN IMMEDIATE')
    database.exec('CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY, pid INTEGER NOT NULL)')
    database.exec(
      `INSERT INTO holder (id, pid) VALUES (1, ${process.pid}) ON CONFLICT (id) DO UPDATE SET pid = excluded.pid`,
    )
    database.exec('COMMIT')
    database.exec('BEGIN IMMEDIATE')
  } catch (error) {
    const refusal = isBusy(error) ? taken(database, path, lockPath) : (explainSqliteError(error, lockPath) ?? error)
    database.close()
    throw refusal
  }
  return {
    release() {
      if (!database.open) return
      if (database.inTransaction) database.exec('ROLLBACK')
      database.close()
    },
  }
}

function open(lockPath: string): Database.Database {
  makePrivateFile(lockPath)
  try {
    return new Database(lockPath)
  } catch (error) {
    throw explainSqliteError(error, lockPath) ?? error
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

function taken(database: Database.Database, path: string, lockPath: string): StoreUnavailableError {
  const pid = holder(database)
  const who = pid === undefined ? 'another meshkeeper' : `another meshkeeper (pid ${pid})`
  return new StoreUnavailableError(
    `${who} serves the store ${path} already: one SQLite file has one server; stop it, or give this one another --store (lock: ${lockPath})`,
  )
}

function holder(database: Database.Database): number | undefined {
  try {
    const [row] = database.prepare('SELECT pid FROM holder').all() as { pid: number }[]
    return row?.pid
  } catch {
    return undefined
  }
}
