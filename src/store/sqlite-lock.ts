/**
 * One server per SQLite file. The lock is SQLite's own write lock on a small database beside the file, held in an open transaction: the operating
 * system takes it back with the process, however that ends, while the main file stays readable for backups. The holder's pid is in the lock
 * database, which others can read meanwhile.
 */
import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import Database from 'libsql'
import { explainSqliteError } from './sqlite-error.js'
import { StoreUnavailableError } from './store.js'

export interface FileLock {
  release(): void
}

/** Locks a database file (it need not exist yet; its directory must). Throws StoreUnavailableError, naming the holder, when it is taken. */
export function lockSqliteFile(path: string): FileLock {
  const real = realPath(path)
  if (statSync(real, { throwIfNoEntry: false })?.isDirectory())
    throw new StoreUnavailableError(`the store ${path} is a directory: name a file in it`)
  const lockPath = `${real}.lock`
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

/** Two names of one file must meet at one lock. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return join(realDirectory(dirname(resolve(path))), basename(path))
  }
}

function realDirectory(directory: string): string {
  try {
    return realpathSync(directory)
  } catch (cause) {
    throw new StoreUnavailableError(`the directory ${directory} of the store does not exist`, { cause })
  }
}

function open(lockPath: string): Database.Database {
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
