/** What a proxy depends on, kept from view to view: after most changes of a mesh it is the same as before. */
import type { MeshView } from '../model/mesh-view.js'
import { calledServices, refKey, serviceDependencies } from '../model/references.js'
import type { ResourceRef } from '../model/resource.js'
import { keptByService, type KeptByService } from '../translate/kept-by-service.js'
import { ownMemo, type Memo } from '../translate/memo.js'
import type { ProxyRef } from '../translate/proxy.js'

/** `dependenciesOf(view, proxy)`, as the same object as last time while it holds the same. */
export function resolveDependencies(view: MeshView, proxy: ProxyRef, memo: Memo): ReadonlySet<string> {
  const { kind, name } = proxy
  const own = ownMemo(memo, proxy)
  const caller = kind === 'virtualNode' ? view.virtualNodes.get(name) : view.gatewayRoutes.get(name)
  const services = own('called services', [caller], () =>
    calledServices(view, proxy).map((ref) => ({ ref, key: `dependencies/${refKey(ref)}`, isOwn: isOf(view, ref) })),
  )
  // Most proxies of a change call the same services: the first one that comes resolves them for all.
  const kept = keptByService<readonly string[]>('dependencies of the view', view, memo)
  const shares = services.map(
    (service) => (service.isOwn ? kept.get(service.ref.name) : undefined) ?? resolveShare(view, service, kept, memo),
  )
  return own('dependencies', shares, () => new Set([refKey(view.mesh.ref), refKey(proxy), ...shares.flat()]))
}

interface CalledService {
  readonly ref: ResourceRef
  /** Names it in the memo. */
  readonly key: string
  /** Not of another mesh that has a service of that name too. */
  readonly isOwn: boolean
}

function isOf({ mesh }: MeshView, { meshName, meshOwner }: ResourceRef): boolean {
  return meshName === mesh.ref.meshName && meshOwner === mesh.ref.meshOwner
}

/** What a caller of the service depends on because of it. */
function resolveShare(
  view: MeshView,
  { ref, key, isOwn }: CalledService,
  kept: KeptByService<readonly string[]>,
  memo: Memo,
): readonly string[] {
  const resource = view.virtualServices.get(ref.name)
  const router = resource?.spec.provider?.virtualRouter?.virtualRouterName
  const routes = router === undefined ? undefined : view.routes.get(router)
  const share = memo(key, [resource, routes], () => {
    const keys = serviceDependencies(view, ref)
    // New weights are a new route, yet lead to the same nodes: then the older list stands for both.
    return memo(`${key}/keys`, keys, () => keys)
  })
  if (resource && isOwn) kept.set(resource, share)
  return share
}
