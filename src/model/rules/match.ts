/** Rules for what routes and gateway routes match on, and for header matches that Envoy would refuse. */
import { GrpcGatewayRouteMetadata, GrpcMetadataMatchMethod, HttpGatewayRouteHeader } from '../gateway-route.js'
import { HeaderMatchMethod, HttpPathMatch, HttpQueryParameter, MatchRange } from '../match.js'
import type { Problem } from '../problem.js'
import { GrpcRouteMetadata, GrpcRouteMetadataMatchMethod, HttpRouteHeader } from '../route.js'
import { checkRegex } from './regex.js'
import { demand, rule } from './shape-rule.js'
import { checkOneLine } from './text.js'

/** Envoy's limit for the name of a query parameter, in bytes of UTF-8. */
const LONGEST_PARAMETER_NAME = 1024

export const MATCH_RULES = [
  rule(MatchRange, ({ start, end }, path) =>
    demand(end > start, `${path}.end`, `must be greater than start, which is ${start}`),
  ),
  rule(HttpPathMatch, checkPattern),
  rule(HeaderMatchMethod, checkPattern),
  rule(GrpcRouteMetadataMatchMethod, checkPattern),
  rule(GrpcMetadataMatchMethod, checkPattern),
  rule(HttpRouteHeader, checkName),
  rule(GrpcRouteMetadata, checkName),
  rule(HttpGatewayRouteHeader, checkName),
  rule(GrpcGatewayRouteMetadata, checkName),
  rule(HttpQueryParameter, ({ name }, path) =>
    demand(
      name !== '' && byteLength(name) <= LONGEST_PARAMETER_NAME,
      `${path}.name`,
      `must have 1 to ${LONGEST_PARAMETER_NAME} bytes`,
    ),
  ),
]

function checkPattern({ regex }: { readonly regex?: string }, path: string): Problem[] {
  return regex === undefined ? [] : checkRegex(regex, `${path}.regex`)
}

function checkName({ name }: { readonly name: string }, path: string): Problem[] {
  return checkOneLine(name, `${path}.name`)
}

function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
