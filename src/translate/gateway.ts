/**
 * Virtual gateways. What comes in on a listener goes on to the gateway itself, on the egress port, to be routed there like a call from a node: once by
 * gateway routes, once by the routes of the service (envoy-config.md section 4).
 */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { AccessLog, Cluster, Listener, ListenerFilter } from '../envoy/types.js'
import { uint32 } from '../envoy/wrappers.js'
import type { VirtualGatewayListener } from '../model/virtual-gateway.js'
import { buildAccessLogs } from './access-log.js'
import { buildEgressClusters, buildLocalCluster, loopback } from './cluster.js'
import { listEndpointNeeds } from './endpoint-need.js'
import { buildSelfRedirectRoutes, buildServiceRoutes, GATEWAY_EGRESS_ROUTES } from './gateway-routes.js'
import type { GatewayProxyView, GatewayView } from './gateway-view.js'
import { buildHttpConnectionManager } from './http-connection-manager.js'
import { buildChain, buildFrame } from './listener.js'
import type { Memo } from './memo.js'
import {
  EGRESS_PORT,
  EGRESS_STAT_PREFIX,
  EXTENSION,
  ingressStatPrefix,
  routeConfigName,
  selfRedirectClusterName,
} from './names.js'
import type { ProxyConfig } from './proxy-config.js'
import { buildServerChains } from './server-tls.js'
import { listSecrets } from './tls.js'

/** The configuration of a virtual gateway. Its own health checks are for others: nothing of them is sent to it. */
export function buildGatewayConfig(view: GatewayProxyView, memo: Memo): ProxyConfig {
  const { gateway, ports, targets, renamed, unrenamed, problems } = view
  const key = `gateway/${gateway.name}`
  const listeners = memo(`${key}/listeners`, [gateway], () => buildListeners(gateway))
  const egressRoutes = memo(`${key}/egress-routes`, ['renamed', ...renamed, 'unrenamed', ...unrenamed], () =>
    buildServiceRoutes(view, memo),
  )
  const ingressRoutes = ports.map((port) =>
    memo(`${key}/ingress-routes/${port.listener.portMapping.port}`, [gateway, ...port.routes], () =>
      buildSelfRedirectRoutes(gateway, port),
    ),
  )
  const loopbacks = memo(`${key}/ingress-clusters`, [gateway], () => buildSelfRedirectClusters(gateway))
  return {
    listeners: [...listeners],
    routes: [...ingressRoutes, egressRoutes],
    clusters: [...loopbacks, ...buildEgressClusters(targets, memo)],
    endpoints: listEndpointNeeds(targets),
    secrets: listSecrets(gateway.listeners, targets),
    problems,
  }
}

/** One listener per port that the gateway opens, and the one on which it calls itself. */
function buildListeners(gateway: GatewayView): Listener[] {
  const accessLogs = buildAccessLogs(gateway.accessLog)
  return [
    ...gateway.listeners.map((listener) => buildIngress(gateway, listener, accessLogs)),
    buildEgress(gateway, accessLogs),
  ]
}

/** No traffic is redirected to a gateway, so there is no original destination to look for. */
const TLS_INSPECTOR: ListenerFilter = { name: EXTENSION.tlsInspector, typed_config: pack(TYPE_URL.tlsInspector, {}) }

function buildIngress(gateway: GatewayView, listener: VirtualGatewayListener, accessLogs: AccessLog[]): Listener {
  const { port, protocol } = listener.portMapping
  const filter = buildHttpConnectionManager({
    statPrefix: ingressStatPrefix(protocol, port, gateway.listeners.length),
    routeConfig: routeConfigName('ingress', protocol, port),
    accessLogs,
  })
  return {
    ...buildFrame(gateway, 'ingress', port),
    filter_chains: buildServerChains(buildChain({ destination_port: uint32(port) }, filter), listener.tls, protocol),
    listener_filters: [TLS_INSPECTOR],
    traffic_direction: 'INBOUND',
  }
}

function buildEgress(gateway: GatewayView, accessLogs: AccessLog[]): Listener {
  const filter = buildHttpConnectionManager({
    statPrefix: EGRESS_STAT_PREFIX,
    routeConfig: GATEWAY_EGRESS_ROUTES,
    accessLogs,
  })
  return {
    ...buildFrame(gateway, 'egress', EGRESS_PORT),
    filter_chains: [buildChain({ destination_port: uint32(EGRESS_PORT) }, filter)],
    listener_filters: [TLS_INSPECTOR],
    traffic_direction: 'OUTBOUND',
  }
}

/** The gateway itself, once per listener, in the listener's protocol; the listener's connection pool applies here. */
function buildSelfRedirectClusters({ mesh, name, listeners, ipPreference }: GatewayView): Cluster[] {
  return listeners.map(({ portMapping, connectionPool }) =>
    buildLocalCluster({
      name: selfRedirectClusterName(mesh, name, portMapping, listeners.length),
      protocol: portMapping.protocol,
      address: { address: loopback(ipPreference), port: EGRESS_PORT },
      connectionPool,
    }),
  )
}
