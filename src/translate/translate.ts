/** What one Envoy needs of a mesh: the table of contents of this room. */
import type { Cluster, ClusterLoadAssignment, Listener, RouteConfiguration } from '../envoy/types.js'
import type { MeshView } from '../model/mesh-view.js'
import type { Problem } from '../model/problem.js'
import { buildEgressClusters, buildIngressClusters, buildPassthroughClusters } from './cluster.js'
import { buildEgressListener, buildIngressListeners } from './listener.js'
import type { Memo } from './memo.js'
import type { Dialect, ProxyRef } from './proxy.js'
import { resolveProxy, type ProxyView } from './proxy-view.js'
import { buildEgressRoutes, buildIngressRoutes } from './route.js'
import type { SecretNeed } from './secret-need.js'

export interface TranslationContext {
  readonly dialect: Dialect
  /** One per mesh and dialect. */
  readonly memo: Memo
}

/** Messages that did not change since the last translation with the same memo are the same objects. */
export interface ProxyConfig {
  readonly listeners: readonly Listener[]
  readonly routes: readonly RouteConfiguration[]
  readonly clusters: readonly Cluster[]
  readonly endpoints: readonly ClusterLoadAssignment[]
  /** What the listeners and clusters fetch by SDS over ADS, each name once, by name. */
  readonly secrets: readonly SecretNeed[]
  /** What in the mesh could not be followed; the configuration is valid for Envoy all the same. */
  readonly problems: readonly Problem[]
}

/** The configuration of `proxy`. Never throws; a proxy that the mesh does not have gets nothing but a problem. */
export function translate(view: MeshView, proxy: ProxyRef, { memo }: TranslationContext): ProxyConfig {
  const resolved = resolveProxy(view, proxy, memo)
  if (!resolved) return unknownProxy(proxy)
  return memo(`proxy/${proxy.name}/config`, [resolved], () => buildConfig(resolved, memo))
}

function buildConfig({ node, egressPorts, targets, problems }: ProxyView, memo: Memo): ProxyConfig {
  const key = `proxy/${node.name}`
  const ingress = memo(`${key}/ingress`, [node], () => buildIngressListeners(node))
  const ports: unknown[] = egressPorts.map((port) => (port.protocol === 'tcp' ? port : `${port.protocol} ${port.port}`))
  const egress = memo(`${key}/egress`, [node, ...ports], () => buildEgressListener(node, egressPorts))
  const ingressRoutes = memo(`${key}/ingress-routes`, [node], () => buildIngressRoutes(node))
  const egressRoutes = egressPorts.flatMap((port) =>
    port.protocol === 'tcp'
      ? []
      : memo(`${key}/egress-routes/${port.port}`, port.services, () => buildEgressRoutes(port, memo)),
  )
  const ingressClusters = memo(`${key}/ingress-clusters`, [node], () => buildIngressClusters(node))
  const passthrough = memo(`${key}/passthrough-clusters`, [node], () => buildPassthroughClusters(node))
  return {
    listeners: [...ingress, egress],
    routes: [...ingressRoutes, ...egressRoutes],
    clusters: [...ingressClusters, ...buildEgressClusters(targets, memo), ...passthrough],
    endpoints: [],
    secrets: [],
    problems,
  }
}

function unknownProxy({ kind, name }: ProxyRef): ProxyConfig {
  const message = kind === 'virtualNode' ? 'there is no such virtual node' : 'virtual gateways are not translated yet'
  const problems = [{ path: `${kind}/${name}`, message }]
  return { listeners: [], routes: [], clusters: [], endpoints: [], secrets: [], problems }
}
