/** `postgres://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE…`, with the names and meanings of libpq. What it leaves open comes from PG… variables. */
import { userInfo } from 'node:os'
import { isIPv6 } from 'node:net'

export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof SSL_MODES)[number]

export interface PostgresAddress {
  readonly scheme: 'postgres'
  /** Name or address of a machine, or directory of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string | undefined
  readonly sslMode: SslMode
  /** PEM files. */
  readonly sslRootCert: string | undefined
  readonly sslCert: string | undefined
  readonly sslKey: string | undefined
  readonly connectTimeoutMillis: number
  readonly applicationName: string
  /** Settings of the session, such as `-c search_path=mesh`. */
  readonly options: string | undefined
  /** Most connections of one process for reading and writing; following the changes takes one more. */
  readonly poolSize: number
}

const EXAMPLE = 'postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full'

/** Query parameter → environment variable. `pool_size` is ours. */
const PARAMETERS = {
  host: 'PGHOST',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  application_name: 'PGAPPNAME',
  options: 'PGOPTIONS',
  pool_size: undefined,
} as const

type Parameter = keyof typeof PARAMETERS
type Values = Readonly<Partial<Record<Parameter, string>>>

const NAMES = Object.keys(PARAMETERS) as Parameter[]

/** The variables that complete an address. */
export const POSTGRES_VARIABLES: readonly string[] = NAMES.flatMap((name) => PARAMETERS[name] ?? [])

/** Parses an address. Throws an Error that says what is wrong, without the password. */
export function parsePostgresAddress(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): PostgresAddress {
  const values: Values = { ...readEnvironment(environment), ...readUrl(text) }
  const user = values.user ?? userInfo().username
  const host = values.host ?? 'localhost'
  if (host.includes(',')) throw new Error('a PostgreSQL store has one host: name one that follows the primary')
  return {
    scheme: 'postgres',
    host,
    port: parseNumber('port', values.port ?? '5432', 65_535),
    database: values.dbname ?? user,
    user,
    password: values.password,
    sslMode: parseSslMode(values.sslmode, host),
    sslRootCert: values.sslrootcert,
    sslCert: values.sslcert,
    sslKey: values.sslkey,
    connectTimeoutMillis: 1000 * parseNumber('connect_timeout', values.connect_timeout ?? '5', 3600),
    applicationName: values.application_name ?? 'meshkeeper',
    options: values.options,
    poolSize: parseNumber('pool_size', values.pool_size ?? '10', 1000),
  }
}

/** The address as it may be shown: without password. */
export function formatPostgresAddress({ user, host, port, database, sslMode }: PostgresAddress): string {
  const isSocket = host.startsWith('/')
  const shown = isSocket || isIPv6(host) ? (isSocket ? encodeURIComponent(host) : `[${host}]`) : host
  const path = `${encodeURIComponent(user)}@${shown}:${port}/${encodeURIComponent(database)}`
  return `postgres://${path}${isSocket ? '' : `?sslmode=${sslMode}`}`
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Values {
  const found = NAMES.map((name): [Parameter, string | undefined] => {
    const variable = PARAMETERS[name]
    return [name, variable && environment[variable]]
  })
  return Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== ''))
}

/** What the text itself says; query parameters win over the parts before them. */
function readUrl(text: string): Values {
  const url = parseUrl(text)
  const parts: Record<string, string> = {
    user: url.username,
    password: url.password,
    host: url.hostname === NO_HOST ? '' : url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    dbname: url.pathname.replace(/^\//, ''),
  }
  const values = Object.entries(parts).map(([name, value]): [string, string] => [name, decode(value)])
  const found = [...values.filter(([, value]) => value !== ''), ...url.searchParams]
  for (const [name] of found) if (!isParameter(name)) throw new Error(unknownParameter(name))
  const all = Object.fromEntries(found) as Values
  if (/[/@?]/.test(all.dbname ?? '')) throw new Error(notAnAddress())
  return all
}

const NO_HOST = 'no-host.invalid'

/** A password with a # or / in it would be cut there, and its rest be shown as something else. */
function parseUrl(text: string): URL {
  const rest = text.replace(/^postgres(ql)?:/, '')
  if (rest !== '' && !rest.startsWith('//')) throw new Error(notAnAddress())
  try {
    // A URL has no user without a host; libpq takes the host from elsewhere then.
    const url = new URL(text.replace(/^(\w+:\/\/[^/@]*@)(?=[/?:]|$)/, `$1${NO_HOST}`))
    if (url.hash === '') return url
  } catch {
    // Its message would show the text.
  }
  throw new Error(notAnAddress())
}

function notAnAddress(): string {
  return `this is no address of a PostgreSQL store: use ${EXAMPLE}, with special characters of the password percent-encoded`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error(notAnAddress())
  }
}

function isParameter(name: string): name is Parameter {
  return Object.hasOwn(PARAMETERS, name)
}

function unknownParameter(name: string): string {
  const shown = /^[a-z_]{1,40}$/.test(name) ? `"${name}"` : 'something'
  return `a PostgreSQL store has no option ${shown}; there are ${NAMES.join(', ')}`
}

function parseNumber(name: Parameter, text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > most) throw new Error(`${name} of the PostgreSQL store is a number from 1 to ${most}`)
  return value
}

/** As libpq has it: TLS where the server offers it, unless the address says otherwise; never over a Unix socket. */
function parseSslMode(text: string | undefined, host: string): SslMode {
  if (host.startsWith('/')) return 'disable'
  if (text === undefined) return 'prefer'
  const mode = SSL_MODES.find((known) => known === text)
  if (!mode) throw new Error(`sslmode of the PostgreSQL store is one of ${SSL_MODES.join(', ')}`)
  return mode
}
