/** The resources of one proxy, shaped as App Mesh's are (envoy-config.md sections 3 and 5), for tests and measurements of the wire. */
import { pack } from '../../src/envoy/pack.js'
import { TYPE_URL, type ResourceTypeUrl } from '../../src/envoy/type-url.js'
import type {
  Cluster,
  ClusterLoadAssignment,
  FilterChain,
  HttpFilter,
  Listener,
  Metadata,
  RouteConfiguration,
  VirtualHost,
} from '../../src/envoy/types.js'
import { bool, millis, seconds, struct, uint32 } from '../../src/envoy/wrappers.js'

const NO_LIMIT = uint32(2147483647)
const ADS = { ads: {}, resource_api_version: 'V3' } as const

export function aggregateStats(tags: { key: string; value: string }[]): Metadata {
  return { filter_metadata: { 'aws.appmesh.aggregate_stats': struct({ config: JSON.stringify({ tags }) }) } }
}

export function sampleCluster(index: number): Cluster {
  return {
    name: `cds_egress_sample-mesh_backend-${index}_http_8080`,
    type: 'EDS',
    eds_cluster_config: { eds_config: ADS },
    connect_timeout: seconds(1),
    circuit_breakers: {
      thresholds: [
        { max_connections: NO_LIMIT, max_pending_requests: NO_LIMIT, max_requests: NO_LIMIT, max_retries: NO_LIMIT },
      ],
    },
    health_checks: [
      {
        timeout: millis(2000),
        interval: millis(5000),
        healthy_threshold: uint32(2),
        unhealthy_threshold: uint32(3),
        alt_port: uint32(8080),
        http_health_check: { host: `backend-${index}.sample.local:8080`, path: '/ping', codec_client_type: 'HTTP1' },
      },
    ],
    outlier_detection: {
      consecutive_5xx: uint32(5),
      interval: seconds(10),
      base_ejection_time: seconds(30),
      max_ejection_percent: uint32(50),
      successful_active_health_check_uneject_host: bool(false),
    },
    metadata: aggregateStats([{ key: 'TargetVirtualNode', value: `backend-${index}` }]),
    ignore_health_on_host_removal: true,
  }
}

export function sampleAssignment(index: number, hosts = 4): ClusterLoadAssignment {
  return {
    cluster_name: `cds_egress_sample-mesh_backend-${index}_http_8080`,
    endpoints: [
      {
        lb_endpoints: Array.from({ length: hosts }, (_, host) => ({
          endpoint: { address: { socket_address: { address: `10.0.${index}.${host + 1}`, port_value: 8080 } } },
        })),
      },
    ],
  }
}

export function sampleVirtualHost(index: number, timeoutSeconds = 15): VirtualHost {
  const name = `backend-${index}.sample.local`
  return {
    name,
    domains: [name, `${name}:8080`],
    routes: [
      {
        match: { prefix: '/', headers: [{ name: ':method', exact_match: 'GET' }] },
        route: {
          weighted_clusters: {
            clusters: [
              { name: `cds_egress_sample-mesh_backend-${index}_http_8080`, weight: uint32(90) },
              { name: `cds_egress_sample-mesh_canary-${index}_http_8080`, weight: uint32(10) },
            ],
            total_weight: uint32(100),
          },
          timeout: seconds(timeoutSeconds),
          retry_policy: {
            retry_on: 'reset,unavailable,connect-failure,refused-stream,retriable-status-codes',
            num_retries: uint32(2),
            retriable_status_codes: [503],
            retry_host_predicate: [
              { name: 'envoy.retry_host_predicates.previous_hosts', typed_config: pack(TYPE_URL.previousHosts, {}) },
            ],
            host_selection_retry_max_attempts: 5,
          },
        },
        metadata: aggregateStats([{ key: 'TargetVirtualService', value: name }]),
      },
    ],
  }
}

export function sampleRoutes(hosts: VirtualHost[]): RouteConfiguration {
  return { name: 'rds_egress_http_8080', virtual_hosts: hosts }
}

const ROUTER: HttpFilter = { name: 'envoy.filters.http.router', typed_config: pack(TYPE_URL.router, {}) }

export function sampleChain(port: number): FilterChain {
  return {
    filter_chain_match: { destination_port: uint32(port) },
    filters: [
      {
        name: 'envoy.filters.network.http_connection_manager',
        typed_config: pack(TYPE_URL.httpConnectionManager, {
          stat_prefix: 'egress',
          rds: { config_source: ADS, route_config_name: `rds_egress_http_${port}` },
          http_filters: [ROUTER],
          tracing: {},
          upgrade_configs: [{ upgrade_type: 'websocket', enabled: bool(true) }],
          normalize_path: bool(true),
          merge_slashes: true,
          path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
          access_log: [
            {
              name: 'envoy.access_loggers.file',
              typed_config: pack(TYPE_URL.fileAccessLog, { path: '/dev/stdout' }),
            },
          ],
        }),
      },
    ],
  }
}

export function sampleListener(chains: FilterChain[]): Listener {
  return {
    name: 'lds_egress_0.0.0.0_15001',
    address: { socket_address: { address: '0.0.0.0', port_value: 15001 } },
    filter_chains: chains,
    listener_filters: [
      { name: 'envoy.filters.listener.original_dst', typed_config: pack(TYPE_URL.originalDst, {}) },
      {
        name: 'envoy.filters.listener.tls_inspector',
        typed_config: pack(TYPE_URL.tlsInspector, {}),
        filter_disabled: { not_match: { destination_port_range: { start: 443, end: 444 } } },
      },
    ],
    traffic_direction: 'OUTBOUND',
    metadata: aggregateStats([]),
  }
}

export interface SampleResource {
  readonly typeUrl: ResourceTypeUrl
  readonly message: Cluster | ClusterLoadAssignment | Listener | RouteConfiguration
}

/** 2 * `backends` + 5 resources: per backend a cluster and its endpoints, and what every proxy has. */
export function sampleProxy(backends: number): SampleResource[] {
  const indexes = Array.from({ length: backends }, (_, index) => index)
  const ingress: RouteConfiguration = {
    name: 'rds_ingress_http_8080',
    virtual_hosts: [
      {
        name: 'sample',
        domains: ['*'],
        routes: [{ match: { prefix: '/' }, route: { cluster: 'cds_ingress_sample-mesh_sample_http_8080' } }],
      },
    ],
  }
  return [
    ...indexes.map((index) => ({ typeUrl: TYPE_URL.cluster, message: sampleCluster(index) })),
    { typeUrl: TYPE_URL.cluster, message: sampleCluster(backends) },
    ...indexes.map((index) => ({ typeUrl: TYPE_URL.clusterLoadAssignment, message: sampleAssignment(index) })),
    {
      typeUrl: TYPE_URL.listener,
      message: { ...sampleListener([sampleChain(8080)]), name: 'lds_ingress_0.0.0.0_15000' },
    },
    { typeUrl: TYPE_URL.listener, message: sampleListener([sampleChain(8080), sampleChain(9090)]) },
    { typeUrl: TYPE_URL.routeConfiguration, message: ingress },
    { typeUrl: TYPE_URL.routeConfiguration, message: sampleRoutes(indexes.map((index) => sampleVirtualHost(index))) },
  ]
}
