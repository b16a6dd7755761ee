/** Who points at whom: the look-ups that a spec makes by name. Deletions, change tracking and the store's reference index rest on them. */
import { parseArn } from './arn.js'
import type { GatewayRouteSpec } from './gateway-route.js'
import type { MeshView } from './mesh-view.js'
import { isKind, type Definition, type Kind, type ResourceRef } from './resource.js'
import type { RouteSpec, WeightedTarget } from './route.js'
import type { VirtualNodeSpec } from './virtual-node.js'

/** The mesh that names are looked up in. */
export type MeshPlace = Pick<ResourceRef, 'meshOwner' | 'meshName'>

/**
 * One text per place, the same for every resource object of that place, e.g. `route/123456789012/shop/router/checkout`.
 * Slashes in names are escaped, so that two places never share a key.
 */
export function refKey(ref: ResourceRef): string {
  const parent = ref.parentName === undefined ? '' : `/${escape(ref.parentName)}`
  return `${ref.kind}/${ref.meshOwner}/${escape(ref.meshName)}${parent}/${escape(ref.name)}`
}

/**
 * The key under which a change of `ref` concerns proxies (`dependenciesOf`): routes change with their router and gateway routes with
 * their gateway, because a proxy depends on all of them, and on those that do not exist yet.
 */
export function changeKey(ref: ResourceRef): string {
  const parent = PARENT_KIND[ref.kind]
  return parent ? refKey({ ...placeOf(ref), kind: parent, name: ref.parentName ?? '' }) : refKey(ref)
}

/** The kind that a resource of this kind lives under, where that is not the mesh. */
export const PARENT_KIND: Partial<Record<Kind, 'virtualRouter' | 'virtualGateway'>> = {
  route: 'virtualRouter',
  gatewayRoute: 'virtualGateway',
}

/**
 * What the spec of `resource` points at, each once, whether it exists or not. A route's router and a gateway route's gateway are parents,
 * not references.
 */
export function referencesOf(resource: Definition): ResourceRef[] {
  const found = new Map(listReferences(resource).map((ref) => [refKey(ref), ref]))
  return [...found.values()]
}

/** The virtual service that a backend names: by its name in the mesh of the node, or by its full ARN (app-mesh-api.md section 7.2). */
export function resolveBackend(mesh: MeshPlace, virtualServiceName: string): ResourceRef<'virtualService'> {
  const arn = parseArn(virtualServiceName)
  if (arn?.kind !== 'virtualService') return { kind: 'virtualService', ...placeOf(mesh), name: virtualServiceName }
  // The account of the ARN owns the service, not the mesh: within the node's mesh the owner is the mesh's.
  const meshOwner = arn.meshName === mesh.meshName ? mesh.meshOwner : arn.account
  return { kind: 'virtualService', meshOwner, meshName: arn.meshName, name: arn.name }
}

/** The weighted targets of a route, whatever its type. */
export function targetsOf(spec: RouteSpec): readonly WeightedTarget[] {
  const route = spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute ?? spec.tcpRoute
  return route?.action.weightedTargets ?? []
}

/** The name of the virtual service that a gateway route leads to; undefined while it has no type. */
export function targetServiceOf(spec: GatewayRouteSpec): string | undefined {
  const route = spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute
  return route?.action.target.virtualService.virtualServiceName
}

/** The names of a node's backends as its spec writes them. */
export function backendsOf(spec: VirtualNodeSpec): string[] {
  return (spec.backends ?? []).flatMap(({ virtualService }) => virtualService?.virtualServiceName ?? [])
}

/**
 * The keys (`changeKey`) of everything whose change can change the configuration of the Envoys of `proxy`, names that do not exist yet
 * included: the mesh, the proxy itself, the services that it calls, their provider, and the targets of their routes. A router's key stands
 * for all of its routes, a gateway's for all of its gateway routes.
 */
export function dependenciesOf(
  view: MeshView,
  proxy: ResourceRef<'virtualNode' | 'virtualGateway'>,
): ReadonlySet<string> {
  const services = calledServices(view, proxy).flatMap((service) => serviceDependencies(view, service))
  return new Set([refKey(view.mesh.ref), refKey(proxy), ...services])
}

/** What `dependenciesOf` has because of one service that the proxy calls: the service itself and what is behind it in this mesh. */
export function serviceDependencies(view: MeshView, service: ResourceRef): string[] {
  const own = refKey(service)
  if (service.meshName !== view.mesh.ref.meshName) return [own]
  return [own, ...providersOf(view, service.name).map(refKey)]
}

function listReferences(resource: Definition): ResourceRef[] {
  const { ref } = resource
  const named = <K extends Kind>(kind: K, name: string): ResourceRef<K> => ({ kind, ...placeOf(ref), name })
  if (isKind(resource, 'virtualNode')) return backendsOf(resource.spec).map((name) => resolveBackend(ref, name))
  if (isKind(resource, 'route'))
    return targetsOf(resource.spec).map((target) => named('virtualNode', target.virtualNode))
  if (isKind(resource, 'virtualService')) {
    const { virtualNode, virtualRouter } = resource.spec.provider ?? {}
    return [
      ...(virtualNode ? [named('virtualNode', virtualNode.virtualNodeName)] : []),
      ...(virtualRouter ? [named('virtualRouter', virtualRouter.virtualRouterName)] : []),
    ]
  }
  if (isKind(resource, 'gatewayRoute')) {
    const name = targetServiceOf(resource.spec)
    return name === undefined ? [] : [named('virtualService', name)]
  }
  return []
}

/** The services that a node names as backends, or that the routes of a gateway lead to. */
export function calledServices(view: MeshView, { kind, name }: ResourceRef): ResourceRef[] {
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

function placeOf({ meshOwner, meshName }: MeshPlace): MeshPlace {
  return { meshOwner, meshName }
}

function escape(name: string): string {
  return /[%/]/.test(name) ? name.replaceAll('%', '%25').replaceAll('/', '%2F') : name
}
