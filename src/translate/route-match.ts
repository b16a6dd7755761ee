/** Matches of Envoy routes. */
import type { HeaderMatcher, QueryParameterMatcher, RegexMatcher, RouteMatch } from '../envoy/types.js'
import type { HeaderMatchMethod, HttpQueryParameter } from '../model/match.js'
import type { HeaderRule, PathRule, RequestMatch } from './request-match.js'

/** Every condition must hold. */
export function buildRouteMatch({ path, headers, queryParameters, grpc }: RequestMatch): RouteMatch {
  return {
    ...PATH[path.kind](path.text),
    ...(headers.length > 0 && { headers: headers.map(buildHeaderMatcher) }),
    ...(queryParameters.length > 0 && { query_parameters: queryParameters.map(buildQueryParameterMatcher) }),
    ...(grpc && { grpc: {} }),
  }
}

const PATH: Record<PathRule['kind'], (text: string) => RouteMatch> = {
  exact: (path) => ({ path }),
  regex: (regex) => ({ safe_regex: re2(regex) }),
  prefix: (prefix) => ({ prefix }),
}

function buildHeaderMatcher({ name, match, invert }: HeaderRule): HeaderMatcher {
  return { name, ...headerSpecifier(match), ...(invert && { invert_match: true }) }
}

type HeaderSpecifier = Pick<HeaderMatcher, 'present_match' | 'range_match' | 'string_match'>

/** No method means that the header has to be there, with any value. */
function headerSpecifier(match: HeaderMatchMethod = {}): HeaderSpecifier {
  const { exact, prefix, suffix, regex, range } = match
  if (exact !== undefined) return { string_match: { exact } }
  if (prefix !== undefined) return { string_match: { prefix } }
  if (suffix !== undefined) return { string_match: { suffix } }
  if (regex !== undefined) return { string_match: { safe_regex: re2(regex) } }
  if (range) return { range_match: { start: range.start, end: range.end } }
  return { present_match: true }
}

function buildQueryParameterMatcher({ name, match }: HttpQueryParameter): QueryParameterMatcher {
  return match?.exact === undefined ? { name, present_match: true } : { name, string_match: { exact: match.exact } }
}

/** Older Envoys want the engine named; newer ones have only this one and take the name as well. */
function re2(regex: string): RegexMatcher {
  return { google_re2: {}, regex }
}
