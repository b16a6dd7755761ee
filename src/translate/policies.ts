/** Client policies of one proxy on what its services lead to: TLS towards each listener, and clusters of their own where policies differ. */
import type { Memo } from './memo.js'
import { shortHash, variantClusterName } from './names.js'
import { replacePorts, type EgressPort } from './egress-port.js'
import { compareText } from './request-match.js'
import type { Destination } from './route-view.js'
import type { ServicePort } from './service-view.js'
import { discoveryHost, type EgressTarget } from './target-view.js'
import { enforcedPolicy, resolveUpstreamTls, type ClientPolicyView } from './tls-view.js'

/** What a proxy calls on which ports, and the clusters that this takes. */
export interface Egress<Port extends EgressPort = EgressPort> {
  readonly ports: readonly Port[]
  /** Each once, with the TLS that this proxy uses, in the order in which the ports have them. */
  readonly targets: readonly EgressTarget[]
}

/** What is wrong with the policy of a service on one of its targets. */
export type ReportTls = (service: string, message: string) => void

/**
 * Gives every target its TLS. `policyOf` is the client policy by service: the backend's own or else the default. Where services of one proxy
 * lead to one listener with different TLS, the first of them by name has App Mesh's cluster name, and the others get clusters of their own.
 */
export function applyPolicies<Port extends EgressPort>(
  ports: readonly Port[],
  policyOf: (service: string) => ClientPolicyView | undefined,
  memo: Memo,
  report: ReportTls,
): Egress<Port> {
  const servicePorts = ports.flatMap((port): readonly ServicePort[] =>
    port.protocol === 'tcp' ? [port] : port.services,
  )
  const ordered = [...servicePorts].sort((left, right) => compareText(left.service, right.service))
  const byCluster = new Map<string, EgressTarget>()
  const renamed = new Map<ServicePort, ServicePort>()
  for (const port of ordered) {
    const policy = policyOf(port.service)
    let variants: Map<EgressTarget, EgressTarget> | undefined
    for (const target of port.targets) {
      const wanted = secure(target, policy, memo)
      if (wanted.tls) for (const message of listFaults(wanted, policy)) report(port.service, message)
      const settled = settle(wanted, byCluster, ordered, memo)
      byCluster.set(settled.cluster, settled)
      if (settled.cluster === target.cluster) continue
      variants ??= new Map()
      variants.set(target, settled)
    }
    if (variants) renamed.set(port, renameTargets(port, variants, memo))
  }
  const targets = [...byCluster.values()]
  return { ports: renamed.size > 0 ? ports.map((port) => replacePorts(port, renamed)) : ports, targets }
}

/** By cluster name. */
export function sortTargets(targets: readonly EgressTarget[]): EgressTarget[] {
  return [...targets].sort((left, right) => compareText(left.cluster, right.cluster))
}

/** The target with the TLS that `policy` means for it: the same object for every proxy with an equal policy. */
function secure(target: EgressTarget, policy: ClientPolicyView | undefined, memo: Memo): EgressTarget {
  const { cluster, port, serverTls, discovery } = target
  if (discovery.kind === 'none') return target
  const enforced = enforcedPolicy(policy, port)
  if (!enforced && !serverTls) return target
  return memo(`target/${cluster} ${enforced?.key ?? ''}`, [target], () => {
    const tls = resolveUpstreamTls({ tls: serverTls, host: discoveryHost(discovery) }, enforced)
    return tls ? { ...target, tls } : target
  })
}

/**
 * `target` under App Mesh's name, or under one of its own where an earlier service has that cluster with other TLS. Equal TLS is told by its key: a memo
 * that has forgotten a target makes another object of the same one.
 */
function settle(
  target: EgressTarget,
  byCluster: ReadonlyMap<string, EgressTarget>,
  ports: readonly ServicePort[],
  memo: Memo,
): EgressTarget {
  const first = byCluster.get(target.cluster)
  if (!first || isSameTls(first, target)) return first ?? target
  const names = new Set(ports.flatMap(({ targets }) => targets.map(({ cluster }) => cluster)))
  for (let text = target.tls?.key ?? ''; ; text += '.') {
    const cluster = variantClusterName(target.cluster, shortHash(text))
    // A node may be called like a variant of another one, and hashes may be equal: then the next hash.
    if (names.has(cluster)) continue
    const present = byCluster.get(cluster)
    if (!present) return memo(`target/${cluster}/variant`, [target], () => ({ ...target, cluster }))
    if (isSameTls(present, target)) return present
  }
}

/** Of one listener, as seen from one proxy. */
function isSameTls(one: EgressTarget, other: EgressTarget): boolean {
  return one.tls?.key === other.tls?.key
}

/** What cannot work between a client with TLS and this server, whatever the certificates. */
function listFaults({ node = '', port, serverTls, tls }: EgressTarget, policy: ClientPolicyView | undefined): string[] {
  const where = `port ${port} of virtual node ${node}`
  if (!serverTls) return [`TLS is enforced, but ${where} has none: connections to it fail`]
  if (!serverTls.validation || tls?.certificate) return []
  const unused = policy?.tls.certificate ? 'the policy is not enforced there' : 'none is given'
  return [`${where} demands a client certificate, but ${unused}: connections to it fail`]
}

/** The port of a service as one proxy needs it, with other clusters in the place of some; shared by proxies that need the same. */
function renameTargets(port: ServicePort, variants: ReadonlyMap<EgressTarget, EgressTarget>, memo: Memo): ServicePort {
  const variant = shortHash([...variants.values()].map(({ cluster }) => cluster).join(' '))
  const swap = (target: EgressTarget) => variants.get(target) ?? target
  const swapAll = (destination: Destination) =>
    destination
      .map((weighted) => ({ ...weighted, target: swap(weighted.target) }))
      .sort((left, right) => compareText(left.target.cluster, right.target.cluster))
  return memo(`port/${port.service}/${port.port}/${variant}`, [port, ...variants.values()], () => {
    const targets = port.targets.map(swap)
    if (port.protocol === 'tcp') {
      return { ...port, variant, targets, route: { ...port.route, destination: swapAll(port.route.destination) } }
    }
    const routes = port.routes.map((route) => ({ ...route, destination: swapAll(route.destination) }))
    return { ...port, variant, targets, routes }
  })
}
