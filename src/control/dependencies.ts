/** What a proxy depends on, kept from view to view: after most changes of a mesh it is the same as before. */
import type { MeshView } from '../model/mesh-view.js'
import { calledServices, refKey, serviceDependencies } from '../model/references.js'
import type { ResourceRef } from '../model/resource.js'
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
  // Most proxies of a change call the same services: the first one that comes resolves them for all.
  const resolved = memo('dependencies of the view', [view], () => new Map<string, readonly string[]>())
  const shares = services.map((service) => {
    let share = resolved.get(service.key)
    if (!share) resolved.set(service.key, (share = resolveShare(view, service, memo)))
    return share
  })
  return memo(key, shares, () => new Set([refKey(view.mesh.ref), refKey(proxy), ...shares.flat()]))
}

/** What a caller of the service depends on because of it. */
function resolveShare(
  view: MeshView,
  { ref, key }: { readonly ref: ResourceRef; readonly key: string },
  memo: Memo,
): readonly string[] {
  const resource = view.virtualServices.get(ref.name)
  const router = resource?.spec.provider?.virtualRouter?.virtualRouterName
  const routes = router === undefined ? undefined : view.routes.get(router)
  return memo(key, [resource, routes], () => {
    const keys = serviceDependencies(view, ref)
    // New weights are a new route, yet lead to the same nodes: then the older list stands for both.
    return memo(`${key}/keys`, keys, () => keys)
  })
}
