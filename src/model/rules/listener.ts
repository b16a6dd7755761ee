/** Rules for the listeners of nodes, routers and gateways (app-mesh-api.md sections 7.3 and 7.4). */
import { HealthCheckPolicy, VirtualGatewayHealthCheckPolicy } from '../health-check.js'
import type { Problem } from '../problem.js'
import type { PortProtocol } from '../scalars.js'
import { VirtualGatewayListener, VirtualGatewaySpec } from '../virtual-gateway.js'
import { Listener, VirtualNodeSpec } from '../virtual-node.js'
import { VirtualRouterSpec } from '../virtual-router.js'
import { demand, rule } from './shape-rule.js'

export const LISTENER_RULES = [
  rule(Listener, (listener, path) => [
    ...checkHealthCheck(listener, path),
    ...checkMember(listener.portMapping.protocol, listener.connectionPool, `${path}.connectionPool`),
    ...checkMember(listener.portMapping.protocol, listener.timeout, `${path}.timeout`),
  ]),
  rule(VirtualGatewayListener, (listener, path) => [
    ...checkHealthCheck(listener, path),
    ...checkMember(listener.portMapping.protocol, listener.connectionPool, `${path}.connectionPool`),
  ]),
  rule(HealthCheckPolicy, checkHealthCheckPath),
  rule(VirtualGatewayHealthCheckPolicy, checkHealthCheckPath),
  rule(VirtualNodeSpec, checkPorts),
  rule(VirtualRouterSpec, checkPorts),
  rule(VirtualGatewaySpec, (spec, path) => [
    ...checkPorts(spec, path),
    ...demand(spec.listeners.length > 0, `${path}.listeners`, 'must have at least 1 item'),
  ]),
]

interface AnyListener {
  readonly portMapping: { readonly port: number; readonly protocol: PortProtocol }
  readonly healthCheck?: HealthCheckPolicy
}

function checkPorts({ listeners = [] }: { readonly listeners?: readonly AnyListener[] }, path: string): Problem[] {
  const seen = new Set<number>()
  return listeners.flatMap(({ portMapping: { port } }, index) => {
    const unique = !seen.has(port)
    seen.add(port)
    return demand(
      unique,
      `${path}.listeners[${index}].portMapping.port`,
      `must differ from every other listener's, but ${port} is used twice`,
    )
  })
}

/** A union by protocol must have the listener's. That it has exactly one member is checked for every union. */
function checkMember(
  protocol: PortProtocol,
  union: Readonly<Partial<Record<PortProtocol, unknown>>> | undefined,
  path: string,
): Problem[] {
  return Object.keys(union ?? {}).flatMap((member) =>
    demand(member === protocol, `${path}.${member}`, `does not fit the listener's protocol, which is ${protocol}`),
  )
}

function checkHealthCheck({ portMapping, healthCheck }: AnyListener, path: string): Problem[] {
  if (!healthCheck) return []
  const { port = portMapping.port, protocol } = healthCheck
  const takesGrpc = portMapping.protocol === 'grpc' || portMapping.protocol === 'http2'
  return [
    ...demand(
      port === portMapping.port,
      `${path}.healthCheck.port`,
      `must be the listener's port, which is ${portMapping.port}`,
    ),
    ...demand(protocol !== 'grpc' || takesGrpc, `${path}.healthCheck.protocol`, GRPC_NEEDS),
  ]
}

/** The real service's text. */
const GRPC_NEEDS = 'GRPC HealthCheck requires listener type of HTTP2 or GRPC.'

/** Other protocols ignore the path, so anything may stand there. Envoy refuses an empty one and control characters other than tab. */
function checkHealthCheckPath({ path: checked, protocol }: HealthCheckPolicy, path: string): Problem[] {
  if (checked === undefined || (protocol !== 'http' && protocol !== 'http2')) return []
  return [
    ...demand(checked !== '', `${path}.path`, 'must not be empty'),
    ...demand(!/(?!\t)\p{Control}/u.test(checked), `${path}.path`, 'must not have control characters'),
  ]
}
