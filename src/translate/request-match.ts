/** What a route asks of a request, in one form for http, http2 and grpc routes, and which route is tried first. */
import type { HeaderMatchMethod, HttpQueryParameter } from '../model/match.js'
import type { GrpcRouteMatch, HttpRouteMatch } from '../model/route.js'

export type PathRule =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'regex'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }

/** Without `match` the header only has to be there. */
export interface HeaderRule {
  readonly name: string
  readonly match?: HeaderMatchMethod
  readonly invert: boolean
}

export interface RequestMatch {
  readonly path: PathRule
  readonly headers: readonly HeaderRule[]
  readonly queryParameters: readonly HttpQueryParameter[]
  /** Only requests with a gRPC content type. */
  readonly grpc: boolean
}

/** The match of an http or http2 route. Neither prefix nor path means every path. */
export function resolveHttpMatch(match: HttpRouteMatch): RequestMatch {
  return {
    path: httpPath(match),
    headers: [
      ...pseudoHeader(':method', match.method),
      ...pseudoHeader(':scheme', match.scheme),
      ...(match.headers ?? []).map(headerRule),
    ],
    queryParameters: match.queryParameters ?? [],
    grpc: false,
  }
}

/** The match of a grpc route: a gRPC method is the path `/service/method`. */
export function resolveGrpcMatch({ serviceName, methodName, metadata }: GrpcRouteMatch): RequestMatch {
  return {
    path: grpcPath(serviceName, methodName),
    headers: (metadata ?? []).map(headerRule),
    queryParameters: [],
    grpc: true,
  }
}

/**
 * Orders two matches of equal priority, the one to try first before the other: exact paths, then regular expressions, then prefixes; longer
 * text first; more conditions beside the path first, so that no route hides behind a broader one of the same path; then by text.
 * Longest prefix first with lexical ties is observed (envoy-config.md section 3.7), the rest is ours.
 */
export function compareMatches(left: RequestMatch, right: RequestMatch): number {
  return comparePaths(left.path, right.path) || compareConditions(left, right)
}

/** The first part of `compareMatches`. */
export function comparePaths(left: PathRule, right: PathRule): number {
  return (
    PATH_RANK[left.kind] - PATH_RANK[right.kind] ||
    right.text.length - left.text.length ||
    compareText(left.text, right.text)
  )
}

/** The last part of `compareMatches`. */
export function compareConditions(left: RequestMatch, right: RequestMatch): number {
  return conditionCount(right) - conditionCount(left)
}

/** By code unit: the same on every machine, whatever its locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

const PATH_RANK: Record<PathRule['kind'], number> = { exact: 0, regex: 1, prefix: 2 }

function conditionCount({ headers, queryParameters }: RequestMatch): number {
  return headers.length + queryParameters.length
}

function httpPath({ path, prefix }: HttpRouteMatch): PathRule {
  if (path?.exact !== undefined) return { kind: 'exact', text: path.exact }
  if (path?.regex !== undefined) return { kind: 'regex', text: path.regex }
  return { kind: 'prefix', text: prefix ?? '/' }
}

function grpcPath(service: string | undefined, method: string | undefined): PathRule {
  if (service === undefined) return { kind: 'prefix', text: '/' }
  if (method === undefined) return { kind: 'prefix', text: `/${service}/` }
  return { kind: 'exact', text: `/${service}/${method}` }
}

function pseudoHeader(name: string, exact: string | undefined): HeaderRule[] {
  return exact === undefined ? [] : [{ name, match: { exact }, invert: false }]
}

function headerRule(header: { name: string; match?: HeaderMatchMethod; invert?: boolean }): HeaderRule {
  const { name, match, invert = false } = header
  return { name, invert, ...(match && { match }) }
}
