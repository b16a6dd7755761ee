/** Rules for routes that show without looking at the router or the targets (app-mesh-api.md section 7.5). */
import type { Problem } from '../problem.js'
import {
  GrpcRouteAction,
  GrpcRouteMatch,
  HttpRouteAction,
  HttpRouteMatch,
  RouteSpec,
  TcpRouteAction,
} from '../route.js'
import { checkPath } from './path.js'
import { demand, demandOne, rule } from './shape-rule.js'

export const ROUTE_TYPES = ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'] as const

const GREATEST_WEIGHT = 100

export const ROUTE_RULES = [
  rule(RouteSpec, (spec, path) => demandOne(spec, ROUTE_TYPES, path)),
  rule(HttpRouteMatch, checkPath),
  rule(GrpcRouteMatch, ({ methodName, serviceName }, path) =>
    demand(methodName === undefined || !!serviceName, `${path}.serviceName`, 'is required because methodName is given'),
  ),
  rule(HttpRouteAction, checkWeights),
  rule(GrpcRouteAction, checkWeights),
  rule(TcpRouteAction, checkWeights),
]

/** Weights are relative to each other, so a sum below 100 is fine. */
function checkWeights({ weightedTargets }: HttpRouteAction, path: string): Problem[] {
  const sum = weightedTargets.reduce((total, { weight }) => total + weight, 0)
  return demand(
    sum <= GREATEST_WEIGHT,
    `${path}.weightedTargets`,
    `must have weights that add up to at most ${GREATEST_WEIGHT}, not ${sum}`,
  )
}
