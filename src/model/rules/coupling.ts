/** Rules between resources: routes and the listeners of their router, weighted targets and the listeners of their node (app-mesh-api.md 7.3). */
import type { Problem } from '../problem.js'
import { targetsOf } from '../references.js'
import type { Definition } from '../resource.js'
import type { RouteSpec } from '../route.js'
import type { PortProtocol } from '../scalars.js'
import type { VirtualNodeSpec } from '../virtual-node.js'
import type { VirtualRouterSpec } from '../virtual-router.js'
import { ROUTE_TYPES } from './route.js'
import { demand } from './shape-rule.js'

type RouteType = (typeof ROUTE_TYPES)[number]

const PROTOCOL: Record<RouteType, PortProtocol> = {
  httpRoute: 'http',
  http2Route: 'http2',
  grpcRoute: 'grpc',
  tcpRoute: 'tcp',
}

/** The real service names this many routes. */
const MOST_ROUTES = 5

/** A route in its router: the port it matches is a listener's, and that listener speaks the route's protocol. */
export function checkRouteInRouter(route: RouteSpec, router: VirtualRouterSpec): Problem[] {
  const listeners = (router.listeners ?? []).map(({ portMapping }) => portMapping)
  const type = typeOf(route)
  if (!type || listeners.length === 0) return []
  const port = route[type]?.match?.port
  const path = `spec.${type}`
  if (port === undefined && listeners.length > 1) return [{ path: `${path}.match.port`, message: PORT_NEEDED }]
  const listener = port === undefined ? listeners[0] : listeners.find((candidate) => candidate.port === port)
  if (!listener) {
    const ports = listeners.map((candidate) => candidate.port).join(', ')
    return [{ path: `${path}.match.port`, message: `must be a listener port of the virtual router: ${ports}` }]
  }
  const message = `does not fit the virtual router's listener on port ${listener.port}, whose protocol is ${listener.protocol}`
  return demand(listener.protocol === PROTOCOL[type], path, message)
}

/** The real service's text. */
const PORT_NEEDED = 'Route must define a port match criteria if the Virtual Router has multiple listeners'

/** A router that is updated while it has routes: every route must still fit. */
export function checkRouterWithRoutes(router: VirtualRouterSpec, routes: readonly Definition<'route'>[]): Problem[] {
  const portless = (router.listeners ?? []).length > 1 ? routes.filter(({ spec }) => portOf(spec) === undefined) : []
  if (portless.length > 0)
    return [{ path: 'spec.listeners', message: formatPortless(portless.map(({ ref }) => ref.name)) }]
  return routes.flatMap(({ ref, spec }) =>
    checkRouteInRouter(spec, router).map(({ path, message }) => ({
      path: 'spec.listeners',
      message: `must fit the route ${ref.name} of this virtual router: its ${path.replace(/^spec\./, '')} ${message}`,
    })),
  )
}

/** The real service's text, its grammar included. */
function formatPortless(names: readonly string[]): string {
  return `All Routes for this Virtual Router must define a port match before adding multiple listeners to this Virtual Router. ${listRoutes(names)}`
}

/**
 * The weighted targets of a route, whose nodes exist: a node with several listeners needs a port, and a port that is given is one of its
 * listeners'. `nodes` by name.
 */
export function checkTargets(route: RouteSpec, nodes: ReadonlyMap<string, VirtualNodeSpec>): Problem[] {
  const path = `spec.${typeOf(route) ?? ''}.action.weightedTargets`
  return targetsOf(route).flatMap(({ virtualNode, port }, index) => {
    const ports = portsOf(nodes.get(virtualNode) ?? {})
    const at = `${path}[${index}].port`
    if (port === undefined)
      return demand(
        ports.length <= 1,
        at,
        `is required because virtual node ${virtualNode} has several listeners: ${ports.join(', ')}`,
      )
    return demand(
      ports.includes(port),
      at,
      `must be a listener port of virtual node ${virtualNode}: ${ports.join(', ') || 'it has none'}`,
    )
  })
}

/**
 * A node that is updated while routes target it: with several listeners every target must say its port. That a target's port is still a
 * listener's is not demanded, so that a port can be moved by updating the node first and its routes next, as the Kubernetes controller does.
 */
export function checkNodeWithRoutes(
  name: string,
  node: VirtualNodeSpec,
  routes: readonly Definition<'route'>[],
): Problem[] {
  if (portsOf(node).length <= 1) return []
  const portless = routes.filter(({ spec }) =>
    targetsOf(spec).some((target) => target.virtualNode === name && target.port === undefined),
  )
  if (portless.length === 0) return []
  const names = portless.map(({ ref }) => `${ref.parentName ?? ''}/${ref.name}`)
  return [
    {
      path: 'spec.listeners',
      message: `All Routes to this Virtual Node must define a target port before adding multiple listeners to this Virtual Node. ${listRoutes(names)}`,
    },
  ]
}

function listRoutes(names: readonly string[]): string {
  const listed = names.slice(0, MOST_ROUTES).join(', ')
  return `${names.length} Route(s) are missing port. Listing up to ${MOST_ROUTES} route names: [${listed}]`
}

function typeOf(route: RouteSpec): RouteType | undefined {
  return ROUTE_TYPES.find((type) => route[type] !== undefined)
}

function portOf(route: RouteSpec): number | undefined {
  const type = typeOf(route)
  return type && route[type]?.match?.port
}

function portsOf({ listeners = [] }: VirtualNodeSpec): number[] {
  return listeners.map(({ portMapping }) => portMapping.port)
}
