/** The file of a SQLite store, before SQLite opens it. */
import { closeSync, constants, fstatSync, openSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StoreUnavailableError } from './store.js'

/** What the services are, and who changed them, is its owner's business. SQLite makes the files beside a database with the same mode. */
const MODE = 0o600

/** Not waiting for the other end of a pipe that stands there. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK

/**
 * The real name of the database file at `path`, which is made, empty, when it does not exist. All names of one file lead to the same name, so that
 * they meet at one lock; and it is absolute, because libsql takes `file:x?mode=memory` and the like for addresses.
 * Throws StoreUnavailableError.
 */
export function makeSqliteFile(path: string): string {
  makePrivateFile(path)
  return realpathSync(path)
}

/** Makes the file at `path`, for its owner alone to read and write; one that is there stays as it is. Throws StoreUnavailableError. */
export function makePrivateFile(path: string): void {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, FLAGS, MODE)
    if (!fstatSync(descriptor).isFile()) throw new StoreUnavailableError(`the store ${path} is not an ordinary file`)
  } catch (cause) {
    throw cause instanceof StoreUnavailableError ? cause : new StoreUnavailableError(explain(path, cause), { cause })
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function explain(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EISDIR') return `the store ${path} is a directory: name a file in it`
  if (code === 'ENOENT') return `the directory ${dirname(resolve(path))} of the store does not exist`
  return `the store ${path} is not available: ${message}`
}
