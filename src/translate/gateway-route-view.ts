/** Gateway routes as the listeners of their gateway need them: what they match, in which order, and what becomes of path and host. */
import type { HttpGatewayRouteRewrite } from '../model/gateway-route.js'
import type { Resource } from '../model/resource.js'
import type { VirtualGatewayPortProtocol } from '../model/scalars.js'
import type { HttpTimeout } from '../model/timeout.js'
import {
  compareConditions,
  comparePaths,
  compareText,
  resolveGrpcMatch,
  resolveHttpMatch,
  type RequestMatch,
} from './request-match.js'
import type { HttpRouteView } from './route-view.js'
import { toMillis } from './timeout.js'

/** What stands for the path: `prefix` for the part that matched, `path` for all of it. */
export interface PathRewrite {
  readonly kind: 'prefix' | 'path'
  readonly text: string
}

/** One route of Envoy; a gateway route may need two. */
export interface GatewayRouteView {
  /** A virtual host's domain: a host name, or `*` and the end of one; absent when any host will do. */
  readonly domain: string | undefined
  readonly match: RequestMatch
  /** The gateway route says `/p`; this is its `/p/`, which another one may say itself. */
  readonly implied: boolean
  readonly rewrite: PathRewrite | undefined
  /** The name by which the gateway's own egress listener knows the service. */
  readonly handle: string
  /** The client's host name goes on to the application. */
  readonly keepHost: boolean
  /** Absent when the service has no route that could be waited for. */
  readonly timeout: HttpTimeout | undefined
}

export interface GatewayRouteViews {
  readonly name: string
  readonly priority: number
  readonly views: readonly GatewayRouteView[]
}

/** The member of a gateway route's spec that fits a listener's protocol. */
export const GATEWAY_ROUTE_TYPE = {
  http: 'httpRoute',
  http2: 'http2Route',
  grpc: 'grpcRoute',
} as const satisfies Record<VirtualGatewayPortProtocol, string>

const PROTOCOLS = Object.keys(GATEWAY_ROUTE_TYPE) as VirtualGatewayPortProtocol[]

/** The protocol of the listeners that a gateway route is for; undefined while it has no type. */
export function protocolOf({ spec }: Resource<'gatewayRoute'>): VirtualGatewayPortProtocol | undefined {
  return PROTOCOLS.find((protocol) => spec[GATEWAY_ROUTE_TYPE[protocol]])
}

/** What a gateway route says whatever its type; undefined while it has none. */
export function typedRoute({ spec }: Resource<'gatewayRoute'>) {
  return spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute
}

/** True when the client's host name shall go on to the application. */
export function keepsHost(route: Resource<'gatewayRoute'>): boolean {
  return typedRoute(route)?.action.rewrite?.hostname?.defaultTargetHostname === 'DISABLED'
}

/** The views of a gateway route that leads to `handle`. */
export function viewGatewayRoute(
  route: Resource<'gatewayRoute'>,
  handle: string,
  timeout: HttpTimeout | undefined,
): GatewayRouteViews {
  const { hostname } = typedRoute(route)?.match ?? {}
  const domain = hostname?.exact ?? (hostname?.suffix === undefined ? undefined : `*${hostname.suffix}`)
  const views = resolveMatches(route).map((match) => ({
    domain,
    ...match,
    handle,
    keepHost: keepsHost(route),
    timeout,
  }))
  return { name: route.ref.name, priority: route.spec.priority ?? Number.MAX_SAFE_INTEGER, views }
}

/**
 * All views in the order in which Envoy shall try them, as routes of a virtual router are (envoy-config.md section 3.7). Who says `/p/` comes before
 * whoever has it for saying `/p`: the longer prefix of the two.
 */
export function orderViews(routes: readonly GatewayRouteViews[]): GatewayRouteView[] {
  const keyed = routes.flatMap(({ name, priority, views }) => views.map((view) => ({ name, priority, view })))
  keyed.sort(
    (left, right) =>
      left.priority - right.priority ||
      comparePaths(left.view.match.path, right.view.match.path) ||
      Number(left.view.implied) - Number(right.view.implied) ||
      compareConditions(left.view.match, right.view.match) ||
      compareText(left.name, right.name),
  )
  return keyed.map(({ view }) => view)
}

type MatchAndRewrite = Pick<GatewayRouteView, 'match' | 'implied' | 'rewrite'>

/** A grpc route has no rewrite of its path, which is the method's name. */
function resolveMatches({ spec }: Resource<'gatewayRoute'>): MatchAndRewrite[] {
  if (spec.grpcRoute) return [{ match: resolveGrpcMatch(spec.grpcRoute.match), implied: false, rewrite: undefined }]
  const { match, action } = spec.httpRoute ?? spec.http2Route ?? {}
  if (!match) return []
  const own = match.path ? undefined : (match.prefix ?? '/')
  return resolvePaths(own, action?.rewrite).map(({ prefix, rewrite }) => ({
    match: resolveHttpMatch(prefix === undefined ? match : { ...match, prefix }),
    implied: prefix !== own,
    rewrite,
  }))
}

interface PathAndRewrite {
  /** Undefined for a match by path. */
  readonly prefix: string | undefined
  readonly rewrite: PathRewrite | undefined
}

/**
 * Unless the route says otherwise the prefix that matched becomes `/`. That takes two routes for a prefix without a slash at its end, so that
 * neither `/p` nor `/p/x` comes out with two slashes or none (envoy-config.md section 4). A path that matched stays as it is.
 */
function resolvePaths(prefix: string | undefined, rewrite: HttpGatewayRouteRewrite | undefined): PathAndRewrite[] {
  const path = rewrite?.path?.exact
  if (path !== undefined) return [{ prefix, rewrite: { kind: 'path', text: path } }]
  if (prefix === undefined) return [{ prefix, rewrite: undefined }]
  const to = (text: string): PathRewrite => ({ kind: 'prefix', text })
  const { value, defaultPrefix } = rewrite?.prefix ?? {}
  if (value !== undefined) return [{ prefix, rewrite: to(value) }]
  if (defaultPrefix === 'DISABLED') return [{ prefix, rewrite: to(prefix) }]
  if (prefix.endsWith('/')) return [{ prefix, rewrite: to('/') }]
  return [
    { prefix: `${prefix}/`, rewrite: to('/') },
    { prefix, rewrite: to('/') },
  ]
}

const DEFAULT_MILLIS = { perRequest: 15_000, idle: 300_000 }

/**
 * How long the gateway's listener waits for a service: as long as the most patient of the service's routes, so that none of them is cut short.
 * Undefined without routes.
 */
export function mostPatient(routes: readonly HttpRouteView[]): HttpTimeout | undefined {
  if (routes.length === 0) return undefined
  const longest = (member: keyof HttpTimeout): number => {
    const all = routes.map(({ timeout }) => {
      const duration = timeout?.[member]
      return duration ? toMillis(duration) : DEFAULT_MILLIS[member]
    })
    return all.includes(0) ? 0 : Math.max(...all)
  }
  const perRequest = longest('perRequest')
  const idle = longest('idle')
  return {
    perRequest: { unit: 'ms', value: perRequest },
    ...(idle !== DEFAULT_MILLIS.idle && { idle: { unit: 'ms', value: idle } }),
  }
}
