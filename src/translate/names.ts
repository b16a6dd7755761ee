/**
 * Every name that Envoy's operators see: xDS resource names, stat prefixes, extension names, metadata keys.
 * Dashboards, alarms and relabel rules are written against them, so they are a contract (envoy-config.md sections 1, 2 and 6).
 */
import type { PortProtocol } from '../model/scalars.js'

export type Direction = 'ingress' | 'egress'

/** The ports that App Mesh's traffic redirection sends to (envoy-config.md section 3.1). */
export const INGRESS_PORT = 15000
export const EGRESS_PORT = 15001

export function listenerName(direction: Direction, address: string, port: number): string {
  return `lds_${direction}_${address}_${port}`
}

export function routeConfigName(direction: Direction, protocol: PortProtocol, port: number): string {
  return `rds_${direction}_${protocol}_${port}`
}

/** The application beside the proxy, on one of the node's own listeners. */
export function ingressClusterName(mesh: string, node: string, protocol: PortProtocol, port: number): string {
  return `cds_ingress_${mesh}_${node}_${protocol}_${port}`
}

/** One listener of a node that this proxy calls: protocol and port are the target's, not the router's. */
export function egressClusterName(mesh: string, node: string, protocol: PortProtocol, port: number): string {
  return `cds_egress_${mesh}_${node}_${protocol}_${port}`
}

/** Traffic to AWS itself, which every mesh lets out. */
export function amazonawsClusterName(mesh: string): string {
  return `cds_egress_${mesh}_amazonaws`
}

/** Traffic to places that the mesh does not know, with egress filter ALLOW_ALL. */
export function allowAllClusterName(mesh: string): string {
  return `cds_egress_${mesh}_mesh-allow-all`
}

/** A cluster without endpoints, for routes whose weights are all 0. Ours: App Mesh's own form is not known. */
export function noTargetClusterName(mesh: string): string {
  return `cds_egress_${mesh}_no-target`
}

/** `ingress`, and `ingress.<protocol>.<port>` once the node has several listeners (envoy-config.md section 2). */
export function ingressStatPrefix(protocol: PortProtocol, port: number, listenerCount: number): string {
  return listenerCount > 1 ? `ingress.${protocol}.${port}` : 'ingress'
}

export const EGRESS_STAT_PREFIX = 'egress'

/** What a client may write as Host to reach a virtual service on a port. */
export function serviceDomains(service: string, port: number): string[] {
  return [service, `${service}:${port}`]
}

/** Server names of AWS endpoints. */
export const AMAZONAWS_SERVER_NAMES = ['*.amazonaws.com']

/** The tags of AWS's metric extension (envoy-config.md section 6). */
export const AGGREGATE_STATS = 'aws.appmesh.aggregate_stats'

export const EXTENSION = {
  fileAccessLog: 'envoy.access_loggers.file',
  httpConnectionManager: 'envoy.filters.network.http_connection_manager',
  httpProtocolOptions: 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
  originalDst: 'envoy.filters.listener.original_dst',
  previousHosts: 'envoy.retry_host_predicates.previous_hosts',
  reqWithoutQuery: 'envoy.formatter.req_without_query',
  router: 'envoy.filters.http.router',
  tcpProxy: 'envoy.filters.network.tcp_proxy',
  tlsInspector: 'envoy.filters.listener.tls_inspector',
} as const
