/** Attributes of instances: which of them Cloud Map knows, which ones a service demands, and which instances have those asked for. */
import { isIpv4, isIpv6 } from '../ip-address.js'
import type { Problem } from '../problem.js'
import { demand } from '../rules/shape-rule.js'
import type { Attributes, Service } from './resource.js'
import type { NamespaceType, RecordType } from './shapes.js'

/** The attributes with a meaning of their own (cloud-map-api.md section 7). */
export const ATTRIBUTE = {
  ipv4: 'AWS_INSTANCE_IPV4',
  ipv6: 'AWS_INSTANCE_IPV6',
  port: 'AWS_INSTANCE_PORT',
  cname: 'AWS_INSTANCE_CNAME',
  alias: 'AWS_ALIAS_DNS_NAME',
  ec2Instance: 'AWS_EC2_INSTANCE_ID',
  initialHealth: 'AWS_INIT_HEALTH_STATUS',
  zone: 'AVAILABILITY_ZONE',
  /** Ours: seconds after which an instance that does not report again is removed. */
  ttl: 'MESHKEEPER_TTL',
} as const

/** The value of `key`, or undefined. Keys come from outside: what every object inherits is no attribute. */
export function attributeOf(attributes: Attributes, key: string): string | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined
}

/** True when `attributes` has every one of `wanted`, value by value (cloud-map-api.md section 8). */
export function hasAttributes(attributes: Attributes, wanted: Attributes): boolean {
  return Object.entries(wanted).every(([key, value]) => attributeOf(attributes, key) === value)
}

const LONGEST_KEY = 255
const KEY = /^[a-zA-Z0-9!-~]+$/
const MOST_CHARACTERS = 5000

/** What is wrong with the keys of a map whose values have passed its schema. */
export function checkKeys(attributes: Attributes, path: string): Problem[] {
  return Object.keys(attributes).flatMap((key) => [
    ...demand(key.length <= LONGEST_KEY, path, `must have keys of at most ${LONGEST_KEY} characters`),
    ...demand(KEY.test(key), path, `must have keys of printable characters without spaces: ${JSON.stringify(key)}`),
  ])
}

/** What is wrong with the attributes of an instance that is to be registered in `service`. */
export function checkAttributes(attributes: Attributes, service: Service, namespaceType: NamespaceType): Problem[] {
  const at = 'Attributes'
  const has = (key: string): boolean => attributeOf(attributes, key) !== undefined
  const size = Object.entries(attributes).reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  return [
    ...checkKeys(attributes, at),
    ...demand(size <= MOST_CHARACTERS, at, `must have at most ${MOST_CHARACTERS} characters in all keys and values`),
    ...checkHealth(attributes, service),
    ...checkTtl(attributes),
    ...demand(!has(ATTRIBUTE.ec2Instance), `${at}.${ATTRIBUTE.ec2Instance}`, NO_EC2),
    ...(namespaceType === 'HTTP' ? [] : checkForms(attributes)),
    ...(has(ATTRIBUTE.alias) ? checkAlias(attributes, service) : checkRecords(attributes, service)),
  ]
}

const NO_EC2 = 'cannot be looked up here: give AWS_INSTANCE_IPV4 with the address of the EC2 instance'

function checkHealth(attributes: Attributes, { healthCheckCustomConfig }: Service): Problem[] {
  const status = attributeOf(attributes, ATTRIBUTE.initialHealth)
  if (status === undefined) return []
  const path = `Attributes.${ATTRIBUTE.initialHealth}`
  return [
    ...demand(status === 'HEALTHY' || status === 'UNHEALTHY', path, 'must be HEALTHY or UNHEALTHY'),
    ...demand(healthCheckCustomConfig !== undefined, path, 'needs a service with a HealthCheckCustomConfig'),
  ]
}

function checkTtl(attributes: Attributes): Problem[] {
  const ttl = attributeOf(attributes, ATTRIBUTE.ttl)
  const sound = ttl === undefined || (/^[1-9]\d{0,4}$/.test(ttl) && Number(ttl) <= 86_400)
  return demand(sound, `Attributes.${ATTRIBUTE.ttl}`, 'must be a number of seconds from 1 to 86400')
}

/** HTTP namespaces take any text. */
function checkForms(attributes: Attributes): Problem[] {
  return FORMS.flatMap(([key, isSound, message]) => {
    const value = attributeOf(attributes, key)
    return demand(value === undefined || isSound(value), `Attributes.${key}`, message)
  })
}

const FORMS: readonly (readonly [string, (text: string) => boolean, string])[] = [
  [ATTRIBUTE.ipv4, isIpv4, 'must be an IPv4 address'],
  [ATTRIBUTE.ipv6, isIpv6, 'must be an IPv6 address'],
  [ATTRIBUTE.port, (text) => /^\d{1,5}$/.test(text) && isPort(Number(text)), 'must be a port from 1 to 65535'],
]

function isPort(port: number): boolean {
  return port >= 1 && port <= 65535
}

function checkAlias(attributes: Attributes, { dnsConfig }: Service): Problem[] {
  const path = `Attributes.${ATTRIBUTE.alias}`
  const types = new Set(dnsConfig?.DnsRecords.map((record) => record.Type))
  const fits = dnsConfig?.RoutingPolicy === 'WEIGHTED' && (types.has('A') || types.has('AAAA'))
  const alone = !Object.keys(attributes).some((key) => key.startsWith('AWS_INSTANCE_'))
  return [
    ...demand(fits, path, 'needs a service with A or AAAA records and the routing policy WEIGHTED'),
    ...demand(alone, path, 'excludes every AWS_INSTANCE_ attribute'),
  ]
}

function checkRecords(attributes: Attributes, { dnsConfig, healthCheckConfig }: Service): Problem[] {
  const wanted = (dnsConfig?.DnsRecords ?? []).flatMap((record) =>
    NEEDS[record.Type].map((keys) => ({ keys, for: record.Type })),
  )
  if (healthCheckConfig) wanted.push({ keys: [ATTRIBUTE.port], for: 'SRV' })
  return wanted.flatMap(({ keys, for: type }) => {
    const found = keys.some((key) => attributeOf(attributes, key) !== undefined)
    const why = healthCheckConfig && type === 'SRV' ? 'its health check or SRV records' : `its ${type} records`
    return demand(found, `Attributes.${keys.join(' or ')}`, `is required: the service needs it for ${why}`)
  })
}

/** Of each list one is enough. */
const NEEDS: Readonly<Record<RecordType, readonly (readonly string[])[]>> = {
  A: [[ATTRIBUTE.ipv4]],
  AAAA: [[ATTRIBUTE.ipv6]],
  SRV: [[ATTRIBUTE.port], [ATTRIBUTE.ipv4, ATTRIBUTE.ipv6]],
  CNAME: [[ATTRIBUTE.cname]],
}
