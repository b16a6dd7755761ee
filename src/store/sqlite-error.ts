/** What an error of SQLite means for who asked. */
import { StoreUnavailableError } from './store.js'

/** By the primary code; extended codes such as SQLITE_IOERR_FSYNC begin with it. */
const MEANINGS: Record<string, string> = {
  SQLITE_FULL: 'no space is left for it',
  SQLITE_IOERR: 'its disk fails',
  SQLITE_READONLY: 'it is read-only',
  SQLITE_CANTOPEN: 'it cannot be opened',
  SQLITE_PERM: 'it may not be accessed',
  SQLITE_AUTH: 'it may not be accessed',
  SQLITE_BUSY: 'another program holds its lock',
  SQLITE_LOCKED: 'another program holds its lock',
  SQLITE_PROTOCOL: 'another program holds its lock',
  SQLITE_CORRUPT: 'it is damaged',
  SQLITE_NOTADB: 'it is not a SQLite database',
  SQLITE_NOMEM: 'memory is short',
}

/** The unavailability behind `error`, or undefined when the error is not the database's state but the program's fault. */
export function explainSqliteError(error: unknown, path?: string): StoreUnavailableError | undefined {
  if (error instanceof StoreUnavailableError) return error
  if (!(error instanceof Error)) return undefined
  const meaning = meaningOf(error)
  if (!meaning) return undefined
  const store = path === undefined ? 'the store' : `the store ${path}`
  return new StoreUnavailableError(`${store} is not available: ${meaning} (${error.message})`, { cause: error })
}

function meaningOf(error: Error & { code?: unknown }): string | undefined {
  if (error.message.includes('connection is not open')) return 'it is closed'
  if (error.message.startsWith('ConnectionFailed')) return MEANINGS['SQLITE_CANTOPEN']
  const [prefix, primary] = String(error.code).split('_')
  return MEANINGS[`${prefix ?? ''}_${primary ?? ''}`]
}
