/** Where App Mesh's documented rules say more than the model's constraints, and values that satisfy all of them. */

import type { LimitBook, Rule } from '../../aws-api/boundaries/subject.js'

const EVENTS = { enum: ['server-error', 'gateway-error', 'client-error', 'stream-error'] }
/** Envoy's counts have 32 bits, its durations 64 bits of nanoseconds. */
const COUNT = { max: 2 ** 32 - 1, text: `must be at most ${2 ** 32 - 1}` }
/** The names of virtual services are free in the model (app-mesh-api.md section 4). */
const NAME = { min: 1, max: 255, text: 'must have 1 to 255 characters' }

const NOT_EMPTY = { min: 1, text: 'must not be empty' }
/** Of an ARN with the shortest parts. */
const ARN = { min: 11, text: 'must be an ARN' }

/** Sections of app-mesh-api.md; `test/model/rules` has the tests of the rules themselves. */
const RULES: Readonly<Record<string, Rule>> = {
  'DnsServiceDiscovery.hostname': NOT_EMPTY,
  'Duration.value': { max: 9_223_372_035, text: /must be at most 9223372035 seconds/ },
  'GrpcRetryPolicy.httpRetryEvents[]': EVENTS,
  'GrpcRetryPolicy.maxRetries': COUNT,
  'HttpGatewayRoutePathRewrite.exact': { required: true },
  'HttpQueryParameter.name': { min: 1, max: 1024, text: 'must have 1 to 1024 bytes' },
  'HttpRetryPolicy.httpRetryEvents[]': EVENTS,
  'HttpRetryPolicy.maxRetries': COUNT,
  'ListenerTlsAcmCertificate.certificateArn': ARN,
  'ListenerTlsSdsCertificate.secretName': NOT_EMPTY,
  /** A range holds something: 7.5. */
  'MatchRange.end': { min: Number.MIN_SAFE_INTEGER + 1, text: 'must be greater than start' },
  'MatchRange.start': { max: Number.MAX_SAFE_INTEGER - 1, text: /must be greater than start/ },
  'OutlierDetection.maxServerErrors': COUNT,
  'TagResourceInput.tags': { excess: { code: 'TooManyTagsException', text: /at most 50 tags/ } },
  'TlsValidationContextAcmTrust.certificateAuthorityArns[]': ARN,
  'TlsValidationContextSdsTrust.secretName': NOT_EMPTY,
  'VirtualGatewayListenerTlsAcmCertificate.certificateArn': ARN,
  'VirtualGatewayListenerTlsSdsCertificate.secretName': NOT_EMPTY,
  'VirtualGatewaySpec.listeners': { min: 1, text: 'must have at least 1 item' },
  'VirtualGatewayTlsValidationContextAcmTrust.certificateAuthorityArns[]': ARN,
  'VirtualGatewayTlsValidationContextSdsTrust.secretName': NOT_EMPTY,
  'VirtualServiceBackend.virtualServiceName': {
    min: 1,
    max: 255,
    text: 'must name a service with 1 to 255 characters',
  },
}

/** The same for members of every input. */
const INPUT_RULES: Readonly<Record<string, Rule>> = {
  clientToken: { min: 1, max: 36, text: 'must have 1 to 36 characters' },
  nextToken: { foreign: 'is not a token that this listing returned' },
  virtualServiceName: NAME,
}

export const APP_MESH_LIMITS: LimitBook = {
  rule: (key) => RULES[key] ?? INPUT_RULES[/^\w+Input\.(\w+)$/.exec(key)?.[1] ?? ''],
  text: textOf,
  list: listOf,
}

/** A text of `length` characters that the rules take. */
export function textOf(key: string, length: number): string {
  return (TEXTS[key] ?? TEXTS[key.replace(/^\w+Input\./, '')] ?? fill('x'))(length)
}

type Text = (length: number) => string

const fill =
  (letter: string, before = '', after = ''): Text =>
  (length) =>
    `${before}${letter.repeat(Math.max(0, length - before.length - after.length))}${after}`.slice(0, length)

/** Labels of a host name, none of more than 63 characters. */
const host: Text = (length) =>
  'a23456789.'
    .repeat(Math.ceil(length / 10))
    .slice(0, length)
    .replace(/\.$/, 'x')
const path = fill('x', '/')
const arn = fill('x', 'arn:a:b:::')

const made = { short: 0, long: 0 }
const SIGNS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'
/** Every one is new, as far as its length allows. */
const token: Text = (length) => {
  if (length === 1) return SIGNS.charAt(made.short++)
  return `${made.long++}-`.padEnd(length, 'x').slice(0, length)
}

const TEXTS: Readonly<Record<string, Text | undefined>> = {
  'DnsServiceDiscovery.hostname': host,
  'FileAccessLog.path': path,
  'GatewayRouteHostnameMatch.exact': host,
  'GatewayRouteHostnameMatch.suffix': host,
  'HttpGatewayRouteMatch.prefix': path,
  'HttpGatewayRoutePathRewrite.exact': path,
  'HttpGatewayRoutePrefixRewrite.value': fill('x', '/', '/'),
  'HttpPathMatch.exact': path,
  'HttpPathMatch.regex': path,
  'HttpRouteMatch.prefix': path,
  'ListenerTlsAcmCertificate.certificateArn': arn,
  'SubjectAlternativeNameMatchers.exact[]': host,
  'TlsValidationContextAcmTrust.certificateAuthorityArns[]': arn,
  'VirtualGatewayListenerTlsAcmCertificate.certificateArn': arn,
  'VirtualGatewayTlsValidationContextAcmTrust.certificateAuthorityArns[]': arn,
  clientToken: token,
  meshOwner: fill('0'),
}

function listOf(key: string, item: unknown, length: number): unknown[] {
  const make = ITEMS[key] ?? ITEMS[key.replace(/^\w+\./, '')] ?? ((same: unknown) => same)
  return Array.from({ length }, (_, index) => make(item, index))
}

const onPort = (port: number) => ({ portMapping: { port, protocol: 'http' } })

const ITEMS: Readonly<Record<string, ((item: unknown, index: number) => unknown) | undefined>> = {
  backends: (_, index) => ({ virtualService: { virtualServiceName: `service${index}` } }),
  listeners: (_, index) => onPort(1000 + index),
  tagKeys: (_, index) => `k${index}`,
  tags: (_, index) => ({ key: `k${index}`, value: 'v' }),
  weightedTargets: (item) => ({ ...(item as object), weight: 1 }),
}
