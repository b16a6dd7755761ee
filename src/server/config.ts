/** What the server is told: flags > environment > file > defaults, each value checked, each complaint with its source. */
import { readFileSync } from 'node:fs'
import { isMap, isScalar, parseDocument } from 'yaml'
import {
  ENVIRONMENT_PREFIX,
  formatFlag,
  formatVariable,
  OPTION_KEYS,
  optionOf,
  type Config,
  type OptionKey,
} from './options.js'
import { formatSuggestion, suggest } from '../model/suggest.js'

export interface ConfigInput {
  /** Flags by key, as commander camel-cases them. */
  readonly flags: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Reads the file of `--config`; for tests. */
  readonly readFile?: (path: string) => string
}

/** One value and where it came from. */
export interface Setting {
  readonly text: string
  readonly source: string
}

export interface LoadedConfig {
  readonly config: Config
  /** Where each value that is set came from. */
  readonly settings: ReadonlyMap<OptionKey, Setting>
}

/** Everything that is wrong with the configuration, one problem a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** The configuration of this process. Throws ConfigError. */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const problems: string[] = []
  const settings = new Map<OptionKey, Setting>()
  for (const read of [readDefaults, readConfigFile, readEnvironment, readFlags])
    for (const [key, setting] of read(input, problems)) settings.set(key, setting)
  const config: Partial<Record<OptionKey, unknown>> = {}
  for (const [key, { text, source }] of settings) {
    try {
      config[key] = optionOf(key).parse(text, input.environment)
    } catch (error) {
      problems.push(`${source}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  problems.push(...checkPairs(settings), ...checkNeeds(settings, config))
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return { config: config as Config, settings }
}

type Reader = (input: ConfigInput, problems: string[]) => Iterable<[OptionKey, Setting]>

const readDefaults: Reader = () =>
  OPTION_KEYS.flatMap((key): [OptionKey, Setting][] => {
    const text = optionOf(key).default
    return text === undefined ? [] : [[key, { text, source: 'default' }]]
  })

const readFlags: Reader = ({ flags }) =>
  OPTION_KEYS.flatMap((key): [OptionKey, Setting][] => {
    const text = flags[key]
    return text === undefined ? [] : [[key, { text, source: formatFlag(key) }]]
  })

const CONFIG_VARIABLE = `${ENVIRONMENT_PREFIX}CONFIG`
/** Of the commands that ask a server: whoever has exported them also starts servers. */
const CLIENT_VARIABLES: readonly string[] = [`${ENVIRONMENT_PREFIX}ENDPOINT`]
const KEYS_BY_VARIABLE = new Map(OPTION_KEYS.map((key) => [formatVariable(key), key]))

/** An empty variable counts as unset: that is how compose files and shells pass on what they do not have. */
const readEnvironment: Reader = ({ environment }, problems) => {
  const found: [OptionKey, Setting][] = []
  for (const [name, text = ''] of Object.entries(environment)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || name === CONFIG_VARIABLE || text === '') continue
    if (CLIENT_VARIABLES.includes(name)) continue
    const key = KEYS_BY_VARIABLE.get(name)
    if (key) found.push([key, { text, source: name }])
    else if (!isServiceLink(name, text)) problems.push(`unknown environment variable ${name}${suggestVariable(name)}`)
  }
  return found
}

/** Compares without the prefix, which would make everything look alike. */
function suggestVariable(name: string): string {
  const meant = suggest(name.slice(ENVIRONMENT_PREFIX.length), [...OPTION_KEYS, 'config'])
  return meant === undefined ? '' : ` (did you mean ${formatVariable(meant)}?)`
}

/** Kubernetes and Docker put such variables into every container beside a service called meshkeeper or meshkeeper-…; nobody meant an option. */
function isServiceLink(name: string, text: string): boolean {
  return (
    /_SERVICE_(HOST|PORT(_\w+)?)$/.test(name) ||
    /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
    /^(tcp|udp|sctp):\/\//.test(text)
  )
}

const readConfigFile: Reader = ({ flags, environment, readFile = readText }, problems) => {
  const path = flags['config'] ?? (environment[CONFIG_VARIABLE] || undefined)
  if (path === undefined) return []
  try {
    return readYaml(path, readFile(path), problems)
  } catch (error) {
    problems.push(
      `cannot read the configuration file ${path}: ${error instanceof Error ? error.message : String(error)}`,
    )
    return []
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

function readYaml(path: string, text: string, problems: string[]): [OptionKey, Setting][] {
  // The failsafe schema keeps every scalar as it is written: an account id with leading zeros is no number.
  const document = parseDocument(text, { schema: 'failsafe' })
  problems.push(...document.errors.map((error) => `${path}: ${error.message.split('\n')[0] ?? ''}`))
  const { contents } = document
  if (document.errors.length > 0 || contents === null || (isScalar(contents) && contents.value === '')) return []
  if (!isMap(contents)) {
    problems.push(`${path}: a configuration file holds keys and values, such as "api: 127.0.0.1:4080"`)
    return []
  }
  return contents.items.flatMap(({ key, value }) => readItem(path, key, value, problems))
}

function readItem(path: string, name: unknown, value: unknown, problems: string[]): [OptionKey, Setting][] {
  const text = String(name)
  const key = OPTION_KEYS.find((known) => known === text)
  if (!key) problems.push(`${path}: unknown key ${text}${formatSuggestion(text, OPTION_KEYS)}`)
  else if (!isScalar(value) || typeof value.value !== 'string' || value.value === '')
    problems.push(`${path}: ${text} needs one value: ${optionOf(key).help}`)
  else return [[key, { text: value.value, source: `${path}: ${text}` }]]
  return []
}

const PAIRS = [
  ['apiTlsCert', 'apiTlsKey'],
  ['xdsTlsCert', 'xdsTlsKey'],
  ['adminTlsCert', 'adminTlsKey'],
] as const

function checkPairs(settings: ReadonlyMap<OptionKey, Setting>): string[] {
  return PAIRS.flatMap((pair) => {
    const [present, ...others] = pair.filter((key) => settings.has(key))
    const missing = pair.find((key) => !settings.has(key))
    if (!present || others.length > 0 || !missing) return []
    return [`${settings.get(present)?.source ?? ''}: ${formatFlag(missing)} is needed beside ${formatFlag(present)}`]
  })
}

/** Options that mean nothing without another one. */
const NEEDS = [
  ['xdsClientCa', 'xdsTlsCert'],
  ['xdsRequireClientCert', 'xdsClientCa'],
] as const

function checkNeeds(settings: ReadonlyMap<OptionKey, Setting>, config: Partial<Record<OptionKey, unknown>>): string[] {
  const needs = NEEDS.flatMap(([key, needed]) => {
    const setting = settings.get(key)
    if (!setting || config[key] === false || settings.has(needed)) return []
    return [`${setting.source}: ${formatFlag(needed)} is needed beside ${formatFlag(key)}`]
  })
  return [...needs, ...checkCloudMap(settings, config)]
}

/** Those without a default: whoever sets one thinks that AWS is asked. */
const OF_AWS = ['cloudMapNamespaces', 'cloudMapEndpoint', 'cloudMapRegion'] as const

function checkCloudMap(
  settings: ReadonlyMap<OptionKey, Setting>,
  { cloudMap }: Partial<Record<OptionKey, unknown>>,
): string[] {
  if (cloudMap !== 'embedded') return []
  return OF_AWS.flatMap((key) => {
    const setting = settings.get(key)
    return setting ? [`${setting.source}: --cloud-map aws is needed beside ${formatFlag(key)}`] : []
  })
}
