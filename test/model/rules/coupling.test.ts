import assert from 'node:assert/strict'
import { formatProblems } from '../../../src/model/problem.js'
import type { PortMapping } from '../../../src/model/port-mapping.js'
import type { RouteSpec } from '../../../src/model/route.js'
import {
  checkGatewayRouteInGateway,
  checkGatewayRouteTarget,
  checkGatewayWithRoutes,
  checkNodeWithRoutes,
  checkRouteInRouter,
  checkRouterWithRoutes,
  checkTargets,
} from '../../../src/model/rules.js'
import type { PortProtocol } from '../../../src/model/scalars.js'
import type { VirtualNodeSpec } from '../../../src/model/virtual-node.js'
import type { VirtualRouterSpec } from '../../../src/model/virtual-router.js'
import { refOf, resourceOf } from '../sample.js'

const listenersOf = (...ports: [number, PortProtocol][]) => ({
  listeners: ports.map(([port, protocol]): { portMapping: PortMapping } => ({ portMapping: { port, protocol } })),
})
const action = { weightedTargets: [{ virtualNode: 'n', weight: 1 }] }
const http = (port?: number): RouteSpec => ({ httpRoute: { match: port === undefined ? {} : { port }, action } })
const tcp = (port?: number): RouteSpec => ({ tcpRoute: { ...(port === undefined ? {} : { match: { port } }), action } })
const route = (name: string, spec: RouteSpec) => resourceOf(refOf('route', name, 'r'), spec)

interface RouterCase {
  readonly name: string
  readonly router: VirtualRouterSpec
  readonly given: RouteSpec
  readonly expect?: string
}

describe('a route in its router', () => {
  const cases: readonly RouterCase[] = [
    { name: 'of its protocol', router: listenersOf([80, 'http']), given: http() },
    { name: 'without listener', router: {}, given: http(80) },
    { name: 'with an empty list of listeners', router: listenersOf(), given: tcp() },
    { name: "that matches the listener's port", router: listenersOf([80, 'http']), given: http(80) },
    {
      name: 'that matches another port',
      router: listenersOf([80, 'http'], [90, 'http']),
      given: http(81),
      expect: 'spec.httpRoute.match.port must be a listener port of the virtual router: 80, 90',
    },
    {
      name: 'of another protocol',
      router: listenersOf([80, 'grpc']),
      given: http(),
      expect: "spec.httpRoute does not fit the virtual router's listener on port 80, whose protocol is grpc",
    },
    {
      name: 'that needs a port',
      router: listenersOf([80, 'http'], [90, 'http']),
      given: http(),
      expect: 'Route must define a port match criteria if the Virtual Router has multiple listeners',
    },
    {
      name: 'of tcp that needs a port',
      router: listenersOf([80, 'tcp'], [90, 'tcp']),
      given: tcp(),
      expect: 'Route must define a port match criteria if the Virtual Router has multiple listeners',
    },
    { name: 'by port among several', router: listenersOf([80, 'http'], [90, 'tcp']), given: tcp(90) },
    {
      name: 'by port of the wrong protocol among several',
      router: listenersOf([80, 'http'], [90, 'tcp']),
      given: tcp(80),
      expect: "spec.tcpRoute does not fit the virtual router's listener on port 80, whose protocol is http",
    },
    ...(['http', 'http2', 'grpc', 'tcp'] as const).map((protocol) => ({
      name: `of type ${protocol}Route on ${protocol}`,
      router: listenersOf([80, protocol]),
      given: { [`${protocol}Route`]: { match: {}, action } },
    })),
  ]
  for (const { name, router, given, expect = '' } of cases) {
    it(name, () => assert.equal(formatProblems(checkRouteInRouter(given, router)), expect))
  }
})

describe('a router that has routes', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => route(name, http()))
  const cases = [
    { name: 'keeps its listener', given: listenersOf([80, 'http']), routes: [route('a', http())] },
    { name: 'moves its listener', given: listenersOf([81, 'http']), routes: [route('a', http())] },
    { name: 'loses every listener', given: {}, routes: [route('a', http(80))] },
    { name: 'has no routes', given: listenersOf([80, 'http'], [90, 'http']), routes: [] },
    {
      name: 'gets a listener, routes with port',
      given: listenersOf([80, 'http'], [90, 'tcp']),
      routes: [route('a', http(80))],
    },
    {
      name: 'gets a listener, routes without port',
      given: listenersOf([80, 'http'], [90, 'http']),
      routes: [route('z', http(80)), ...many],
      expect:
        'All Routes for this Virtual Router must define a port match before adding multiple listeners to this Virtual Router. ' +
        '6 Route(s) are missing port. Listing up to 5 route names: [a, b, c, d, e]',
    },
    {
      name: 'changes its protocol',
      given: listenersOf([80, 'grpc']),
      routes: [route('a', http())],
      expect:
        "spec.listeners must fit the route a of this virtual router: its httpRoute does not fit the virtual router's " +
        'listener on port 80, whose protocol is grpc',
    },
    {
      name: 'drops a port that a route matches',
      given: listenersOf([90, 'http']),
      routes: [route('a', http(80)), route('b', http())],
      expect:
        'spec.listeners must fit the route a of this virtual router: its httpRoute.match.port must be a listener port of ' +
        'the virtual router: 90',
    },
  ]
  for (const { name, given, routes, expect = '' } of cases) {
    it(name, () => assert.equal(formatProblems(checkRouterWithRoutes(given, routes)), expect))
  }
})

describe('the targets of a route', () => {
  const nodes = new Map<string, VirtualNodeSpec>([
    ['none', {}],
    ['one', listenersOf([80, 'http'])],
    ['two', listenersOf([80, 'http'], [90, 'grpc'])],
  ])
  const target = (virtualNode: string, port?: number): RouteSpec => ({
    httpRoute: {
      match: {},
      action: { weightedTargets: [{ virtualNode, weight: 1, ...(port === undefined ? {} : { port }) }] },
    },
  })
  const PORT = 'spec.httpRoute.action.weightedTargets[0].port'
  const cases = [
    { name: 'a node with one listener', given: target('one') },
    { name: 'its port', given: target('one', 80) },
    {
      name: 'another port',
      given: target('one', 90),
      expect: `${PORT} must be a listener port of virtual node one: 80`,
    },
    { name: 'a node without listener', given: target('none') },
    {
      name: 'a port of a node without listener',
      given: target('none', 80),
      expect: `${PORT} must be a listener port of virtual node none: it has none`,
    },
    {
      name: 'a node with several listeners',
      given: target('two'),
      expect: `${PORT} is required because virtual node two has several listeners: 80, 90`,
    },
    { name: 'a port of a node with several listeners', given: target('two', 90) },
    {
      name: 'another port of a node with several listeners',
      given: target('two', 91),
      expect: `${PORT} must be a listener port of virtual node two: 80, 90`,
    },
  ]
  for (const { name, given, expect = '' } of cases) {
    it(name, () => assert.equal(formatProblems(checkTargets(given, nodes)), expect))
  }
})

describe('a node that routes target', () => {
  const several = listenersOf([80, 'http'], [90, 'http'])
  const to = (port?: number): RouteSpec => ({
    tcpRoute: {
      action: {
        weightedTargets: [
          { virtualNode: 'other', weight: 1 },
          { virtualNode: 'n', weight: 1, ...(port === undefined ? {} : { port }) },
        ],
      },
    },
  })
  const cases = [
    { name: 'with one listener', given: listenersOf([80, 'http']), routes: [route('a', to())] },
    { name: 'with several, targets with port', given: several, routes: [route('a', to(80))] },
    { name: 'that moves a port', given: listenersOf([81, 'http'], [90, 'http']), routes: [route('a', to(80))] },
    {
      name: 'with several, targets without port',
      given: several,
      routes: [route('a', to(80)), route('b', to())],
      expect:
        'All Routes to this Virtual Node must define a target port before adding multiple listeners to this Virtual Node. ' +
        '1 Route(s) are missing port. Listing up to 5 route names: [r/b]',
    },
  ]
  for (const { name, given, routes, expect = '' } of cases) {
    it(name, () => assert.equal(formatProblems(checkNodeWithRoutes('n', given, routes)), expect))
  }
})

describe('gateway routes', () => {
  const gateway = (...ports: [number, 'http' | 'http2' | 'grpc'][]) => ({
    listeners: ports.map(([port, protocol]) => ({ portMapping: { port, protocol } })),
  })
  const spec = (port?: number, targetPort?: number) => ({
    httpRoute: {
      match: port === undefined ? { prefix: '/' } : { port },
      action: {
        target: {
          virtualService: { virtualServiceName: 's' },
          ...(targetPort === undefined ? {} : { port: targetPort }),
        },
      },
    },
  })
  const cases = [
    { name: 'of the protocol', given: spec(), gateway: gateway([80, 'http']), expect: '' },
    {
      name: 'of another protocol',
      given: spec(),
      gateway: gateway([80, 'grpc']),
      expect: "spec.httpRoute does not fit the virtual gateway's listener on port 80, whose protocol is grpc",
    },
    {
      name: 'without port among several listeners',
      given: spec(),
      gateway: gateway([80, 'http'], [90, 'http']),
      expect: 'spec.httpRoute.match.port is required because the virtual gateway has several listeners',
    },
    {
      name: 'with a port that no listener has',
      given: spec(81),
      gateway: gateway([80, 'http']),
      expect: 'spec.httpRoute.match.port must be a listener port of the virtual gateway',
    },
    { name: 'with a port', given: spec(90), gateway: gateway([80, 'grpc'], [90, 'http']), expect: '' },
  ]
  for (const { name, given, gateway, expect } of cases) {
    it(`in a gateway: ${name}`, () => assert.equal(formatProblems(checkGatewayRouteInGateway(given, gateway)), expect))
  }

  it('must still fit a gateway that changes', () => {
    const routes = [resourceOf(refOf('gatewayRoute', 'x', 'g'), spec())]
    assert.deepEqual(checkGatewayWithRoutes(gateway([90, 'http']), routes), [])
    assert.equal(
      formatProblems(checkGatewayWithRoutes(gateway([80, 'grpc']), routes)),
      "spec.listeners must fit the gateway route x of this virtual gateway: its httpRoute does not fit the virtual gateway's " +
        'listener on port 80, whose protocol is grpc',
    )
  })

  const targets = [
    { name: 'no port, one listener', given: spec(), ports: [80], expect: '' },
    {
      name: 'no port, several listeners',
      given: spec(),
      ports: [80, 90],
      expect:
        "spec.httpRoute.action.target.port is required because the service's provider has several listeners: 80, 90",
    },
    { name: 'a port of it', given: spec(undefined, 90), ports: [80, 90], expect: '' },
    { name: 'a port, no provider', given: spec(undefined, 90), ports: [], expect: '' },
    {
      name: 'another port',
      given: spec(undefined, 91),
      ports: [80, 90],
      expect: "spec.httpRoute.action.target.port must be a listener port of the service's provider: 80, 90",
    },
  ]
  for (const { name, given, ports, expect } of targets) {
    it(`to a service: ${name}`, () => assert.equal(formatProblems(checkGatewayRouteTarget(given, ports)), expect))
  }
})
