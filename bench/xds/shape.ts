/**
 * The synthetic mesh of the xDS benches, as Envoy messages: each virtual node has an ingress and an egress listener and ten backends, each behind two
 * weighted targets, so about 21 clusters, 20 load assignments and 2 route configurations. The same shape as the peer server's.
 */
import type { EncodedResource } from '../../src/codec/resource.js'
import { pack } from '../../src/envoy/pack.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import type {
  Cluster,
  ClusterLoadAssignment,
  Listener,
  RouteConfiguration,
  VirtualHost,
} from '../../src/envoy/types.js'
import { millis, seconds, uint32 } from '../../src/envoy/wrappers.js'
import { encodeResource } from './built.js'

export type Kind = 'cds' | 'eds' | 'lds' | 'rds'

const ADS = { ads: {}, resource_api_version: 'V3' } as const
const MAX = uint32(2_147_483_647)
const BACKENDS = 10

export class Shape {
  readonly #mesh: string
  readonly #nodes: number
  readonly #replicas: number
  readonly #encoded = new Map<string, EncodedResource>()
  /** By service, of the newest generation: one object for all nodes that call it, as the product has it, since it is then encoded once. */
  readonly #hosts = new Map<number, VirtualHost>()
  #hostsGeneration = 0

  constructor(mesh: string, nodes: number, replicas: number) {
    this.#mesh = mesh
    this.#nodes = nodes
    this.#replicas = replicas
  }

  nodeId(node: number): string {
    return `mesh/${this.#mesh}/virtualNode/vn-${node}`
  }

  /** The resources of one kind for one virtual node; generation 0 is what all share, a later one is a change. */
  resources(kind: Kind, node: number, generation: number): EncodedResource[] {
    if (kind === 'cds') return this.#clusters(node, generation)
    if (kind === 'eds') return this.#assignments(node, generation)
    return kind === 'lds' ? this.#listeners(generation) : this.#routes(node, generation)
  }

  /** Encodes what all nodes share once. */
  #shared(key: string, generation: number, encode: () => EncodedResource): EncodedResource {
    if (generation > 0) return encode()
    let resource = this.#encoded.get(key)
    if (!resource) this.#encoded.set(key, (resource = encode()))
    return resource
  }

  #clusterName(node: number): string {
    return `cds_egress_${this.#mesh}_vn-${node}_http_8080`
  }

  #services(node: number): number[] {
    const count = Math.min(BACKENDS, this.#nodes - 1)
    return Array.from({ length: count }, (_, index) => (node + index + 1) % this.#nodes)
  }

  #targets(service: number): [number, number] {
    return [service, (service + Math.floor(this.#nodes / 2)) % this.#nodes]
  }

  #allTargets(node: number): number[] {
    return [...new Set(this.#services(node).flatMap((service) => this.#targets(service)))]
  }

  #clusters(node: number, generation: number): EncodedResource[] {
    const local = this.#shared('local', 0, () => encodeResource(TYPE_URL.cluster, this.#localCluster()))
    const egress = this.#allTargets(node).map((target) =>
      this.#shared(`cluster ${target}`, generation, () =>
        encodeResource(TYPE_URL.cluster, this.#egressCluster(target, generation)),
      ),
    )
    return [local, ...egress]
  }

  /** A change touches one assignment. */
  #assignments(node: number, generation: number): EncodedResource[] {
    return this.#allTargets(node).map((target, index) => {
      const own = index === 0 ? generation : 0
      return this.#shared(`assignment ${target}`, own, () =>
        encodeResource(TYPE_URL.clusterLoadAssignment, this.#assignment(target, own)),
      )
    })
  }

  #listeners(generation: number): EncodedResource[] {
    const build = (name: string, stat: string, rds: string, port: number, own: number) =>
      this.#shared(name, own, () => encodeResource(TYPE_URL.listener, buildListener(name, stat, rds, port, own)))
    return [
      build('lds_ingress_0.0.0.0_15000', 'ingress', this.#rds('ingress', 15000), 15000, 0),
      build('lds_egress_0.0.0.0_15001', 'egress', this.#rds('egress', 15001), 15001, generation),
    ]
  }

  #routes(node: number, generation: number): EncodedResource[] {
    const ingress = this.#shared('ingress', 0, () => encodeResource(TYPE_URL.routeConfiguration, this.#ingressRoutes()))
    const egress: RouteConfiguration = {
      name: this.#rds('egress', 15001),
      validate_clusters: { value: false },
      virtual_hosts: this.#services(node).map((service) => this.#virtualHost(service, generation)),
    }
    return [ingress, encodeResource(TYPE_URL.routeConfiguration, egress)]
  }

  #rds(direction: string, port: number): string {
    return `rds_${direction}_${this.#mesh}_http_${port}`
  }

  #virtualHost(service: number, generation: number): VirtualHost {
    if (generation !== this.#hostsGeneration) this.#hosts.clear()
    this.#hostsGeneration = generation
    let host = this.#hosts.get(service)
    if (!host) this.#hosts.set(service, (host = this.#buildVirtualHost(service, generation)))
    return host
  }

  #buildVirtualHost(service: number, generation: number): VirtualHost {
    const host = `vs-${service}.${this.#mesh}.local`
    const [first, second] = this.#targets(service)
    const weight = 1 + ((50 + generation) % 99)
    return {
      name: host,
      domains: [host, `${host}:8080`],
      routes: [
        {
          name: `route-${service}`,
          match: { prefix: '/' },
          route: {
            weighted_clusters: {
              clusters: [
                { name: this.#clusterName(first), weight: uint32(weight) },
                { name: this.#clusterName(second), weight: uint32(100 - weight) },
              ],
            },
            timeout: seconds(15),
            retry_policy: {
              retry_on: 'connect-failure,refused-stream,gateway-error',
              num_retries: uint32(2),
              per_try_timeout: seconds(15),
              host_selection_retry_max_attempts: 5,
            },
          },
        },
      ],
    }
  }

  #ingressRoutes(): RouteConfiguration {
    const route = { cluster: `cds_ingress_${this.#mesh}_http_8080`, timeout: seconds(0) }
    return {
      name: this.#rds('ingress', 15000),
      validate_clusters: { value: false },
      virtual_hosts: [{ name: 'self', domains: ['*'], routes: [{ match: { prefix: '/' }, route }] }],
    }
  }

  #egressCluster(node: number, generation: number): Cluster {
    const name = this.#clusterName(node)
    return {
      name,
      connect_timeout: millis(10_000 + generation),
      type: 'EDS',
      eds_cluster_config: { eds_config: ADS, service_name: name },
      circuit_breakers: {
        thresholds: [{ max_connections: MAX, max_pending_requests: MAX, max_requests: MAX, max_retries: MAX }],
      },
      typed_extension_protocol_options: PROTOCOL_OPTIONS,
    }
  }

  #localCluster(): Cluster {
    const name = `cds_ingress_${this.#mesh}_http_8080`
    return {
      name,
      connect_timeout: seconds(10),
      type: 'STATIC',
      typed_extension_protocol_options: PROTOCOL_OPTIONS,
      load_assignment: {
        cluster_name: name,
        endpoints: [{ lb_endpoints: [{ endpoint: { address: address('127.0.0.1', 8080) } }] }],
      },
    }
  }

  #assignment(node: number, generation: number): ClusterLoadAssignment {
    const host = (replica: number) => `10.${replica % 250}.${Math.floor(node / 250)}.${1 + (node % 250)}`
    return {
      cluster_name: this.#clusterName(node),
      endpoints: [
        {
          locality: { region: 'us-east-1', zone: 'us-east-1a' },
          load_balancing_weight: uint32(1),
          lb_endpoints: Array.from({ length: this.#replicas }, (_, replica) => ({
            health_status: 'HEALTHY',
            load_balancing_weight: uint32(1 + (generation % 100)),
            endpoint: { address: address(host(replica), 8080) },
          })),
        },
      ],
    }
  }
}

const PROTOCOL_OPTIONS = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': pack(TYPE_URL.httpProtocolOptions, {
    common_http_protocol_options: { idle_timeout: seconds(300) },
    explicit_http_config: { http_protocol_options: {} },
  }),
}

function address(host: string, port: number) {
  return { socket_address: { address: host, port_value: port } }
}

function buildListener(name: string, stat: string, rds: string, port: number, generation: number): Listener {
  return {
    name,
    address: address('127.0.0.1', port),
    traffic_direction: stat === 'ingress' ? 'INBOUND' : 'OUTBOUND',
    // Many Envoys run on one machine.
    bind_to_port: { value: false },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: pack(TYPE_URL.httpConnectionManager, {
              stat_prefix: stat,
              rds: { config_source: ADS, route_config_name: rds },
              http_filters: [{ name: 'envoy.filters.http.router', typed_config: pack(TYPE_URL.router, {}) }],
              common_http_protocol_options: { idle_timeout: millis(300_000 + generation) },
              normalize_path: { value: true },
            }),
          },
        ],
      },
    ],
  }
}
