/** The text of `--store`. */

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
