/**
 * The one table of what can be set. Everything else follows from it by rule: key `xdsTlsCert` of the YAML file is flag `--xds-tls-cert` and
 * environment variable `MESHKEEPER_XDS_TLS_CERT`. Help, docs/configuration.md and `meshkeeper config` are printed from it.
 */
import { parseQuotas } from '../api/quotas.js'
import { DEFAULT_DIRECTORY } from '../certs/arn.js'
import { parseStoreAddress, type AddressEnvironment } from '../store/address.js'
import { parseDnsAddress, parseListenAddress } from './address.js'
import { parseDuration, parseInterval, parseRetention } from './duration.js'

export interface Option<T> {
  /** What stands for the value in help. */
  readonly value: string
  readonly help: string
  /** As it would be written; absent when the option is off unless set. */
  readonly default?: string
  /** On or off: the flag alone means on. */
  readonly isSwitch?: boolean
  /** Throws an Error whose message names what is wrong with the text. `environment` completes what the text leaves open. */
  readonly parse: (text: string, environment?: AddressEnvironment) => T
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const listen = (what: string, defaultAddress: string) =>
  ({
    value: 'ADDRESS',
    help: `${what}: HOST:PORT, [IPV6]:PORT, :PORT for every interface, or unix:///PATH; port 0 takes a free one`,
    default: defaultAddress,
    parse: parseListenAddress,
  }) as const

const file = (help: string) => ({ value: 'FILE', help, parse: parseFile }) as const

const toggle = (help: string) =>
  ({ value: 'BOOLEAN', help, default: 'false', isSwitch: true, parse: parseSwitch }) as const

/** In the order of the help. */
export const OPTIONS = {
  api: listen('listener of the App Mesh API', '127.0.0.1:4080'),
  xds: listen('listener of xDS (gRPC), for the Envoys', '127.0.0.1:18000'),
  admin: listen('listener of health, readiness, metrics and status', '127.0.0.1:4081'),
  allowedHosts: {
    value: 'LIST',
    help: 'names of this server (NAME,*.DOMAIN) that browsers and proxies may ask for: on a loopback listener any request, else what pages under a public name change',
    parse: parseHosts,
  },
  dns: {
    value: 'ADDRESS',
    help: 'answer DNS for the DNS namespaces of Cloud Map, over UDP and TCP: HOST:PORT, [IPV6]:PORT, or :PORT for every interface',
    parse: parseDnsAddress,
  },
  store: {
    value: 'STORE',
    help: 'where everything is kept: sqlite:./FILE, sqlite:/PATH/FILE, sqlite::memory: (lost at the end) or postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    default: 'sqlite:./meshkeeper.db',
    parse: parseStoreAddress,
  },
  historyRetention: {
    value: 'DURATION',
    help: 'how long the log of changes keeps each of them, e.g. 90d, at least 1h; 0s: for ever',
    default: '90d',
    parse: parseRetention,
  },
  account: {
    value: 'ID',
    help: '12-digit AWS account id that owns the meshes',
    default: '000000000000',
    parse: parseAccount,
  },
  region: { value: 'REGION', help: 'AWS region in ARNs', default: 'us-east-1', parse: parseRegion },
  quotas: {
    value: 'LIST',
    help: 'most of each that the API lets there be: none, aws (the defaults of an AWS account), or some of meshes=N,virtualNodes=N,virtualRouters=N,virtualServices=N,routes=N,backends=N (of one virtual node), namespaces=N,instances=N (of one Cloud Map service),instanceAttributes=N',
    default: 'backends=50',
    parse: parseQuotas,
  },
  cloudMap: {
    value: 'SOURCE',
    help: 'where virtual nodes with awsCloudMap find their instances: embedded (the Cloud Map of this server), or aws: AWS Cloud Map, for every namespace that the embedded one does not have',
    default: 'embedded',
    parse: parseCloudMap,
  },
  cloudMapNamespaces: {
    value: 'LIST',
    help: 'with --cloud-map aws: ask AWS for these namespaces (NAME,NAME) and no others, whatever the embedded Cloud Map has',
    parse: parseNames,
  },
  cloudMapEndpoint: {
    value: 'URL',
    help: 'with --cloud-map aws: ask there; the host name is used as it is, without data- before it',
    parse: parseUrl,
  },
  cloudMapRegion: {
    value: 'REGION',
    help: 'with --cloud-map aws: ask this region; without, the one of AWS_REGION or the AWS profile, else --region',
    parse: parseRegion,
  },
  cloudMapInterval: {
    value: 'DURATION',
    help: 'with --cloud-map aws: between two questions for the revision of a service, give or take a tenth',
    default: '5s',
    parse: parseInterval,
  },
  cloudMapHealthInterval: {
    value: 'DURATION',
    help: 'with --cloud-map aws: between two full answers for a service with health checks, whose revision does not tell of health',
    default: '15s',
    parse: parseInterval,
  },
  cloudMapRate: {
    value: 'COUNT',
    help: 'with --cloud-map aws: requests a second at most, of all services together',
    default: '100',
    parse: parseRate,
  },
  apiTlsCert: file('serve the API with TLS: PEM certificate and chain; read again when it changes'),
  apiTlsKey: file('PEM key of --api-tls-cert'),
  xdsTlsCert: file('serve xDS with TLS: PEM certificate and chain; read again when it changes'),
  xdsTlsKey: file('PEM key of --xds-tls-cert'),
  xdsClientCa: file(
    'PEM certificates of the authority that signs the client certificates of Envoys on --xds: whose certificate names its node gets private keys; read again when it changes',
  ),
  xdsRequireClientCert: toggle(
    'turn away Envoys without a certificate from --xds-client-ca; off, they do without private keys',
  ),
  adminTlsCert: file('serve the admin listener with TLS: PEM certificate and chain; read again when it changes'),
  adminTlsKey: file('PEM key of --admin-tls-cert'),
  certs: {
    value: 'DIR',
    help: 'certificates and authorities that meshes name by ARN, for the Envoys that use them; meshkeeper certs fills it, also meanwhile',
    default: DEFAULT_DIRECTORY,
    parse: parseFile,
  },
  allowUnauthenticatedSecrets: toggle(
    'send private keys to whoever says to be an Envoy that uses them, over any connection: else only over loopback, a Unix socket, or with a certificate from --xds-client-ca',
  ),
  socketMode: {
    value: 'MODE',
    help: 'file mode of Unix sockets, octal: whoever may write to one may use it',
    default: '660',
    parse: parseMode,
  },
  streamMaxAge: {
    value: 'DURATION',
    help: 'xDS streams are ended in good order after about this time, so that Envoys spread over servers; 0s: never',
    default: '30m',
    parse: parseDuration,
  },
  maxEnvoysPerNode: {
    value: 'COUNT',
    help: 'Envoys that may be connected for one node id; more are refused with gRPC status 8; 0: any number',
    default: '0',
    parse: parseCount,
  },
  pushQuiet: {
    value: 'DURATION',
    help: 'a change after this much quiet is pushed to the Envoys at once',
    default: '20ms',
    parse: parseDuration,
  },
  pushWindow: {
    value: 'DURATION',
    help: 'changes that follow each other faster are merged for at most this time',
    default: '100ms',
    parse: parseDuration,
  },
  logLevel: {
    value: 'LEVEL',
    help: `least that is logged: ${LOG_LEVELS.join(', ')}`,
    default: 'info',
    parse: parseLogLevel,
  },
  shutdownGrace: {
    value: 'DURATION',
    help: 'how long requests and streams may take to end after SIGTERM, e.g. 10s',
    default: '10s',
    parse: parseDuration,
  },
} as const satisfies Record<string, Option<unknown>>

export type OptionKey = keyof typeof OPTIONS

type Value<K extends OptionKey> = ReturnType<(typeof OPTIONS)[K]['parse']>

/** Every option with its value; those without a default may be absent. Durations in milliseconds. */
export type Config = {
  readonly [K in OptionKey as (typeof OPTIONS)[K] extends { default: string } ? K : never]: Value<K>
} & { readonly [K in OptionKey as (typeof OPTIONS)[K] extends { default: string } ? never : K]?: Value<K> }

export const OPTION_KEYS = Object.keys(OPTIONS) as OptionKey[]

export const ENVIRONMENT_PREFIX = 'MESHKEEPER_'

/** `xdsTlsCert` → `--xds-tls-cert`. */
export function formatFlag(key: string): string {
  return `--${kebab(key)}`
}

/** `xdsTlsCert` → `MESHKEEPER_XDS_TLS_CERT`. */
export function formatVariable(key: string): string {
  return ENVIRONMENT_PREFIX + kebab(key).replaceAll('-', '_').toUpperCase()
}

function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** The table entry of a key, with its types widened. */
export function optionOf(key: OptionKey): Option<unknown> {
  return OPTIONS[key]
}

function parseFile(text: string): string {
  if (text === '' || text.includes('\0')) throw new Error(`"${text}" is no file name`)
  return text
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new Error(`"${text}" is no AWS account id: it has 12 digits`)
  return text
}

function parseRegion(text: string): string {
  if (!/^[a-z]{2,}(-[a-z0-9]+)+$/.test(text)) throw new Error(`"${text}" is no AWS region such as us-east-1`)
  return text
}

function parseSwitch(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`"${text}" is neither true nor false`)
  return text === 'true'
}

function parseMode(text: string): number {
  if (!/^0?o?[0-7]{3}$/.test(text)) throw new Error(`"${text}" is no file mode: use three octal digits such as 660`)
  return Number.parseInt(text.slice(-3), 8)
}

function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text)
  if (!level) throw new Error(`"${text}" is no log level: use ${LOG_LEVELS.join(', ')}`)
  return level
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`"${text}" is no count: use a whole number such as 50`)
  return Number(text)
}

function parseRate(text: string): number {
  const rate = parseCount(text)
  if (rate === 0) throw new Error('"0" is no rate: nothing would ever be asked')
  return rate
}

function parseCloudMap(text: string): 'embedded' | 'aws' {
  if (text !== 'embedded' && text !== 'aws') throw new Error(`"${text}" is no Cloud Map: use embedded or aws`)
  return text
}

function parseNames(text: string): ReadonlySet<string> {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !/^[!-~]{1,1024}$/.test(name))
  if (wrong !== undefined) throw new Error(`"${text}" is no list of namespaces: use NAME,NAME`)
  return new Set(names)
}

function parseHosts(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  const wrong = names.find((name) => !/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name))
  if (wrong !== undefined) throw new Error(`"${text}" is no list of host names: use NAME,NAME without ports`)
  return names
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`"${text}" is no URL such as https://HOST`)
  return text
}
