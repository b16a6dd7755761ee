/** Routes of one port of a virtual service, every look-up done: what they match and where they lead. */
import type { Duration } from '../model/duration.js'
import type { PortMapping } from '../model/port-mapping.js'
import type { Resource } from '../model/resource.js'
import type { GrpcRetryPolicy, HttpRetryPolicy } from '../model/retry-policy.js'
import type { RouteSpec, WeightedTarget } from '../model/route.js'
import type { PortProtocol } from '../model/scalars.js'
import type { HttpTimeout } from '../model/timeout.js'
import type { Lookup } from './lookup.js'
import { egressClusterName, noTargetClusterName } from './names.js'
import { problemAt } from './problem.js'
import { compareMatches, compareText, resolveGrpcMatch, resolveHttpMatch, type RequestMatch } from './request-match.js'
import { resolveTarget, unreachableTarget, type EgressTarget } from './target-view.js'

export type HttpProtocol = Exclude<PortProtocol, 'tcp'>

export interface WeightedCluster {
  readonly target: EgressTarget
  readonly weight: number
}

/** Never empty; the sum of weights is 0 only for one that leads to a cluster without endpoints. */
export type Destination = readonly WeightedCluster[]

export interface HttpRouteView {
  readonly match: RequestMatch
  readonly destination: Destination
  readonly timeout?: HttpTimeout
  /** Absent: App Mesh's default. */
  readonly retryPolicy?: HttpRetryPolicy | GrpcRetryPolicy
}

export interface TcpRouteView {
  readonly destination: Destination
  readonly idle?: Duration
}

/** Everything a route view is made of, found before it is made: equal parts mean an equal view. */
export interface RoutePlan {
  readonly route: Resource<'route'>
  readonly destination: Destination
}

/** Finds the targets of a route on a router port. Whatever cannot be found keeps its share of the traffic, unreachable. */
export function planRoute(lookup: Lookup, route: Resource<'route'>, { protocol, port }: PortMapping): RoutePlan {
  const { view, memo, problems } = lookup
  const member = `spec.${ROUTE_TYPE[protocol]}.action.weightedTargets`
  const weightedTargets = route.spec[ROUTE_TYPE[protocol]]?.action.weightedTargets ?? []
  if (!weightedTargets.some(({ weight }) => weight > 0)) {
    problems.push(problemAt(route.ref, member, 'every weight is 0: nothing takes the traffic'))
    const cluster = noTargetClusterName(view.mesh.ref.meshName)
    // One cluster for the whole mesh: it must be the same whichever route is translated first.
    return {
      route,
      destination: [{ target: unreachableTarget({ cluster, protocol: 'tcp', port: 0 }, memo), weight: 0 }],
    }
  }
  const destination = weightedTargets.map((weighted, index) => {
    const report = (message: string) => problems.push(problemAt(route.ref, `${member}[${index}]`, message))
    return { target: findTarget(lookup, weighted, { protocol, port }, report), weight: weighted.weight }
  })
  destination.sort((left, right) => compareText(left.target.cluster, right.target.cluster))
  return { route, destination }
}

/** The member of a route's spec that fits a listener's protocol. */
export const ROUTE_TYPE = {
  http: 'httpRoute',
  http2: 'http2Route',
  grpc: 'grpcRoute',
  tcp: 'tcpRoute',
} as const satisfies Record<PortProtocol, keyof RouteSpec>

/** The plans in the order in which Envoy shall try them: priority 0 first, routes without priority last (envoy-config.md section 3.7). */
export function orderPlans(protocol: PortProtocol, plans: readonly RoutePlan[]): RoutePlan[] {
  const keyed = plans.map((plan) => ({ plan, match: protocol === 'tcp' ? EVERYTHING : matchOf(protocol, plan.route) }))
  keyed.sort(
    (left, right) =>
      priorityOf(left.plan) - priorityOf(right.plan) ||
      compareMatches(left.match, right.match) ||
      compareText(left.plan.route.ref.name, right.plan.route.ref.name),
  )
  return keyed.map(({ plan }) => plan)
}

export function viewHttpRoute(protocol: HttpProtocol, { route, destination }: RoutePlan): HttpRouteView {
  const { timeout, retryPolicy } = route.spec[ROUTE_TYPE[protocol]] ?? {}
  return {
    match: matchOf(protocol, route),
    destination,
    ...(timeout && { timeout }),
    ...(retryPolicy && { retryPolicy }),
  }
}

export function viewTcpRoute({ route, destination }: RoutePlan): TcpRouteView {
  const idle = route.spec.tcpRoute?.timeout?.idle
  return { destination, ...(idle && { idle }) }
}

/** The one route of a service that a virtual node provides. */
export function nodeProviderRoute(protocol: HttpProtocol, target: EgressTarget): HttpRouteView {
  const match = protocol === 'grpc' ? resolveGrpcMatch({}) : resolveHttpMatch({})
  return { match, destination: [{ target, weight: 100 }] }
}

const EVERYTHING = resolveHttpMatch({})

function matchOf(protocol: HttpProtocol, { spec }: Resource<'route'>): RequestMatch {
  return protocol === 'grpc'
    ? resolveGrpcMatch(spec.grpcRoute?.match ?? {})
    : resolveHttpMatch(spec[ROUTE_TYPE[protocol]]?.match ?? {})
}

function priorityOf({ route }: RoutePlan): number {
  return route.spec.priority ?? Number.MAX_SAFE_INTEGER
}

function findTarget(
  lookup: Lookup,
  { virtualNode: name, port }: WeightedTarget,
  router: PortMapping,
  report: (message: string) => void,
): EgressTarget {
  const node = lookup.view.virtualNodes.get(name)
  const listeners = node?.spec.listeners ?? []
  const candidates = port === undefined ? listeners : listeners.filter((listener) => listener.portMapping.port === port)
  const listener = candidates.find(({ portMapping }) => portMapping.protocol === router.protocol) ?? candidates[0]
  if (!node || !listener) {
    const where = port === undefined ? 'listener' : `listener on port ${port}`
    report(`${node ? `virtual node ${name} has no ${where}` : `there is no virtual node ${name}`}: its share gets 503`)
    const place = { protocol: router.protocol, port: port ?? router.port }
    const cluster = egressClusterName(lookup.view.mesh.ref.meshName, name, place.protocol, place.port)
    return unreachableTarget({ cluster, node: name, ...place }, lookup.memo)
  }
  const { portMapping } = listener
  if (port === undefined && listeners.length > 1) {
    report(`names no port of virtual node ${name}, which has several: port ${portMapping.port} is taken`)
  }
  if (portMapping.protocol !== router.protocol) {
    report(`virtual node ${name} speaks ${portMapping.protocol} on port ${portMapping.port}, not ${router.protocol}`)
  }
  return resolveTarget(lookup, node, listener)
}
