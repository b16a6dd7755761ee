/** How a connection to PostgreSQL is made: nothing of it is left to the environment of the process. */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type pg from 'pg'
import type { PostgresAddress } from './postgres-address.js'
import { loadPg } from './postgres-library.js'
import { StoreUnavailableError } from './store.js'

/** The limits of the sessions, in milliseconds; 0: none. */
export interface SessionLimits {
  /** One statement, including its wait for locks. */
  readonly statement: number
  /** The wait for the lock of the writers. */
  readonly lock: number
  /** A transaction in which nothing happens: what a replica that hangs may hold up the others. */
  readonly idleTransaction: number
}

/** A writer that hangs loses its lock before those that wait for it give up. */
export const SERVING: SessionLimits = { statement: 10_000, lock: 8000, idleTransaction: 5000 }
export const UNLIMITED: SessionLimits = { statement: 0, lock: 0, idleTransaction: 0 }

/**
 * Whatever the default of the database: a writer that has waited for the lock must see what was committed meanwhile. In the stricter levels it has
 * looked before, and fails.
 */
const ISOLATION = String.raw`-c default_transaction_isolation=read\ committed`

const INT8 = 20

const types: pg.CustomTypesConfig = {
  // Revisions and times stay below 2^53.
  getTypeParser: (oid: number, format?: 'text' | 'binary'): ((text: string) => unknown) =>
    oid === INT8 ? Number : (loadPg().types.getTypeParser as TypeParsers)(oid, format),
}

type TypeParsers = (oid: number, format?: 'text' | 'binary') => (text: string) => unknown

/** The configuration of a client. Throws StoreUnavailableError when a file of the address cannot be read. */
export function buildClientConfig(address: PostgresAddress, limits: SessionLimits): pg.ClientConfig {
  const { host, port, database, user, password, applicationName } = address
  return {
    host,
    port,
    database,
    user,
    // As a function it is neither looked for elsewhere nor printed with the client.
    password: () => password ?? '',
    ssl: buildTls(address),
    connectionTimeoutMillis: address.connectTimeoutMillis,
    application_name: applicationName,
    client_encoding: 'UTF8',
    options: formatSettings(address, limits),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  }
}

function formatSettings({ options }: PostgresAddress, limits: SessionLimits): string {
  const settings = {
    client_min_messages: 'warning',
    statement_timeout: limits.statement,
    lock_timeout: limits.lock,
    idle_in_transaction_session_timeout: limits.idleTransaction,
  }
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  return [...ours, ...(options === undefined ? [] : [options]), ISOLATION].join(' ')
}

/** As libpq: `require` encrypts and, without a root certificate, believes anybody; `verify-ca` checks who signed, `verify-full` for which host as well. */
function buildTls({ sslMode, sslRootCert, sslCert, sslKey }: PostgresAddress): ConnectionOptions | false {
  if (sslMode === 'disable') return false
  const verifies = sslMode.startsWith('verify') || (sslMode === 'require' && sslRootCert !== undefined)
  return {
    ...(sslMode === 'prefer' && { preferred: true }),
    rejectUnauthorized: verifies,
    ...(sslRootCert !== undefined && sslRootCert !== 'system' && { ca: read('sslrootcert', sslRootCert) }),
    ...(sslCert !== undefined && { cert: read('sslcert', sslCert) }),
    ...(sslKey !== undefined && { key: read('sslkey', sslKey) }),
    ...(sslMode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
}

function read(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StoreUnavailableError(`${option} of the PostgreSQL store cannot be read: ${reason}`, { cause })
  }
}
