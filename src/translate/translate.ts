/** What one Envoy needs of a mesh: the table of contents of this room. */
import type { Cluster, RouteConfiguration } from '../envoy/types.js'
import type { MeshView } from '../model/mesh-view.js'
import { buildEgressClusters, buildIngressClusters, buildPassthroughClusters } from './cluster.js'
import { listEndpointNeeds } from './endpoint-need.js'
import { buildGatewayConfig } from './gateway.js'
import { resolveGateway } from './gateway-view.js'
import { buildEgressListener, buildIngressListeners } from './listener.js'
import { ownMemo, type Memo } from './memo.js'
import type { Dialect, ProxyRef } from './proxy.js'
import type { ProxyConfig } from './proxy-config.js'
import { resolveProxy, type NodeView, type ProxyView } from './proxy-view.js'
import { buildEgressRoutes, buildIngressRoutes } from './route.js'
import type { EgressTarget } from './target-view.js'
import { listSecrets } from './tls.js'

export type { ProxyConfig }

export interface TranslationContext {
  readonly dialect: Dialect
  /** One per mesh and dialect. */
  readonly memo: Memo
}

/** The configuration of `proxy`. Never throws; a proxy that the mesh does not have gets nothing but a problem. */
export function translate(view: MeshView, proxy: ProxyRef, { memo }: TranslationContext): ProxyConfig {
  const config = proxy.kind === 'virtualNode' ? translateNode(view, proxy, memo) : translateGateway(view, proxy, memo)
  return config ?? unknownProxy(proxy)
}

function translateNode(view: MeshView, proxy: ProxyRef, memo: Memo): ProxyConfig | undefined {
  const resolved = resolveProxy(view, proxy, memo)
  const own = ownMemo(memo, proxy)
  return resolved && own('config', [resolved], () => buildNodeConfig(resolved, memo, own))
}

function translateGateway(view: MeshView, proxy: ProxyRef, memo: Memo): ProxyConfig | undefined {
  const resolved = resolveGateway(view, proxy, memo)
  return resolved && memo(`gateway/${proxy.name}/config`, [resolved], () => buildGatewayConfig(resolved, memo))
}

/** Lists that are as they were are the same lists: whoever takes them further need not look into them. */
function buildNodeConfig(view: ProxyView, memo: Memo, own: Memo): ProxyConfig {
  const { egressPorts, outline, problems } = view
  const tcpPorts = egressPorts.filter(({ protocol }) => protocol === 'tcp')
  const { ingressRoutes, ...config } = own('fixed', [outline, ...tcpPorts], () => buildFixedConfig(view, memo, own))
  const egressRoutes = egressPorts.flatMap((port) =>
    port.protocol === 'tcp'
      ? []
      : own(`egress-routes/${port.port}`, port.services, () => buildEgressRoutes(port, memo)),
  )
  return { ...config, routes: [...ingressRoutes, ...egressRoutes], problems }
}

interface FixedConfig extends Omit<ProxyConfig, 'routes' | 'problems'> {
  readonly ingressRoutes: readonly RouteConfiguration[]
}

/** What a change of http routes leaves as it is. */
function buildFixedConfig({ node, egressPorts, targets }: ProxyView, memo: Memo, own: Memo): FixedConfig {
  const ingress = own('ingress', [node], () => buildIngressListeners(node))
  const ports: unknown[] = egressPorts.map((port) => (port.protocol === 'tcp' ? port : `${port.protocol} ${port.port}`))
  const egress = own('egress', [node, ...ports], () => buildEgressListener(node, egressPorts))
  return {
    listeners: own('listeners', [ingress, egress], () => [...ingress, egress]),
    ingressRoutes: own('ingress-routes', [node], () => buildIngressRoutes(node)),
    clusters: own('clusters', [node, targets], () => buildClusters(node, targets, memo, own)),
    endpoints: own('endpoints', [targets], () => listEndpointNeeds(targets)),
    secrets: own('secrets', [node, targets], () => listSecrets(node.listeners, targets)),
  }
}

function buildClusters(node: NodeView, targets: readonly EgressTarget[], memo: Memo, own: Memo): Cluster[] {
  const ingress = own('ingress-clusters', [node], () => buildIngressClusters(node))
  const passthrough = own('passthrough-clusters', [node], () => buildPassthroughClusters(node))
  return [...ingress, ...buildEgressClusters(targets, memo), ...passthrough]
}

function unknownProxy({ kind, name }: ProxyRef): ProxyConfig {
  const message = `there is no such virtual ${kind === 'virtualNode' ? 'node' : 'gateway'}`
  const problems = [{ path: `${kind}/${name}`, message }]
  return { listeners: [], routes: [], clusters: [], endpoints: [], secrets: [], problems }
}
