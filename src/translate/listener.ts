/** Listeners and their filter chains. Both are reached by traffic redirection: the original destination port picks the chain. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type {
  AccessLog,
  Address,
  CidrRange,
  Filter,
  FilterChain,
  FilterChainMatch,
  Listener,
  ListenerFilter,
} from '../envoy/types.js'
import { uint32 } from '../envoy/wrappers.js'
import type { Listener as ListenerSpec } from '../model/virtual-node.js'
import { buildAccessLogs } from './access-log.js'
import { buildHttpConnectionManager } from './http-connection-manager.js'
import { buildAggregateStats } from './metadata.js'
import {
  allowAllClusterName,
  AMAZONAWS_SERVER_NAMES,
  amazonawsClusterName,
  EGRESS_PORT,
  EGRESS_STAT_PREFIX,
  EXTENSION,
  INGRESS_PORT,
  ingressClusterName,
  ingressStatPrefix,
  listenerName,
  routeConfigName,
  type Direction,
} from './names.js'
import type { EgressPort } from './egress-port.js'
import type { NodeView } from './proxy-view.js'
import { buildDetectionTimeout, buildServerChains, buildTlsDetection } from './server-tls.js'
import { buildTcpDestination, buildTcpProxy } from './tcp-proxy.js'

/** The listener for what comes in; none when the node has no listeners (envoy-config.md section 3.1). */
export function buildIngressListeners(node: NodeView): Listener[] {
  if (node.listeners.length === 0) return []
  const accessLogs = buildAccessLogs(node.accessLog)
  return [
    {
      ...buildFrame(node, 'ingress', INGRESS_PORT),
      filter_chains: node.listeners.flatMap((listener) => buildIngressChains(node, listener, accessLogs)),
      listener_filters: [ORIGINAL_DST, ...buildTlsDetection(node.listeners)],
      ...buildDetectionTimeout(node.listeners),
      traffic_direction: 'INBOUND',
    },
  ]
}

/** The listener for what goes out: a chain per backend port, then AWS, then the rest of the world if the mesh lets it (section 3.6). */
export function buildEgressListener(node: NodeView, ports: readonly EgressPort[]): Listener {
  const accessLogs = buildAccessLogs(node.accessLog)
  const anywhere = anyAddress(node)
  return {
    ...buildFrame(node, 'egress', EGRESS_PORT),
    filter_chains: [
      ...ports.map((port) => buildBackendChain(port, anywhere, accessLogs)),
      ...buildPassthroughChains(node, ports, anywhere, accessLogs),
    ],
    listener_filters: [ORIGINAL_DST, TLS_INSPECTOR],
    traffic_direction: 'OUTBOUND',
  }
}

const HTTPS_PORT = 443

const ORIGINAL_DST: ListenerFilter = { name: EXTENSION.originalDst, typed_config: pack(TYPE_URL.originalDst, {}) }

/**
 * Reads the server name for the AWS chain. It waits for the client's first bytes, which never come where the server speaks first (MySQL, SMTP),
 * so it looks at the one port that the AWS chain is for.
 */
const TLS_INSPECTOR: ListenerFilter = {
  name: EXTENSION.tlsInspector,
  typed_config: pack(TYPE_URL.tlsInspector, {}),
  filter_disabled: { not_match: { destination_port_range: { start: HTTPS_PORT, end: HTTPS_PORT + 1 } } },
}

/** With an IP preference both address families, else IPv4 alone (envoy-config.md section 3.5). */
export function buildFrame(
  { ipPreference }: Pick<NodeView, 'ipPreference'>,
  direction: Direction,
  port: number,
): Pick<Listener, 'name' | 'address' | 'metadata'> {
  const address: Address = ipPreference
    ? { socket_address: { address: '::', port_value: port, ipv4_compat: true } }
    : { socket_address: { address: '0.0.0.0', port_value: port } }
  return {
    name: listenerName(direction, ipPreference ? '::' : '0.0.0.0', port),
    address,
    metadata: buildAggregateStats({}),
  }
}

export function buildChain(match: FilterChainMatch, filter: Filter): FilterChain {
  return { filter_chain_match: match, filters: [filter] }
}

function buildIngressChains(
  { mesh, name, listeners }: NodeView,
  { portMapping: { port, protocol }, timeout, tls }: ListenerSpec,
  accessLogs: readonly AccessLog[],
): FilterChain[] {
  const statPrefix = ingressStatPrefix(protocol, port, listeners.length)
  const filter =
    protocol === 'tcp'
      ? buildTcpProxy({
          statPrefix,
          to: { cluster: ingressClusterName(mesh, name, protocol, port) },
          idle: timeout?.tcp?.idle,
          accessLogs,
        })
      : buildHttpConnectionManager({ statPrefix, routeConfig: routeConfigName('ingress', protocol, port), accessLogs })
  return buildServerChains(buildChain({ destination_port: uint32(port) }, filter), tls, protocol)
}

/**
 * A backend chain matches by port alone. On 443 it also names the addresses that the AWS chain names: Envoy looks up addresses before server
 * names, and among equal ranges of one port it would find only one of the chains.
 */
function buildBackendChain(port: EgressPort, anywhere: CidrRange[], accessLogs: readonly AccessLog[]): FilterChain {
  const match: FilterChainMatch = {
    ...(port.port === HTTPS_PORT && { prefix_ranges: anywhere }),
    destination_port: uint32(port.port),
  }
  if (port.protocol === 'tcp') {
    const { destination, idle } = port.route
    const to = buildTcpDestination(destination)
    return buildChain(match, buildTcpProxy({ statPrefix: EGRESS_STAT_PREFIX, to, idle, accessLogs }))
  }
  const routeConfig = routeConfigName('egress', port.protocol, port.port)
  return buildChain(match, buildHttpConnectionManager({ statPrefix: EGRESS_STAT_PREFIX, routeConfig, accessLogs }))
}

function buildPassthroughChains(
  { mesh, egressFilter }: NodeView,
  ports: readonly EgressPort[],
  anywhere: CidrRange[],
  accessLogs: readonly AccessLog[],
): FilterChain[] {
  const chain = (match: FilterChainMatch, cluster: string) =>
    buildChain(match, buildTcpProxy({ statPrefix: EGRESS_STAT_PREFIX, to: { cluster }, accessLogs }))
  const https: FilterChainMatch = { prefix_ranges: anywhere, destination_port: uint32(HTTPS_PORT) }
  const chains = [chain({ ...https, server_names: AMAZONAWS_SERVER_NAMES }, amazonawsClusterName(mesh))]
  if (egressFilter === 'DROP_ALL') return chains
  const allowAll = allowAllClusterName(mesh)
  chains.push(chain({ prefix_ranges: anywhere }, allowAll))
  // The AWS chain makes Envoy look no further for port 443, so the rest of that port needs a chain of its own, unless a backend has it.
  if (!ports.some(({ port }) => port === HTTPS_PORT)) chains.push(chain(https, allowAll))
  return chains
}

function anyAddress({ ipPreference }: NodeView): CidrRange[] {
  const ipv4 = { address_prefix: '0.0.0.0', prefix_len: uint32(0) }
  return ipPreference ? [ipv4, { address_prefix: '::', prefix_len: uint32(0) }] : [ipv4]
}
