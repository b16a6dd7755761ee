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

/**
 * A second cluster for one listener, whose TLS differs from the first's. The variant stands before the protocol, because dashboards and relabel
 * rules match how cluster names begin and end.
 */
export function variantClusterName(cluster: string, variant: string): string {
  return cluster.replace(/_[^_]+_\d+$/, (ending) => `_${variant}${ending}`)
}

/** 32 bits of a text as 8 hexadecimal digits (FNV-1a over its UTF-16 code units). */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    hash = Math.imul(hash ^ (code & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (code >>> 8), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
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

/**
 * A gateway itself, where what came in on one of its listeners goes on to be routed like a call from a node. Once it has several listeners each
 * has a cluster of its own, which bears the listener's port (envoy-config.md section 1).
 */
export function selfRedirectClusterName(
  mesh: string,
  gateway: string,
  { protocol, port }: { readonly protocol: PortProtocol; readonly port: number },
  listenerCount: number,
): string {
  const listener = listenerCount > 1 ? `${port}_` : ''
  return `cds_ingress_${mesh}_${gateway}_self_redirect_${listener}${protocol}_${EGRESS_PORT}`
}

/** The domain of a virtual host for every host that no other one is for. */
export const ANY_DOMAIN = '*'

/** The virtual host of gateway routes that name no host. */
export const SELF_REDIRECT = 'self_redirect'

/** The virtual host of services that a gateway calls under the client's own host name, told apart by the header. */
export const DEFAULT_BACKEND = 'default_backend'
export const VIRTUAL_SERVICE_HEADER = 'x-app-mesh-virtual-service'

/** `ingress`, and `ingress.<protocol>.<port>` once the node or gateway has several listeners (envoy-config.md section 2). */
export function ingressStatPrefix(protocol: PortProtocol, port: number, listenerCount: number): string {
  return listenerCount > 1 ? `ingress.${protocol}.${port}` : 'ingress'
}

export const EGRESS_STAT_PREFIX = 'egress'

/** The bootstrap's cluster for secrets by a local Unix socket. */
export const SDS_CLUSTER = 'static_cluster_sds_unix_socket'

/** The secret with an ACM certificate and its key. Ours, as the two below: App Mesh's own names were never seen. */
export function certificateSecretName(arn: string): string {
  return arn
}

/**
 * The secret with the certificates of ACM Private CA authorities. A policy may name an ACM certificate in the place of one: then its issuer is meant,
 * and the certificate's own name stays that of the secret with its key.
 */
export function authoritySecretName(arns: readonly string[]): string {
  return arns.map((arn) => (AUTHORITY_ARN.test(arn) ? arn : issuerSecretName(arn))).join(',')
}

const AUTHORITY_ARN = /^arn:[^:]*:acm-pca:/

/** The secret with the certificate of the authority that issued an ACM certificate. */
export function issuerSecretName(certificateArn: string): string {
  return `${certificateArn}/issuer`
}

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
  tls: 'envoy.transport_sockets.tls',
  tlsInspector: 'envoy.filters.listener.tls_inspector',
} as const
