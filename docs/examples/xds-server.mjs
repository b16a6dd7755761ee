// A control plane for one Envoy: `node xds-server.mjs`, then `envoy -c envoy.yaml`. Type a port to send the traffic to that one.
import { createInterface } from 'node:readline'
import { buildKeyedSource, buildSnapshot, parseResource, serveXds, SnapshotCache } from 'meshkeeper/xds'

const { XDS_PORT = 18000, LISTENER_PORT = 10000, UPSTREAM_PORT = 8080 } = process.env
const at = (port) => ({ socket_address: { address: '127.0.0.1', port_value: Number(port) } })
const overAds = { ads: {}, resource_api_version: 'V3' }

const cluster = parseResource({
  '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  name: 'shop',
  type: 'EDS',
  connect_timeout: '1s',
  eds_cluster_config: { eds_config: overAds },
})
const endpoints = (port) =>
  parseResource({
    '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
    cluster_name: 'shop',
    endpoints: [{ lb_endpoints: [{ endpoint: { address: at(port) } }] }],
  })
const routes = parseResource({
  '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  name: 'all',
  virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'shop' } }] }],
})
const HTTP = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
const router = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' }
const http = {
  '@type': HTTP,
  stat_prefix: 'http',
  rds: { route_config_name: 'all', config_source: overAds },
  http_filters: [{ name: 'envoy.filters.http.router', typed_config: router }],
}
const listener = parseResource({
  '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
  name: 'http',
  address: at(LISTENER_PORT),
  filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: http }] }],
})

// Who gets what: every node whose cluster is "shop" the snapshot of that key; others are refused.
const INVALID_ARGUMENT = 3
const cache = new SnapshotCache()
const source = buildKeyedSource(cache, ({ id, cluster }) =>
  cluster === 'shop' ? 'shop' : { code: INVALID_ARGUMENT, message: `${id} is not of the shop` },
)
const serve = (port, revision) =>
  cache.publish('shop', buildSnapshot([cluster, endpoints(port), listener, routes], revision))

serve(UPSTREAM_PORT, 1)
const { address, close } = await serveXds({ source, address: { host: '127.0.0.1', port: Number(XDS_PORT) } })
console.log(`xDS on ${address.host}:${address.port}`)
let revision = 1
for await (const port of createInterface({ input: process.stdin })) serve(port, ++revision)
await close()
