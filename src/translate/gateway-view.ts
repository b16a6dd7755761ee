/** A virtual gateway as its Envoys need it: every look-up done and every problem found, so that the builders cannot fail. */
import type { VirtualGatewayFileAccessLog } from '../model/access-log.js'
import type { MeshView, ResourcesByName } from '../model/mesh-view.js'
import type { Problem } from '../model/problem.js'
import { targetServiceOf } from '../model/references.js'
import type { Resource, ResourceRef } from '../model/resource.js'
import type { IpPreference } from '../model/scalars.js'
import type { VirtualGatewayListener } from '../model/virtual-gateway.js'
import {
  GATEWAY_ROUTE_TYPE,
  keepsHost,
  mostPatient,
  orderViews,
  protocolOf,
  typedRoute,
  viewGatewayRoute,
  type GatewayRouteView,
} from './gateway-route-view.js'
import {
  distinctServices,
  domainKeysOf,
  findRivals,
  reachService,
  serviceKey,
  type ReachedService,
} from './gateway-service-view.js'
import type { Memo } from './memo.js'
import { ANY_DOMAIN, DEFAULT_BACKEND, EGRESS_PORT } from './names.js'
import type { HttpEgressPort } from './egress-port.js'
import { applyPolicies, sortTargets } from './policies.js'
import { problemAt } from './problem.js'
import type { ProxyRef } from './proxy.js'
import { distinctProblems } from './proxy-view.js'
import { compareText } from './request-match.js'
import { distinctPorts, resolveServices, type ServiceView } from './service-view.js'
import type { EgressTarget } from './target-view.js'
import { viewClientPolicy, type ClientPolicyView } from './tls-view.js'

/** What the gateway says of itself. */
export interface GatewayView {
  readonly ref: ResourceRef<'virtualGateway'>
  readonly mesh: string
  readonly name: string
  /** By port, each port once. */
  readonly listeners: readonly VirtualGatewayListener[]
  /** The mesh's: a gateway has none of its own (app-mesh-api.md section 7.8). */
  readonly ipPreference: IpPreference | undefined
  readonly accessLog?: VirtualGatewayFileAccessLog
  /** For every service that the gateway calls. */
  readonly policy: ClientPolicyView | undefined
  readonly problems: readonly Problem[]
}

/** A listener with its routes in the order in which they are tried. */
export interface GatewayPort {
  readonly listener: VirtualGatewayListener
  readonly routes: readonly GatewayRouteView[]
}

export interface GatewayProxyView {
  readonly gateway: GatewayView
  /** One per listener, in their order. */
  readonly ports: readonly GatewayPort[]
  /** Called by their own name, sorted by it; no two have a domain in common. */
  readonly renamed: readonly ReachedService[]
  /** Called under the client's host name, sorted by their own. */
  readonly unrenamed: readonly ReachedService[]
  /** Sorted by cluster name, each once. */
  readonly targets: readonly EgressTarget[]
  readonly problems: readonly Problem[]
}

/**
 * The view of the virtual gateway `proxy`, the same object as long as nothing that it depends on has changed; undefined when the mesh has no such
 * gateway.
 */
export function resolveGateway(view: MeshView, proxy: ProxyRef, memo: Memo): GatewayProxyView | undefined {
  const resource = view.virtualGateways.get(proxy.name)
  if (!resource) return undefined
  const key = `gateway/${proxy.name}`
  const gateway = memo(`${key}/self`, [resource, view.mesh], () => resolveSelf(view.mesh, resource))
  const routes = view.gatewayRoutes.get(proxy.name)
  const names = memo(`${key}/called`, [routes], () => listServices(routes))
  const services = resolveServices(view, names, memo)
  return memo(`${key}/view`, [gateway, routes, ...services], () => {
    const found = services.filter((service) => service !== undefined)
    return resolveView(key, gateway, routes, new Map(found.map((service) => [service.name, service])), memo)
  })
}

function resolveSelf(mesh: Resource<'mesh'>, resource: Resource<'virtualGateway'>): GatewayView {
  const problems: Problem[] = []
  const accessLog = resource.spec.logging?.accessLog?.file
  const listeners = distinctPorts(resource, resource.spec.listeners, problems).filter(({ portMapping: { port } }) => {
    if (port !== EGRESS_PORT) return true
    problems.push(problemAt(resource.ref, 'spec.listeners', `port ${port} is the gateway's own: left out`))
    return false
  })
  return {
    ref: resource.ref,
    mesh: mesh.ref.meshName,
    name: resource.ref.name,
    listeners: listeners.sort((left, right) => left.portMapping.port - right.portMapping.port),
    ipPreference: mesh.spec.serviceDiscovery?.ipPreference,
    ...(accessLog && { accessLog }),
    policy: viewClientPolicy(resource.spec.backendDefaults?.clientPolicy?.tls),
    problems,
  }
}

/** The services that gateway routes name, sorted, each once; with the memo's key for each. */
function listServices(
  routes: ResourcesByName<'gatewayRoute'> | undefined,
): { readonly name: string; readonly key: string }[] {
  const names = [...(routes?.values() ?? [])].flatMap(({ spec }) => targetServiceOf(spec) ?? [])
  return [...new Set(names)].sort(compareText).map((name) => ({ name, key: `look-up/${name}` }))
}

function resolveView(
  key: string,
  gateway: GatewayView,
  routes: ResourcesByName<'gatewayRoute'> | undefined,
  services: ReadonlyMap<string, ServiceView>,
  memo: Memo,
): GatewayProxyView {
  const problems = [...gateway.problems]
  for (const service of services.values()) problems.push(...service.problems)
  const sorted = [...(routes?.values() ?? [])].sort((left, right) => compareText(left.ref.name, right.ref.name))
  const reached = sorted
    .filter((route) => checkRoute(gateway, route, problems))
    .map((route) => ({ route, service: reachService(route, services, memo, problems) }))
  const { kept, renamed, unrenamed } = shareHosts(reached, problems)
  const ports = gateway.listeners.map((listener) => {
    const ofPort = kept.filter(({ route }) => fits(route, listener))
    return { listener, routes: orderViews(ofPort.map(({ route, service }) => planRoute(key, route, service, memo))) }
  })
  const targets = resolveTargets(gateway, distinctServices([...renamed, ...unrenamed]), memo, problems)
  return { gateway, ports, renamed, unrenamed, targets, problems: distinctProblems(problems) }
}

/** What the services lead to, sorted by cluster name, each once, with the TLS that the gateway's client policy means for it. */
function resolveTargets(
  { ref, policy }: GatewayView,
  services: readonly ReachedService[],
  memo: Memo,
  problems: Problem[],
): readonly EgressTarget[] {
  const ports = services.flatMap(({ port }) => port ?? [])
  const report = (_service: string, message: string) =>
    problems.push(problemAt(ref, 'spec.backendDefaults.clientPolicy', message))
  const egress: HttpEgressPort = { protocol: 'http', port: EGRESS_PORT, services: ports }
  return sortTargets(applyPolicies([egress], () => policy, memo, report).targets)
}

interface Reached {
  readonly route: Resource<'gatewayRoute'>
  readonly service: ReachedService
}

/**
 * Shares host names, and values of the header, on the gateway's own egress listener: a route whose service cannot have its own there is left out.
 */
function shareHosts(reached: readonly Reached[], problems: Problem[]) {
  const servicesOf = (some: readonly Reached[]) => distinctServices(some.map(({ service }) => service))
  const byName = servicesOf(reached.filter(({ route }) => !keepsHost(route)))
  const byHeader = servicesOf(reached.filter(({ route }) => keepsHost(route)))
  const taken = byHeader.length > 0 ? [{ text: ANY_DOMAIN, owner: `the virtual host ${DEFAULT_BACKEND}` }] : []
  const sameName = findRivals(byName, domainKeysOf, taken)
  const sameHeader = findRivals(byHeader, ({ handle }) => [handle])
  const kept = reached.filter(({ route, service }) => {
    const winner = (keepsHost(route) ? sameHeader : sameName).get(serviceKey(service))
    if (winner === undefined) return true
    const message = `${winner} already has the name of ${service.handle}: the gateway route is left out`
    problems.push(problemAt(route.ref, 'spec', message))
    return false
  })
  return {
    kept,
    renamed: byName.filter((service) => !sameName.has(serviceKey(service))),
    unrenamed: byHeader.filter((service) => !sameHeader.has(serviceKey(service))),
  }
}

/** The same object as long as the route, its service's name and the service's timeouts are the same. */
function planRoute(key: string, route: Resource<'gatewayRoute'>, { handle, port }: ReachedService, memo: Memo) {
  const timeout = mostPatient(port?.routes ?? [])
  const inputs = [route, handle, timeout?.perRequest?.value, timeout?.idle?.value]
  return memo(`${key}/route/${route.ref.name}`, inputs, () => viewGatewayRoute(route, handle, timeout))
}

/** A gateway route without a port is for every listener of its type; App Mesh demands one where there are several. */
function fits(
  { spec }: Resource<'gatewayRoute'>,
  { portMapping: { port, protocol } }: VirtualGatewayListener,
): boolean {
  const typed = spec[GATEWAY_ROUTE_TYPE[protocol]]
  return typed !== undefined && (typed.match.port ?? port) === port
}

function checkRoute({ listeners }: GatewayView, route: Resource<'gatewayRoute'>, problems: Problem[]): boolean {
  if (listeners.some((listener) => fits(route, listener))) return true
  const port = typedRoute(route)?.match.port
  const wanted = `${protocolOf(route) ?? 'such'} listener${port === undefined ? '' : ` on port ${port}`}`
  problems.push(problemAt(route.ref, 'spec', `the virtual gateway has no ${wanted}: the gateway route is left out`))
  return false
}
