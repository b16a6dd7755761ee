/** Stats: tags that dashboards read, sinks, flush interval (bootstrap.md section 5, envoy-config.md section 2). */
import { buildPipe, buildUdpAddress, isIp } from './address.js'
import type { ProxyKind } from '../model/node-id.js'
import type { MeshResource } from './identity.js'
import { pack, type Message } from './message.js'
import type { Outcome } from './outcome.js'
import type { Settings } from './variables.js'

/** The spellings of a resource type in the names of tags. */
const TYPE_TAG: Record<ProxyKind, { snake: string; pascal: string }> = {
  virtualNode: { snake: 'virtual_node', pascal: 'VirtualNode' },
  virtualGateway: { snake: 'virtual_gateway', pascal: 'VirtualGateway' },
}

export function buildStatsConfig(settings: Settings, resource: MeshResource): Message {
  return {
    stats_tags: [
      ...(settings.ENABLE_ENVOY_STATS_TAGS ? buildMeshTags(resource) : []),
      ...(settings.APPMESH_METRIC_EXTENSION_VERSION === '1' ? buildMetricExtensionTags(resource) : []),
      ...LISTENER_TAGS,
    ],
  }
}

function buildMeshTags({ mesh, type, name }: MeshResource): Message[] {
  return [fixed('appmesh.mesh', mesh), fixed(`appmesh.${TYPE_TAG[type].snake}`, name)]
}

/** The service comes after the node: its name may hold dots, so it takes every letter up to the next tag's capital. */
function buildMetricExtensionTags({ mesh, type, name }: MeshResource): Message[] {
  return [
    regex('TargetVirtualNode', String.raw`^appmesh(?:\..+?\..+?)*(\.TargetVirtualNode\.(.+?))(?:\..+?\..+?)*\.(?:.+)$`),
    regex(
      'TargetVirtualService',
      String.raw`^appmesh(?:\..+?\..+?)*(\.TargetVirtualService\.([^MVT]+))(?:\..+?\..+?)*\.(?:.+)$`,
    ),
    fixed('Mesh', mesh),
    fixed(TYPE_TAG[type].pascal, name),
  ]
}

/** A node with several listeners counts under `ingress.<protocol>.<port>`: the first group goes from the name, the second is the tag's value. */
const LISTENER_TAGS: readonly Message[] = [
  regex('appmesh.listener_protocol', String.raw`.*?\.ingress\.((\w+?)\.)[0-9]+?\.(.+?)$`),
  regex('appmesh.listener_port', String.raw`.*?\.ingress\.\w+?\.(([0-9]+?)\.)(.+?)$`),
  regex('envoy_rds_route_config', String.raw`.*?\.ingress\.\w+?\.[0-9]+?\.rds\.((.*?)\.)(.+?)$`),
]

function fixed(tag_name: string, fixed_value: string): Message {
  return { tag_name, fixed_value }
}

function regex(tag_name: string, pattern: string): Message {
  return { tag_name, regex: pattern }
}

/** The sinks that the environment asks for, DogStatsD over UDP or a Unix socket. */
export function buildStatsSinks(settings: Settings): Outcome<readonly Message[]> {
  if (!settings.ENABLE_ENVOY_DOG_STATSD) return []
  const { STATSD_SOCKET_PATH: path, STATSD_ADDRESS: address, STATSD_PORT: port } = settings
  if (path === undefined && !isIp(address))
    return { path: 'STATSD_ADDRESS', message: `must be an IP address, not "${address}": Envoy does not resolve it` }
  const target = path === undefined ? buildUdpAddress(address, port) : buildPipe(path)
  return [
    {
      name: 'envoy.stat_sinks.dog_statsd',
      typed_config: pack('envoy.config.metrics.v3.DogStatsdSink', { address: target }),
    },
  ]
}

export function buildFlushInterval(settings: Settings): Message {
  const millis = settings.ENVOY_STATS_FLUSH_INTERVAL
  return millis === undefined ? {} : { stats_flush_interval: formatSeconds(millis) }
}

/** A duration as protobuf's JSON form has it: at most nine decimals. */
function formatSeconds(millis: number): string {
  return `${Number((millis / 1000).toFixed(9))}s`
}
