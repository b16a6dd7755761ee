/** Route configurations of a virtual gateway: from its listeners to itself, and from itself to the services (envoy-config.md section 4). */
import type { Route, RouteAction, RouteConfiguration, VirtualHost } from '../envoy/types.js'
import type { GatewayRouteView, PathRewrite } from './gateway-route-view.js'
import type { ReachedService } from './gateway-service-view.js'
import type { GatewayPort, GatewayProxyView, GatewayView } from './gateway-view.js'
import type { Memo } from './memo.js'
import {
  ANY_DOMAIN,
  DEFAULT_BACKEND,
  EGRESS_PORT,
  routeConfigName,
  SELF_REDIRECT,
  selfRedirectClusterName,
  VIRTUAL_SERVICE_HEADER,
} from './names.js'
import { compareText } from './request-match.js'
import { buildRoute } from './route.js'
import { buildRouteMatch } from './route-match.js'
import { buildTimeouts } from './timeout.js'

/** The name of the one route configuration of the egress listener, whatever its services speak. */
export const GATEWAY_EGRESS_ROUTES = routeConfigName('egress', 'http', EGRESS_PORT)

/** The routes of one listener: everything goes to the gateway itself, under the name of its service. */
export function buildSelfRedirectRoutes(gateway: GatewayView, { listener, routes }: GatewayPort): RouteConfiguration {
  const { mesh, name, listeners } = gateway
  const { portMapping } = listener
  const cluster = selfRedirectClusterName(mesh, name, portMapping, listeners.length)
  return {
    name: routeConfigName('ingress', portMapping.protocol, portMapping.port),
    virtual_hosts: groupByHost(routes, portMapping.port).map(({ routes: ofHost, ...host }) => ({
      ...host,
      ...(ofHost.length > 0 && { routes: ofHost.map((route) => buildSelfRedirect(route, cluster)) }),
    })),
  }
}

interface Host extends Pick<VirtualHost, 'name' | 'domains'> {
  readonly routes: readonly GatewayRouteView[]
}

/**
 * One virtual host per host name that routes ask for, and one for those that ask for none. Envoy looks for the host first: a route without host
 * name is not tried for a host that another route names (roadmap #403; App Mesh behaved so too). Envoy compares domains without case.
 */
function groupByHost(routes: readonly GatewayRouteView[], port: number): Host[] {
  const groups = new Map<string, GatewayRouteView[]>()
  for (const route of routes) {
    const domain = (route.domain ?? ANY_DOMAIN).toLowerCase()
    const group = groups.get(domain)
    if (group) group.push(route)
    else groups.set(domain, [route])
  }
  if (groups.size === 0) groups.set(ANY_DOMAIN, [])
  const hosts = [...groups].map(([domain, ofHost]) => {
    if (domain === ANY_DOMAIN) return { name: SELF_REDIRECT, domains: [ANY_DOMAIN], routes: ofHost }
    const withPort = `${domain}:${port}`
    return { name: domain, domains: groups.has(withPort) ? [domain] : [domain, withPort], routes: ofHost }
  })
  return hosts.sort((left, right) => compareText(left.name, right.name))
}

/**
 * A client's own header of the name would make two of it, and Envoy find neither. In the value of a header a percent sign would begin one of
 * Envoy's operators.
 */
function buildSelfRedirect({ match, rewrite, handle, keepHost, timeout }: GatewayRouteView, cluster: string): Route {
  return {
    match: buildRouteMatch(match),
    route: {
      cluster,
      ...buildRewrite(rewrite),
      ...(!keepHost && { host_rewrite_literal: handle }),
      ...(timeout && buildTimeouts(timeout)),
    },
    ...(keepHost && {
      request_headers_to_add: [{ header: { key: VIRTUAL_SERVICE_HEADER, value: handle.replaceAll('%', '%%') } }],
      request_headers_to_remove: [VIRTUAL_SERVICE_HEADER],
    }),
  }
}

/** In a substitution a backslash would begin a reference to a part of what matched. */
function buildRewrite(rewrite: PathRewrite | undefined): Pick<RouteAction, 'prefix_rewrite' | 'regex_rewrite'> {
  if (!rewrite) return {}
  if (rewrite.kind === 'prefix') return { prefix_rewrite: rewrite.text }
  const substitution = rewrite.text.replaceAll('\\', '\\\\')
  return { regex_rewrite: { pattern: { google_re2: {}, regex: '^.*$' }, substitution } }
}

/** One virtual host per service, and one for all services that are called under the client's host name. */
export function buildServiceRoutes({ renamed, unrenamed }: GatewayProxyView, memo: Memo): RouteConfiguration {
  const hosts = renamed.map((service) => memo(`gateway-vhost/${service.handle}`, [service], () => buildHost(service)))
  if (unrenamed.length > 0) hosts.push(buildDefaultBackend(unrenamed))
  hosts.sort((left, right) => compareText(left.name ?? '', right.name ?? ''))
  return { name: GATEWAY_EGRESS_ROUTES, ...(hosts.length > 0 && { virtual_hosts: hosts }) }
}

function buildHost({ handle, service, domains, port }: ReachedService): VirtualHost {
  const built = (port?.routes ?? []).map((view) =>
    withHost(buildRoute(service, view), handle === service ? undefined : service),
  )
  return { name: handle, domains: [...domains], ...(built.length > 0 && { routes: built }) }
}

/** The application is to see the service's name, not the one that tells its ports apart. */
function withHost(route: Route, host: string | undefined): Route {
  return host === undefined ? route : { ...route, route: { ...route.route, host_rewrite_literal: host } }
}

/** Every route of these services, for requests that bear the service's name in a header. */
function buildDefaultBackend(services: readonly ReachedService[]): VirtualHost {
  const routes = services.flatMap(({ handle, service, port }) =>
    (port?.routes ?? []).map(({ match, ...view }) => {
      const header = { name: VIRTUAL_SERVICE_HEADER, match: { exact: handle }, invert: false }
      return {
        ...buildRoute(service, { ...view, match: { ...match, headers: [...match.headers, header] } }),
        response_headers_to_remove: [VIRTUAL_SERVICE_HEADER],
      }
    }),
  )
  return { name: DEFAULT_BACKEND, domains: [ANY_DOMAIN], ...(routes.length > 0 && { routes }) }
}
