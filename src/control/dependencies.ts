/** What a proxy depends on, kept from view to view: after most changes of a mesh it is the same as before. */
import type { MeshView } from '../model/mesh-view.js'
import { calledServices, refKey, serviceDependencies } from '../model/references.js'
import type { Memo } from '../translate/memo.js'
import type { ProxyRef } from '../translate/proxy.js'

/** `dependenciesOf(view, proxy)`, as the same object as last time while it holds the same. */
export function resolveDependencies(view: MeshView, proxy: ProxyRef, memo: Memo): ReadonlySet<string> {
  const { kind, name } = proxy
  const key = `dependencies/${kind}/${name}`
  const caller = kind === 'virtualNode' ? view.virtualNodes.get(name) : view.gatewayRoutes.get(name)
  const services = memo(`${key}/called`, [caller], () =>
    calledServices(view, proxy).map((ref) => ({ ref, key: `dependencies/${refKey(ref)}` })),
  )
  const shares = services.map((service) => {
    const resource = view.virtualServices.get(service.ref.name)
    const router = resource?.spec.provider?.virtualRouter?.virtualRouterName
    const routes = router === undefined ? undefined : view.routes.get(router)
    return memo(service.key, [resource, routes], () => {
      const keys = serviceDependencies(view, service.ref)
      // New weights are a new route, yet lead to the same nodes: then the older list stands for both.
      return memo(`${service.key}/keys`, keys, () => keys)
    })
  })
  return memo(key, shares, () => new Set([refKey(view.mesh.ref), refKey(proxy), ...shares.flat()]))
}
