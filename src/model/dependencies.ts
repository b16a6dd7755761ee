/** What the configuration of one Envoy depends on, so that a change reaches the Envoys that it concerns and no others. */
import type { MeshView } from './mesh-view.js'
import { refKey, resolveBackend, backendsOf, targetServiceOf, targetsOf } from './references.js'
import type { Kind, ResourceRef } from './resource.js'

/**
 * The keys (`changeKey`) of everything whose change can change the configuration of the Envoys of `proxy`, names that do not exist yet
 * included: the mesh, the proxy itself, the services that it calls, their provider, and the targets of their routes. A router's key stands
 * for all of its routes, a gateway's for all of its gateway routes.
 */
export function dependenciesOf(
  view: MeshView,
  proxy: ResourceRef<'virtualNode' | 'virtualGateway'>,
): ReadonlySet<string> {
  const keys = new Set([refKey(view.mesh.ref), refKey(proxy)])
  for (const service of calledServices(view, proxy)) {
    keys.add(refKey(service))
    if (service.meshName !== view.mesh.ref.meshName) continue
    for (const ref of providersOf(view, service.name)) keys.add(refKey(ref))
  }
  return keys
}

/** The services that a node names as backends, or that the routes of a gateway lead to. */
function calledServices(view: MeshView, { kind, name }: ResourceRef): ResourceRef[] {
  if (kind === 'virtualNode') {
    const node = view.virtualNodes.get(name)
    return node ? backendsOf(node.spec).map((backend) => resolveBackend(node.ref, backend)) : []
  }
  const routes = view.gatewayRoutes.get(name)?.values() ?? []
  return [...routes].flatMap(({ spec }) => {
    const service = targetServiceOf(spec)
    return service === undefined ? [] : [inMesh(view, 'virtualService', service)]
  })
}

/** The node that provides a service; or its router and the nodes that the router's routes lead to. */
function providersOf(view: MeshView, service: string): ResourceRef[] {
  const { virtualNode, virtualRouter } = view.virtualServices.get(service)?.spec.provider ?? {}
  if (virtualNode) return [inMesh(view, 'virtualNode', virtualNode.virtualNodeName)]
  if (!virtualRouter) return []
  const routes = view.routes.get(virtualRouter.virtualRouterName)?.values() ?? []
  const targets = [...routes].flatMap(({ spec }) => targetsOf(spec))
  return [
    inMesh(view, 'virtualRouter', virtualRouter.virtualRouterName),
    ...targets.map((target) => inMesh(view, 'virtualNode', target.virtualNode)),
  ]
}

function inMesh<K extends Kind>({ mesh: { ref } }: MeshView, kind: K, name: string): ResourceRef<K> {
  return { kind, meshOwner: ref.meshOwner, meshName: ref.meshName, name }
}
