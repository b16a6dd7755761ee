/** From the text of `--store` to a store that is ready. */
import { migrate } from './migrations.js'
import type { SqlDriver } from './sql-driver.js'
import { SqlStore, type SqlStoreOptions } from './sql-store.js'
import { openSqlite } from './sqlite.js'
import type { Store } from './store.js'

/** Where a store is. */
export interface StoreAddress {
  readonly scheme: 'sqlite'
  /** A file, or `:memory:`. */
  readonly path: string
}

const FORMS = 'sqlite:./file.db, sqlite:/path/file.db or sqlite::memory:'

/** Parses `sqlite:PATH`. Throws with the forms that are understood. */
export function parseStoreAddress(text: string): StoreAddress {
  const [, scheme, path] = /^([a-z]+):(.*)$/.exec(text) ?? []
  if (scheme === 'postgres' || scheme === 'postgresql')
    throw new Error(`PostgreSQL is not supported yet, it comes in a later version: use ${FORMS}`)
  if (scheme !== 'sqlite' || path === undefined) throw new Error(`"${text}" is not a store: use ${FORMS}`)
  if (path === '' || path.endsWith('/')) throw new Error(`"${text}" names no file: use ${FORMS}`)
  if (/^\/\/[^/]/.test(path)) throw new Error(`"${text}" names a host, which SQLite has not: use ${FORMS}`)
  return { scheme, path }
}

/**
 * Opens the store at `address`, made when it does not exist, and brings it to the newest schema.
 * Throws StoreUnavailableError when it cannot be used, or is served by another process.
 */
export async function openStore(address: string, options: SqlStoreOptions = {}): Promise<Store> {
  const driver: SqlDriver = openSqlite(parseStoreAddress(address).path)
  try {
    await migrate(driver, options.now ?? Date.now)
    return new SqlStore(driver, options)
  } catch (error) {
    await driver.close()
    throw driver.explain(error) ?? error
  }
}
