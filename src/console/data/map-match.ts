/** What a route or gateway route matches on, as short texts for people: `GET`, `prefix /cart`, `header x-beta = on`. */
import type { GatewayRouteSpec, GrpcGatewayRouteMatch, HttpGatewayRouteMatch } from '../../model/gateway-route.js'
import type { HeaderMatchMethod, HttpQueryParameter } from '../../model/match.js'
import type { GrpcRouteMatch, HttpRouteMatch, RouteSpec, TcpRouteMatch } from '../../model/route.js'

export type RouteType = 'http' | 'http2' | 'grpc' | 'tcp'

/** The type of a route; undefined while its spec names none. */
export function routeTypeOf(spec: RouteSpec | GatewayRouteSpec): RouteType | undefined {
  if (spec.httpRoute) return 'http'
  if (spec.http2Route) return 'http2'
  if (spec.grpcRoute) return 'grpc'
  return 'tcpRoute' in spec ? 'tcp' : undefined
}

/** What a route takes. Never empty: a route without conditions takes everything. */
export function formatRouteMatch(spec: RouteSpec): string[] {
  const http = spec.httpRoute ?? spec.http2Route
  if (http) return formatHttp(http.match)
  if (spec.grpcRoute) return formatGrpc(spec.grpcRoute.match)
  return formatTcp(spec.tcpRoute?.match)
}

/** What a gateway route takes. Never empty. */
export function formatGatewayRouteMatch(spec: GatewayRouteSpec): string[] {
  const http = spec.httpRoute ?? spec.http2Route
  if (http) return formatHttp(http.match)
  return spec.grpcRoute ? formatGrpc(spec.grpcRoute.match) : ['no route type']
}

function formatHttp(match: HttpRouteMatch | HttpGatewayRouteMatch): string[] {
  return [
    ...('hostname' in match ? formatHostname(match.hostname) : []),
    ...('scheme' in match ? [match.scheme] : []),
    ...(match.method ? [match.method] : []),
    formatPath(match),
    ...formatNamed('header', match.headers),
    ...(match.queryParameters ?? []).map(formatQueryParameter),
    ...formatPort(match.port),
  ]
}

function formatGrpc(match: GrpcRouteMatch | GrpcGatewayRouteMatch): string[] {
  const method = 'methodName' in match ? `/${match.methodName}` : ''
  return [
    ...('hostname' in match ? formatHostname(match.hostname) : []),
    match.serviceName ? `service ${match.serviceName}${method}` : 'any gRPC call',
    ...formatNamed('metadata', match.metadata),
    ...formatPort(match.port),
  ]
}

function formatTcp(match: TcpRouteMatch | undefined): string[] {
  return ['any connection', ...formatPort(match?.port)]
}

function formatPath({ path, prefix }: HttpRouteMatch | HttpGatewayRouteMatch): string {
  if (path?.exact !== undefined) return `path ${path.exact}`
  if (path?.regex !== undefined) return `path ~ ${path.regex}`
  return prefix === undefined ? 'any path' : `prefix ${prefix}`
}

function formatHostname({ exact, suffix }: NonNullable<HttpGatewayRouteMatch['hostname']>): string[] {
  return [`host ${exact ?? `*${suffix ?? ''}`}`]
}

interface Named {
  readonly name: string
  readonly invert?: boolean
  readonly match?: HeaderMatchMethod
}

function formatNamed(what: string, conditions: readonly Named[] | undefined): string[] {
  return (conditions ?? []).map(({ name, invert, match }) => {
    const condition = match ? formatMethod(match) : 'present'
    return `${what} ${name} ${invert ? `not ${condition}` : condition}`
  })
}

function formatMethod({ exact, prefix, suffix, regex, range }: HeaderMatchMethod): string {
  if (exact !== undefined) return `= ${exact}`
  if (prefix !== undefined) return `begins with ${prefix}`
  if (suffix !== undefined) return `ends with ${suffix}`
  if (regex !== undefined) return `~ ${regex}`
  return range ? `from ${range.start} to below ${range.end}` : 'present'
}

function formatQueryParameter({ name, match }: HttpQueryParameter): string {
  return match?.exact === undefined ? `query ${name} present` : `query ${name} = ${match.exact}`
}

function formatPort(port: number | undefined): string[] {
  return port === undefined ? [] : [`port ${port}`]
}
