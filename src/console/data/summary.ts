/** One line about a part of a resource, for tables. */
import type { Listener, VirtualNodeSpec } from '../../model/virtual-node.js'
import type { RouteSpec } from '../../model/route.js'
import type { ServiceDiscovery } from '../../model/service-discovery.js'
import type { VirtualServiceSpec } from '../../model/virtual-service.js'

/** `DNS: cart.local`, `Cloud Map: prod/cart`, `None`. */
export function summarizeDiscovery(discovery: ServiceDiscovery | undefined): string {
  if (discovery?.dns) return `DNS: ${discovery.dns.hostname}`
  const { namespaceName, serviceName } = discovery?.awsCloudMap ?? {}
  return namespaceName === undefined ? 'None' : `Cloud Map: ${namespaceName}/${serviceName ?? ''}`
}

/** `http 8080, grpc 9090`; `None` without listeners. */
export function summarizeListeners(listeners: readonly Pick<Listener, 'portMapping'>[] | undefined): string {
  const ports = (listeners ?? []).map(({ portMapping: { port, protocol } }) => `${protocol} ${port}`)
  return ports.length === 0 ? 'None' : ports.join(', ')
}

/** `checkout (70%), checkout-v2 (30%)`: shares of the sum of the weights, with the port where the target names one. */
export function summarizeTargets(spec: RouteSpec): string {
  const targets = (spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute ?? spec.tcpRoute)?.action.weightedTargets ?? []
  const sum = targets.reduce((total, { weight }) => total + weight, 0)
  return targets
    .map(({ virtualNode, port, weight }) => {
      const place = port === undefined ? virtualNode : `${virtualNode}:${port}`
      return `${place} (${sum === 0 ? 0 : Math.round((weight / sum) * 1000) / 10}%)`
    })
    .join(', ')
}

export type Provider = { readonly kind: 'virtualNode' | 'virtualRouter'; readonly name: string }

/** What answers for a virtual service; undefined when nothing does. */
export function providerOf({ provider }: VirtualServiceSpec): Provider | undefined {
  if (provider?.virtualNode) return { kind: 'virtualNode', name: provider.virtualNode.virtualNodeName }
  if (provider?.virtualRouter) return { kind: 'virtualRouter', name: provider.virtualRouter.virtualRouterName }
  return undefined
}

export function countBackends({ backends }: VirtualNodeSpec): number {
  return backends?.length ?? 0
}
