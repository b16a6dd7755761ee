/** Virtual services as their callers see them: on which ports, by which routes. The same for every caller, so resolved once per mesh. */
import type { MeshView } from '../model/mesh-view.js'
import type { PortMapping } from '../model/port-mapping.js'
import type { Problem } from '../model/problem.js'
import type { Resource } from '../model/resource.js'
import type { PortProtocol } from '../model/scalars.js'
import type { VirtualServiceSpec } from '../model/virtual-service.js'
import { keptByService } from './kept-by-service.js'
import type { Lookup } from './lookup.js'
import type { Memo } from './memo.js'
import { serviceDomains } from './names.js'
import { problemAt } from './problem.js'
import { compareText } from './request-match.js'
import {
  nodeProviderRoute,
  orderPlans,
  planRoute,
  ROUTE_TYPE,
  viewHttpRoute,
  viewTcpRoute,
  type Destination,
  type HttpProtocol,
  type HttpRouteView,
  type RoutePlan,
  type TcpRouteView,
} from './route-view.js'
import { resolveTarget, type EgressTarget } from './target-view.js'

interface PortBase {
  readonly service: string
  readonly port: number
  /** Present on those that lead elsewhere than for most callers, because of a client policy: one text per way of doing so. */
  readonly variant?: string
  /** Every target of the port's routes, once. */
  readonly targets: readonly EgressTarget[]
}

export interface HttpServicePort extends PortBase {
  readonly protocol: HttpProtocol
  /** Its domains as Envoy compares them, without case. */
  readonly domainKeys: readonly string[]
  /** In the order in which they are tried; none at all answers 404. */
  readonly routes: readonly HttpRouteView[]
}

export interface TcpServicePort extends PortBase {
  readonly protocol: 'tcp'
  readonly route: TcpRouteView
}

export type ServicePort = HttpServicePort | TcpServicePort

export interface ServiceView {
  readonly name: string
  readonly ports: readonly ServicePort[]
  readonly problems: readonly Problem[]
  /** The same object as long as at most the routes of the ports differ: not their number, their protocols, their targets, nor the problems. */
  readonly shape: object
}

export interface ServiceLookup {
  readonly name: string
  /** Names the service in the memo: every proxy asks for all of its backends after every change, so the text is made once. */
  readonly key: string
}

/**
 * The services of these names; undefined stands for one that the mesh does not have. Most proxies of a change have most services in common: the first one
 * that asks resolves them for all.
 */
export function resolveServices(
  view: MeshView,
  lookups: readonly ServiceLookup[],
  memo: Memo,
): (ServiceView | undefined)[] {
  const kept = keptByService<ServiceView>('services of the view', view, memo)
  return lookups.map(({ name, key }) => {
    const known = kept.get(name)
    if (known) return known
    const service = view.virtualServices.get(name)
    if (!service) return undefined
    const found = resolveService(view, service, key, memo)
    kept.set(service, found)
    return found
  })
}

/** What `service` is. The same object as long as nothing that it depends on has changed. */
function resolveService(view: MeshView, service: Resource<'virtualService'>, key: string, memo: Memo): ServiceView {
  const routerName = service.spec.provider?.virtualRouter?.virtualRouterName
  const router = routerName === undefined ? undefined : view.virtualRouters.get(routerName)
  const routes = routerName === undefined ? undefined : view.routes.get(routerName)
  return memo(key, [service, router, routes, view.virtualNodes, view.mesh], () => {
    const { name } = service.ref
    const problems: Problem[] = []
    const ports = resolvePorts({ view, memo, problems }, service)
    for (const { targets } of ports) for (const target of targets) problems.push(...target.problems)
    const texts = problems.flatMap(({ path, message }) => [path, message])
    const traits = ports.flatMap(({ port, protocol, targets }) => [port, protocol, targets.length, ...targets])
    const shape = memo(`service/${name}/shape`, [...traits, ...texts], () => ({}))
    return memo(`service/${name}`, [...ports, ...texts], () => ({ name, ports, problems, shape }))
  })
}

function resolvePorts(lookup: Lookup, service: Resource<'virtualService'>): ServicePort[] {
  const { virtualNode, virtualRouter } = service.spec.provider ?? {}
  const { virtualNodes, virtualRouters } = lookup.view
  const router = virtualRouter && virtualRouters.get(virtualRouter.virtualRouterName)
  const node = virtualNode && virtualNodes.get(virtualNode.virtualNodeName)
  const found = router ?? node
  if (!found?.spec.listeners?.length) {
    const message = `${describeLack(service.spec, found)}: the service takes no traffic`
    lookup.problems.push(problemAt(service.ref, 'spec.provider', message))
  }
  if (router) return routerPorts(lookup, service.ref.name, router)
  return node ? nodePorts(lookup, service.ref.name, node) : []
}

function describeLack({ provider }: VirtualServiceSpec, found: Resource | undefined): string {
  const { virtualNode, virtualRouter } = provider ?? {}
  if (!virtualNode && !virtualRouter) return 'is missing'
  const named = virtualRouter
    ? `virtual router ${virtualRouter.virtualRouterName}`
    : `virtual node ${virtualNode?.virtualNodeName ?? ''}`
  return found ? `${named} has no listener` : `there is no ${named}`
}

/** A service provided by a node has the node's own ports, default timeouts and retries (envoy-config.md section 3.7). */
function nodePorts(lookup: Lookup, service: string, node: Resource<'virtualNode'>): ServicePort[] {
  const listeners = distinctPorts(node, node.spec.listeners ?? [], lookup.problems)
  return listeners.map((listener) => {
    const target = resolveTarget(lookup, node, listener)
    const { port, protocol } = listener.portMapping
    const base = { service, port, targets: [target] }
    return lookup.memo(`port/${service}/${port}`, [target], () =>
      protocol === 'tcp'
        ? { ...base, protocol, route: { destination: [{ target, weight: 100 }] } }
        : {
            ...base,
            protocol,
            domainKeys: domainKeysOf(service, port),
            routes: [nodeProviderRoute(protocol, target)],
          },
    )
  })
}

function routerPorts(lookup: Lookup, service: string, router: Resource<'virtualRouter'>): ServicePort[] {
  const { view, problems } = lookup
  const listeners = distinctPorts(router, router.spec.listeners ?? [], problems)
  const routes = [...(view.routes.get(router.ref.name)?.values() ?? [])]
  routes.sort((left, right) => compareText(left.ref.name, right.ref.name))
  for (const route of routes) checkRoute(route, listeners, problems)
  return listeners.flatMap(({ portMapping }) => {
    const fitting = routes.filter((route) => fits(route, portMapping))
    const plans = fitting.map((route) => planRoute(lookup, route, portMapping))
    const ordered = orderPlans(portMapping.protocol, plans)
    return routerPort(lookup, service, router, portMapping, ordered) ?? []
  })
}

function routerPort(
  { memo, problems }: Lookup,
  service: string,
  router: Resource<'virtualRouter'>,
  { port, protocol }: PortMapping,
  plans: readonly RoutePlan[],
): ServicePort | undefined {
  if (protocol !== 'tcp') {
    return memo(`port/${service}/${port}`, [protocol, ...plans.flatMap(planInputs)], () => {
      const routes = plans.map((plan) => viewHttpRoute(protocol, plan))
      const targets = distinctTargets(plans.map(({ destination }) => destination))
      return { service, port, protocol, domainKeys: domainKeysOf(service, port), routes, targets }
    })
  }
  const [first, ...unused] = plans
  for (const { route } of unused) {
    problems.push(problemAt(route.ref, 'spec.tcpRoute', `another tcp route takes all of port ${port}: left out`))
  }
  if (!first) {
    const message = `tcp port ${port} of virtual router ${router.ref.name} has no route: it is not opened`
    problems.push(problemAt(router.ref, 'spec.listeners', message))
    return undefined
  }
  return memo(`port/${service}/${port}`, [protocol, ...planInputs(first)], () => {
    return { service, port, protocol, route: viewTcpRoute(first), targets: distinctTargets([first.destination]) }
  })
}

function domainKeysOf(service: string, port: number): string[] {
  return serviceDomains(service, port).map((domain) => domain.toLowerCase())
}

/** The weights are the route's. */
function planInputs({ route, destination }: RoutePlan): unknown[] {
  return [route, ...destination.map(({ target }) => target)]
}

function distinctTargets(destinations: readonly Destination[]): EgressTarget[] {
  return [...new Set(destinations.flatMap((destination) => destination.map(({ target }) => target)))]
}

/** A route without a port selector is for every listener of its type; App Mesh demands one where there are several. */
function fits({ spec }: Resource<'route'>, { port, protocol }: PortMapping): boolean {
  const typed = spec[ROUTE_TYPE[protocol]]
  return typed !== undefined && (typed.match?.port ?? port) === port
}

function checkRoute(
  route: Resource<'route'>,
  listeners: readonly { readonly portMapping: PortMapping }[],
  problems: Problem[],
): void {
  if (listeners.some(({ portMapping }) => fits(route, portMapping))) return
  const types = Object.entries(ROUTE_TYPE) as [PortProtocol, (typeof ROUTE_TYPE)[PortProtocol]][]
  const [protocol, type] = types.find(([, member]) => route.spec[member]) ?? []
  const port = type && route.spec[type]?.match?.port
  const wanted = `${protocol ?? 'such'} listener${port === undefined ? '' : ` on port ${port}`}`
  problems.push(problemAt(route.ref, 'spec', `the virtual router has no ${wanted}: the route is left out`))
}

/** The listeners without those whose port an earlier one has: two filter chains of one port would make Envoy refuse the listener. */
export function distinctPorts<L extends { readonly portMapping: PortMapping }>(
  { ref }: Resource,
  listeners: readonly L[],
  problems: Problem[],
): L[] {
  const seen = new Set<number>()
  return listeners.filter(({ portMapping: { port } }, index) => {
    if (!seen.has(port)) return seen.add(port)
    problems.push(problemAt(ref, `spec.listeners[${index}]`, `port ${port} is taken by an earlier listener: left out`))
    return false
  })
}
