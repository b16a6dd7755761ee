/** Clusters: the application, the listeners of other nodes, and the ways out of the mesh. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { Cluster, DnsLookupFamily } from '../envoy/types.js'
import { millis, seconds } from '../envoy/wrappers.js'
import type { VirtualNodeConnectionPool } from '../model/connection-pool.js'
import type { IpPreference, PortProtocol } from '../model/scalars.js'
import type { DnsResponseType } from '../model/service-discovery.js'
import { buildCircuitBreakers } from './connection-pool.js'
import { buildLoadAssignment, type EndpointAddress } from './endpoint.js'
import { buildHealthChecks } from './health-check.js'
import type { Memo } from './memo.js'
import { buildAggregateStats } from './metadata.js'
import { allowAllClusterName, amazonawsClusterName, EXTENSION, ingressClusterName } from './names.js'
import { buildOutlierDetection } from './outlier-detection.js'
import type { NodeView } from './proxy-view.js'
import { discoveryHost, type Discovery, type EgressTarget } from './target-view.js'
import { alpnOf, buildUpstreamSocket } from './tls.js'

const LOCAL_CONNECT_TIMEOUT = millis(250)
const CONNECT_TIMEOUT = seconds(1)

/** The application beside the proxy, one cluster per listener; the listener's connection pool protects it (envoy-config.md section 3.4). */
export function buildIngressClusters({ mesh, name, listeners, ipPreference }: NodeView): Cluster[] {
  return listeners.map(({ portMapping: { port, protocol }, connectionPool }) =>
    buildLocalCluster({
      name: ingressClusterName(mesh, name, protocol, port),
      protocol,
      address: { address: loopback(ipPreference), port },
      connectionPool,
    }),
  )
}

export interface LocalClusterOptions {
  readonly name: string
  readonly protocol: PortProtocol
  readonly address: EndpointAddress
  readonly connectionPool: VirtualNodeConnectionPool | undefined
}

/** A cluster of one address on this host. */
export function buildLocalCluster({ name, protocol, address, connectionPool }: LocalClusterOptions): Cluster {
  return {
    name,
    type: 'STATIC',
    connect_timeout: LOCAL_CONNECT_TIMEOUT,
    circuit_breakers: buildCircuitBreakers(connectionPool),
    load_assignment: buildLoadAssignment(name, [address]),
    ...buildProtocolOptions(protocol),
  }
}

/** The clusters of everything that the node calls, each built once per mesh. */
export function buildEgressClusters(targets: readonly EgressTarget[], memo: Memo): Cluster[] {
  return targets.map((target) =>
    memo(target.tls ? `${target.cluster} ${target.tls.key}` : target.cluster, [target], () =>
      buildEgressCluster(target),
    ),
  )
}

/** Connections that leave for where they were going: to AWS always, to anywhere with ALLOW_ALL (envoy-config.md section 3.6). */
export function buildPassthroughClusters({ mesh, egressFilter }: NodeView): Cluster[] {
  const names = [amazonawsClusterName(mesh), ...(egressFilter === 'ALLOW_ALL' ? [allowAllClusterName(mesh)] : [])]
  return names.map((name) => ({
    name,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    connect_timeout: CONNECT_TIMEOUT,
    circuit_breakers: buildCircuitBreakers(),
  }))
}

/** One listener of another node, with that listener's health checks and outlier detection (envoy-config.md section 3.8). */
function buildEgressCluster(target: EgressTarget): Cluster {
  const { cluster, node, protocol, discovery, healthCheck, outlierDetection, tls } = target
  return {
    name: cluster,
    connect_timeout: CONNECT_TIMEOUT,
    circuit_breakers: buildCircuitBreakers(),
    ...(node !== undefined && { metadata: buildAggregateStats({ TargetVirtualNode: node }) }),
    ...buildDiscovery(target),
    ...(tls && { transport_socket: buildUpstreamSocket(tls, protocol) }),
    ...(healthCheck && {
      health_checks: buildHealthChecks(healthCheck, hostOf(discovery, target.port), tls ? alpnOf(protocol) : []),
    }),
    ...(outlierDetection && { outlier_detection: buildOutlierDetection(outlierDetection) }),
    ...buildProtocolOptions(protocol),
  }
}

type DiscoveryFields = Pick<
  Cluster,
  'type' | 'dns_lookup_family' | 'load_assignment' | 'eds_cluster_config' | 'ignore_health_on_host_removal'
>

/** A host that is no longer discovered gets no more traffic, whatever its health checks say (envoy-config.md section 3.8). */
const EDS: DiscoveryFields = {
  type: 'EDS',
  eds_cluster_config: { eds_config: { ads: {}, resource_api_version: 'V3' } },
  ignore_health_on_host_removal: true,
}

const DNS_TYPE = { LOADBALANCER: 'LOGICAL_DNS', ENDPOINTS: 'STRICT_DNS' } as const satisfies Record<
  DnsResponseType,
  Cluster['type']
>

/** IPv6 with a fall-back to IPv4 is Envoy's AUTO, its default (envoy-config.md section 3.5). */
const DNS_LOOKUP_FAMILY: Record<IpPreference, DnsLookupFamily> = {
  IPv4_ONLY: 'V4_ONLY',
  IPv4_PREFERRED: 'V4_PREFERRED',
  IPv6_ONLY: 'V6_ONLY',
  IPv6_PREFERRED: 'AUTO',
}

function buildDiscovery({ cluster, port, discovery }: EgressTarget): DiscoveryFields {
  if (discovery.kind === 'none') return { type: 'STATIC', load_assignment: buildLoadAssignment(cluster, []) }
  if (discovery.kind === 'cloudMap') return EDS
  const { hostname, responseType, ipPreference } = discovery
  return {
    type: DNS_TYPE[responseType],
    ...(ipPreference && { dns_lookup_family: DNS_LOOKUP_FAMILY[ipPreference] }),
    load_assignment: buildLoadAssignment(cluster, [{ address: hostname, port }]),
  }
}

function hostOf(discovery: Discovery, port: number): string {
  const host = discoveryHost(discovery)
  return host === undefined ? '' : `${host}:${port}`
}

/** http and tcp need nothing: Envoy speaks HTTP/1.1 unless told otherwise. */
function buildProtocolOptions(protocol: PortProtocol): Pick<Cluster, 'typed_extension_protocol_options'> {
  return protocol === 'http2' || protocol === 'grpc' ? HTTP2 : {}
}

const HTTP2: Pick<Cluster, 'typed_extension_protocol_options'> = {
  typed_extension_protocol_options: {
    [EXTENSION.httpProtocolOptions]: pack(TYPE_URL.httpProtocolOptions, {
      explicit_http_config: { http2_protocol_options: {} },
    }),
  },
}

/** This host's own address, as App Mesh writes it. */
export function loopback(ipPreference: IpPreference | undefined): string {
  return ipPreference === 'IPv6_ONLY' || ipPreference === 'IPv6_PREFERRED' ? '0:0:0:0:0:0:0:1' : '127.0.0.1'
}
