/** Rules between a gateway, its gateway routes and the services they lead to (app-mesh-api.md sections 7.3 and 7.6). */
import type { GatewayRouteSpec } from '../gateway-route.js'
import type { Problem } from '../problem.js'
import type { Definition } from '../resource.js'
import type { PortProtocol } from '../scalars.js'
import type { VirtualGatewaySpec } from '../virtual-gateway.js'
import { GATEWAY_ROUTE_TYPES } from './gateway.js'
import { demand } from './shape-rule.js'

type GatewayRouteType = (typeof GATEWAY_ROUTE_TYPES)[number]

const PROTOCOL: Record<GatewayRouteType, PortProtocol> = { httpRoute: 'http', http2Route: 'http2', grpcRoute: 'grpc' }

/** A gateway route in its gateway: the port it matches is a listener's, and that listener speaks the route's protocol. */
export function checkGatewayRouteInGateway(route: GatewayRouteSpec, gateway: VirtualGatewaySpec): Problem[] {
  const listeners = gateway.listeners.map(({ portMapping }) => portMapping)
  const type = GATEWAY_ROUTE_TYPES.find((candidate) => route[candidate] !== undefined)
  if (!type || listeners.length === 0) return []
  const port = route[type]?.match.port
  const path = `spec.${type}`
  const at = `${path}.match.port`
  if (port === undefined && listeners.length > 1)
    return [{ path: at, message: 'is required because the virtual gateway has several listeners' }]
  const listener = port === undefined ? listeners[0] : listeners.find((candidate) => candidate.port === port)
  if (!listener) return [{ path: at, message: 'must be a listener port of the virtual gateway' }]
  const message = `does not fit the virtual gateway's listener on port ${listener.port}, whose protocol is ${listener.protocol}`
  return demand(listener.protocol === PROTOCOL[type], path, message)
}

/** A gateway that is updated while it has gateway routes: every one must still fit. */
export function checkGatewayWithRoutes(
  gateway: VirtualGatewaySpec,
  routes: readonly Definition<'gatewayRoute'>[],
): Problem[] {
  return routes.flatMap(({ ref, spec }) =>
    checkGatewayRouteInGateway(spec, gateway).map(({ path, message }) => ({
      path: 'spec.listeners',
      message: `must fit the gateway route ${ref.name} of this virtual gateway: its ${path.replace(/^spec\./, '')} ${message}`,
    })),
  )
}

/** A gateway route's target: with a port when the service's provider has several listeners, whose ports these are. */
export function checkGatewayRouteTarget(route: GatewayRouteSpec, providerPorts: readonly number[]): Problem[] {
  const type = GATEWAY_ROUTE_TYPES.find((candidate) => route[candidate] !== undefined)
  const port = type && route[type]?.action.target.port
  const at = `spec.${type ?? ''}.action.target.port`
  if (port === undefined) {
    return demand(
      providerPorts.length <= 1,
      at,
      `is required because the service's provider has several listeners: ${providerPorts.join(', ')}`,
    )
  }
  return demand(
    providerPorts.length === 0 || providerPorts.includes(port),
    at,
    `must be a listener port of the service's provider: ${providerPorts.join(', ')}`,
  )
}
