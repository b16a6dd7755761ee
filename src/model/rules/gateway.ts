/** Rules for gateway routes that show without looking at the gateway or the service (app-mesh-api.md section 7.6). */
import {
  GatewayRouteHostnameMatch,
  GatewayRouteSpec,
  GrpcGatewayRouteMatch,
  HttpGatewayRouteAction,
  HttpGatewayRouteMatch,
  HttpGatewayRoute,
  HttpGatewayRoutePathRewrite,
  HttpGatewayRoutePrefixRewrite,
} from '../gateway-route.js'
import { checkPath } from './path.js'
import { demand, demandOne, membersOf, rule } from './shape-rule.js'
import { checkOneLine } from './text.js'

export const GATEWAY_ROUTE_TYPES = ['httpRoute', 'http2Route', 'grpcRoute'] as const

/** What App Mesh keeps for itself. */
const RESERVED_PATH = /^\/aws-app-?mesh/
const RESERVED_SERVICE = /^aws\.app-?mesh/

export const GATEWAY_RULES = [
  rule(GatewayRouteSpec, (spec, path) => demandOne(spec, GATEWAY_ROUTE_TYPES, path)),
  rule(HttpGatewayRouteMatch, (match, path) => [
    ...checkPath(match, path),
    ...checkOneLine(match.prefix ?? '', `${path}.prefix`),
    ...demand(
      membersOf(match, ['prefix', 'path', 'hostname', 'port']).length > 0,
      path,
      'must have prefix, path, hostname or port',
    ),
    ...demand(!RESERVED_PATH.test(match.prefix ?? ''), `${path}.prefix`, RESERVED),
    ...demand(!RESERVED_PATH.test(match.path?.exact ?? ''), `${path}.path.exact`, RESERVED),
  ]),
  rule(GrpcGatewayRouteMatch, (match, path) => [
    ...demand(
      membersOf(match, ['serviceName', 'hostname', 'port']).length > 0,
      path,
      'must have serviceName, hostname or port',
    ),
    ...demand(!RESERVED_SERVICE.test(match.serviceName ?? ''), `${path}.serviceName`, RESERVED),
  ]),
  rule(GatewayRouteHostnameMatch, ({ exact, suffix }, path) => [
    ...checkOneLine(exact ?? '', `${path}.exact`),
    ...checkOneLine(suffix ?? '', `${path}.suffix`),
  ]),
  rule(HttpGatewayRouteAction, ({ rewrite }, path) => {
    if (!rewrite) return []
    const given = membersOf(rewrite, ['prefix', 'path', 'hostname'])
    return [
      ...demand(given.length > 0, `${path}.rewrite`, 'must have prefix, path or hostname'),
      ...demand(!rewrite.prefix || !rewrite.path, `${path}.rewrite`, 'must not have both prefix and path'),
    ]
  }),
  rule(HttpGatewayRoute, ({ match, action: { rewrite } }, path) => [
    ...demand(!rewrite?.prefix || !match.path, `${path}.action.rewrite.prefix`, 'does not go with a match by path'),
    ...demand(
      !rewrite?.path || match.prefix === undefined,
      `${path}.action.rewrite.path`,
      'does not go with a match by prefix',
    ),
  ]),
  rule(HttpGatewayRoutePrefixRewrite, ({ value = '/' }, path) => [
    ...demand(value.startsWith('/') && value.endsWith('/'), `${path}.value`, 'must start and end with /'),
    ...checkOneLine(value, `${path}.value`),
  ]),
  rule(HttpGatewayRoutePathRewrite, ({ exact }, path) => [
    ...demand(exact !== undefined, `${path}.exact`, 'is required'),
    ...demand(exact?.startsWith('/') ?? true, `${path}.exact`, 'must start with /'),
    ...checkOneLine(exact ?? '', `${path}.exact`),
  ]),
]

const RESERVED = 'is reserved for App Mesh'
