/** The messages of discovery as a client of a soak needs them. */
import { lookupType } from '../../src/codec/root.js'
import type { Variant } from '../../src/xds/stream-view.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SECRET_TYPE } from '../../src/xds/types.js'
import { readResource, type Reading } from './named.js'
import { fingerprint } from './truth.js'

export interface ReceivedResource {
  readonly name: string
  readonly hash: string
  /** Delta only. */
  readonly version: string
}

export interface Received {
  readonly typeUrl: string
  readonly version: string
  readonly nonce: string
  readonly resources: readonly ReceivedResource[]
  readonly removed: readonly string[]
}

interface Any {
  readonly type_url: string
  readonly value: Buffer
}

interface SotwResponse {
  readonly type_url: string
  readonly version_info: string
  readonly nonce: string
  readonly resources: readonly Any[]
}

interface DeltaResponse {
  readonly type_url: string
  readonly system_version_info: string
  readonly nonce: string
  readonly resources: readonly { readonly name: string; readonly version: string; readonly resource: Any }[]
  readonly removed_resources: readonly string[]
}

const PACKAGE = 'envoy.service.discovery.v3'
const TYPES = {
  sotw: { request: lookupType(`${PACKAGE}.DiscoveryRequest`), response: lookupType(`${PACKAGE}.DiscoveryResponse`) },
  delta: {
    request: lookupType(`${PACKAGE}.DeltaDiscoveryRequest`),
    response: lookupType(`${PACKAGE}.DeltaDiscoveryResponse`),
  },
}

/** Paths of the methods: of the aggregated service, and of the one for each type. */
export const AGGREGATED: Readonly<Record<Variant, string>> = {
  sotw: `/${PACKAGE}.AggregatedDiscoveryService/StreamAggregatedResources`,
  delta: `/${PACKAGE}.AggregatedDiscoveryService/DeltaAggregatedResources`,
}
export const SEPARATE: Readonly<Record<string, Readonly<Record<Variant, string>>>> = {
  [CLUSTER_TYPE]: methods('envoy.service.cluster.v3.ClusterDiscoveryService', 'Clusters'),
  [ENDPOINT_TYPE]: methods('envoy.service.endpoint.v3.EndpointDiscoveryService', 'Endpoints'),
  [LISTENER_TYPE]: methods('envoy.service.listener.v3.ListenerDiscoveryService', 'Listeners'),
  [ROUTE_TYPE]: methods('envoy.service.route.v3.RouteDiscoveryService', 'Routes'),
  [SECRET_TYPE]: methods('envoy.service.secret.v3.SecretDiscoveryService', 'Secrets'),
}

function methods(service: string, plural: string): Record<Variant, string> {
  return { sotw: `/${service}/Stream${plural}`, delta: `/${service}/Delta${plural}` }
}

export function encodeRequest(variant: Variant, request: object): Uint8Array {
  const { request: type } = TYPES[variant]
  return type.encode(type.fromObject(request)).finish()
}

export function decodeResponse(variant: Variant, bytes: Buffer): Received {
  const message: unknown = TYPES[variant].response.decode(bytes)
  if (variant === 'sotw') {
    const { type_url, version_info, nonce, resources } = message as SotwResponse
    const read = resources.map((any) => ({ ...readAny(any), version: '' }))
    return { typeUrl: type_url, version: version_info, nonce, resources: read, removed: [] }
  }
  const { type_url, system_version_info, nonce, resources, removed_resources } = message as DeltaResponse
  return {
    typeUrl: type_url,
    version: system_version_info,
    nonce,
    resources: resources.map(({ name, version, resource }) => ({ name, version, hash: readAny(resource).hash })),
    removed: removed_resources,
  }
}

/** What resources say, by the hash of them: thousands of copies are read once. */
const readings = new Map<string, Reading>()

/** Of a resource that was received. */
export function readingOf(hash: string): Reading {
  const reading = readings.get(hash)
  if (!reading) throw new Error(`${hash} was never received`)
  return reading
}

function readAny({ type_url: typeUrl, value }: Any): { name: string; hash: string } {
  const hash = fingerprint(value)
  const name = nameOf(value)
  if (!readings.has(hash)) readings.set(hash, readResource(typeUrl, name, value))
  return { name, hash }
}

/** The name of each of the five types is its field 1, which is written first. */
function nameOf(bytes: Buffer): string {
  const [tag, length = 0, next = 0] = bytes
  if (tag !== 0x0a) throw new Error('a resource without a name')
  if (length < 0x80) return bytes.toString('utf8', 2, 2 + length)
  const long = (length & 0x7f) | (next << 7)
  return bytes.toString('utf8', 3, 3 + long)
}
