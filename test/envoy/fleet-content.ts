/** What the Envoys of a fleet are given: EDS clusters, and one listener whose routes name one of them. */
import { parseResource, TYPE_URL, type EncodedResource } from '../../src/xds/index.js'

export interface Content {
  /** Port of the upstream, by cluster name. */
  readonly upstreams: Readonly<Record<string, number>>
  /** The cluster that all requests go to. */
  readonly target: string
  /** Clusters with another connect timeout than the rest: to change them and nothing else. */
  readonly changed?: readonly string[]
}

/** By node cluster: `carrier` has its listener bound, to a free port; `idle` has not. */
export function buildContent(content: Content): Record<'carrier' | 'idle', EncodedResource[]> {
  const shared = [
    ...Object.keys(content.upstreams).map((name) => cluster(name, content.changed?.includes(name) ? '2s' : '1s')),
    ...Object.entries(content.upstreams).map(([name, port]) => assignment(name, port)),
    routes(content.target),
  ]
  return { carrier: [...shared, listener(true)], idle: [...shared, listener(false)] }
}

const OVER_ADS = { ads: {}, resource_api_version: 'V3' }
const loopback = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })

function cluster(name: string, timeout: string): EncodedResource {
  const eds_cluster_config = { eds_config: OVER_ADS }
  return parseResource({ '@type': TYPE_URL.cluster, name, type: 'EDS', connect_timeout: timeout, eds_cluster_config })
}

function assignment(name: string, port: number): EncodedResource {
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }]
  return parseResource({ '@type': TYPE_URL.clusterLoadAssignment, cluster_name: name, endpoints })
}

function routes(target: string): EncodedResource {
  const virtual_hosts = [
    { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: target } }] },
  ]
  return parseResource({ '@type': TYPE_URL.routeConfiguration, name: 'routes', virtual_hosts })
}

function listener(bound: boolean): EncodedResource {
  const manager = {
    '@type': TYPE_URL.httpConnectionManager,
    stat_prefix: 'fleet',
    rds: { route_config_name: 'routes', config_source: OVER_ADS },
    http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': TYPE_URL.router } }],
  }
  const filters = [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }]
  return parseResource({
    '@type': TYPE_URL.listener,
    name: 'listener',
    // Ports of listeners that are not bound are no ports of this machine.
    address: loopback(bound ? 0 : 15_001),
    bind_to_port: bound,
    filter_chains: [{ filters }],
  })
}
