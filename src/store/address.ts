/** The text of `--store`. */
import { formatPostgresAddress, parsePostgresAddress, type PostgresAddress } from './postgres-address.js'

/** A SQLite database. */
export interface SqliteAddress {
  readonly scheme: 'sqlite'
  /** A file, or `:memory:`. */
  readonly path: string
}

/** Where a store is. */
export type StoreAddress = SqliteAddress | PostgresAddress

/** Variables that complete an address, as libpq knows them: PGHOST, PGPASSWORD and so on. */
export type AddressEnvironment = Readonly<Record<string, string | undefined>>

const FORMS = 'sqlite:./file.db, sqlite:/path/file.db, sqlite::memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE'

/**
 * Parses `sqlite:PATH` and `postgres://…`; what the latter leaves open comes from `environment`. Throws with the forms that are understood, and never
 * with a password.
 */
export function parseStoreAddress(text: string, environment: AddressEnvironment = {}): StoreAddress {
  const [, scheme, rest] = /^([a-z]+):(.*)$/s.exec(text) ?? []
  if (scheme === 'postgres' || scheme === 'postgresql') return parsePostgresAddress(text, environment)
  if (scheme !== 'sqlite' || rest === undefined) throw new Error(`${redact(text)} is not a store: use ${FORMS}`)
  if (rest === '' || rest.endsWith('/')) throw new Error(`"${text}" names no file: use ${FORMS}`)
  if (/^\/\/[^/]/.test(rest)) throw new Error(`"${text}" names a host, which SQLite has not: use ${FORMS}`)
  return { scheme, path: rest }
}

/** The address as it may be shown: without password. */
export function formatStoreAddress(address: StoreAddress): string {
  return address.scheme === 'sqlite' ? `sqlite:${address.path}` : formatPostgresAddress(address)
}

/** What stands before an @ may be a password. */
function redact(text: string): string {
  return text.includes('@') ? 'an address with "@"' : `"${text}"`
}
