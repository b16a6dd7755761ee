import assert from 'node:assert/strict'
import { openService, type Input, type Service } from './service.js'

const listener = (port: number, protocol = 'http'): Input => ({ portMapping: { port, protocol } })
const DNS = { dns: { hostname: 'a.local' } }
const M = { meshName: 'm' }
const R = { ...M, virtualRouterName: 'r' }

const nodeInput = (name: string, ...listeners: Input[]): Input => ({
  ...M,
  virtualNodeName: name,
  spec: listeners.length > 0 ? { listeners, serviceDiscovery: DNS } : {},
})
const routerInput = (...listeners: Input[]): Input => ({ ...R, spec: { listeners } })
const httpRoute = (targets: Input[], match: Input = { prefix: '/' }): Input => ({
  httpRoute: { match, action: { weightedTargets: targets } },
})
const routeInput = (spec: Input, name = 'x'): Input => ({ ...R, routeName: name, spec })
const serviceInput = (provider?: Input): Input => ({
  ...M,
  virtualServiceName: 's.local',
  spec: provider ? { provider } : {},
})
const BY_NODE = { virtualNode: { virtualNodeName: 'n' } }
const BY_ROUTER = { virtualRouter: { virtualRouterName: 'r' } }
const G = { ...M, virtualGatewayName: 'g' }
const gatewayInput = (...listeners: Input[]): Input => ({ ...G, spec: { listeners } })
const gatewayRouteInput = (match: Input, target: Input = {}, type = 'httpRoute'): Input => ({
  ...G,
  gatewayRouteName: 'x',
  spec: { [type]: { match, action: { target: { virtualService: { virtualServiceName: 's.local' }, ...target } } } },
})
const TO_N = { virtualNode: 'n', weight: 1 }

type Call = readonly [operation: string, input: Input]

const MESH: Call = ['CreateMesh', M]
const NODE: Call = ['CreateVirtualNode', nodeInput('n', listener(8080))]
const ROUTER: Call = ['CreateVirtualRouter', routerInput(listener(8080))]
const ROUTE: Call = ['CreateRoute', routeInput(httpRoute([TO_N]))]

const SERVICE: Call = ['CreateVirtualService', serviceInput()]
const GATEWAY: Call = ['CreateVirtualGateway', gatewayInput(listener(8080))]
const GATEWAY_ROUTE: Call = ['CreateGatewayRoute', gatewayRouteInput({ prefix: '/' })]
/** A service whose provider, a router, has two listeners. */
const TWO_PORTS: readonly Call[] = [
  ['CreateVirtualRouter', routerInput(listener(8080), listener(9090))],
  ['CreateVirtualService', serviceInput(BY_ROUTER)],
]

interface Case {
  readonly name: string
  readonly given: readonly Call[]
  readonly when: Call
  /** Exception and message; undefined when it is allowed. */
  readonly expect?: readonly [code: string, message: RegExp]
}

const CASES: readonly Case[] = [
  {
    name: 'a mesh with a node is in use',
    given: [MESH, NODE],
    when: ['DeleteMesh', M],
    expect: ['ResourceInUseException', /^Mesh m for account 123456789012 has active VirtualNodes, .*\[n\]/],
  },
  {
    name: 'a mesh with a router is in use',
    given: [MESH, ROUTER],
    when: ['DeleteMesh', M],
    expect: ['ResourceInUseException', /has active VirtualRouters.*\[r\]/],
  },
  {
    name: 'a mesh with a service is in use',
    given: [MESH, ['CreateVirtualService', serviceInput()]],
    when: ['DeleteMesh', M],
    expect: ['ResourceInUseException', /has active VirtualServices.*\[s\.local\]/],
  },
  {
    name: 'a node that a route targets is in use',
    given: [MESH, NODE, ROUTER, ROUTE],
    when: ['DeleteVirtualNode', { ...M, virtualNodeName: 'n' }],
    expect: [
      'ResourceInUseException',
      /^VirtualNode with name n cannot be deleted because it is the target of one or more routes\..*\[r\/x\]/,
    ],
  },
  {
    name: 'a node that provides a service is in use',
    given: [MESH, NODE, ['CreateVirtualService', serviceInput(BY_NODE)]],
    when: ['DeleteVirtualNode', { ...M, virtualNodeName: 'n' }],
    expect: [
      'ResourceInUseException',
      /^VirtualNode with name n cannot be deleted because it is a VirtualService provider.*\[s\.local\]/,
    ],
  },
  {
    name: 'a router with routes is in use',
    given: [MESH, NODE, ROUTER, ROUTE],
    when: ['DeleteVirtualRouter', R],
    expect: ['ResourceInUseException', /^VirtualRouter r has active Routes.*\[r\/x\]/],
  },
  {
    name: 'a router that provides a service is in use',
    given: [MESH, ROUTER, ['CreateVirtualService', serviceInput(BY_ROUTER)]],
    when: ['DeleteVirtualRouter', R],
    expect: [
      'ResourceInUseException',
      /^VirtualRouter with name r cannot be deleted because it is a VirtualService provider/,
    ],
  },
  {
    name: 'a service that is a backend may go',
    given: [
      MESH,
      ['CreateVirtualService', serviceInput()],
      [
        'CreateVirtualNode',
        { ...M, virtualNodeName: 'c', spec: { backends: [{ virtualService: { virtualServiceName: 's.local' } }] } },
      ],
    ],
    when: ['DeleteVirtualService', { ...M, virtualServiceName: 's.local' }],
  },
  {
    name: 'an update of the route releases its target at once',
    given: [
      MESH,
      NODE,
      ['CreateVirtualNode', nodeInput('n2', listener(8080))],
      ROUTER,
      ROUTE,
      ['UpdateRoute', routeInput(httpRoute([{ virtualNode: 'n2', weight: 1 }]))],
    ],
    when: ['DeleteVirtualNode', { ...M, virtualNodeName: 'n' }],
  },
  {
    name: 'an update of the service releases its provider at once',
    given: [MESH, NODE, ['CreateVirtualService', serviceInput(BY_NODE)], ['UpdateVirtualService', serviceInput()]],
    when: ['DeleteVirtualNode', { ...M, virtualNodeName: 'n' }],
  },
  {
    name: 'a deleted route releases its router',
    given: [MESH, NODE, ROUTER, ROUTE, ['DeleteRoute', { ...R, routeName: 'x' }]],
    when: ['DeleteVirtualRouter', R],
  },
  {
    name: 'a route needs its targets',
    given: [MESH, NODE, ROUTER],
    when: ['CreateRoute', routeInput(httpRoute([TO_N, { virtualNode: 'ghost', weight: 1 }]))],
    expect: ['NotFoundException', /^VirtualNode with name ghost is not present under mesh m for account 123456789012$/],
  },
  {
    name: 'a route needs its targets when it is updated',
    given: [MESH, NODE, ROUTER, ROUTE],
    when: ['UpdateRoute', routeInput(httpRoute([{ virtualNode: 'ghost', weight: 1 }]))],
    expect: ['NotFoundException', /^VirtualNode with name ghost /],
  },
  {
    name: 'a route needs its router',
    given: [MESH, NODE],
    when: ROUTE,
    expect: ['NotFoundException', /^VirtualRouter with name r is not present under mesh m /],
  },
  {
    name: 'a service needs its provider',
    given: [MESH],
    when: ['CreateVirtualService', serviceInput(BY_NODE)],
    expect: ['NotFoundException', /^VirtualNode with name n is not present under mesh m /],
  },
  {
    name: 'a service needs its provider when it is updated',
    given: [MESH, ['CreateVirtualService', serviceInput()]],
    when: ['UpdateVirtualService', serviceInput(BY_ROUTER)],
    expect: ['NotFoundException', /^VirtualRouter with name r is not present under mesh m /],
  },
  {
    name: 'a provider of another mesh is none',
    given: [
      MESH,
      ['CreateMesh', { meshName: 'other' }],
      ['CreateVirtualNode', { ...nodeInput('n'), meshName: 'other' }],
    ],
    when: ['CreateVirtualService', serviceInput(BY_NODE)],
    expect: ['NotFoundException', /^VirtualNode with name n is not present under mesh m /],
  },
  {
    name: 'a route fits its router’s listener',
    given: [MESH, NODE, ['CreateVirtualRouter', routerInput(listener(8080, 'http2'))]],
    when: ROUTE,
    expect: ['BadRequestException', /spec\.httpRoute .*protocol is http2/],
  },
  {
    name: 'a route without a port does not fit a router with several listeners',
    given: [MESH, NODE, ['CreateVirtualRouter', routerInput(listener(8080), listener(9090))]],
    when: ROUTE,
    expect: [
      'BadRequestException',
      /^Route must define a port match criteria if the Virtual Router has multiple listeners$/,
    ],
  },
  {
    name: 'a route with a port fits a router with several listeners',
    given: [MESH, NODE, ['CreateVirtualRouter', routerInput(listener(8080), listener(9090))]],
    when: ['CreateRoute', routeInput(httpRoute([TO_N], { prefix: '/', port: 9090 }))],
  },
  {
    name: 'a router gets no second listener while a route has no port',
    given: [MESH, NODE, ROUTER, ROUTE],
    when: ['UpdateVirtualRouter', routerInput(listener(8080), listener(9090))],
    expect: [
      'BadRequestException',
      /^All Routes for this Virtual Router must define a port match before adding multiple listeners to this Virtual Router\. 1 Route\(s\) are missing port\. .*\[x\]$/,
    ],
  },
  {
    name: 'a router keeps the protocol that its routes have',
    given: [MESH, NODE, ROUTER, ROUTE],
    when: ['UpdateVirtualRouter', routerInput(listener(8080, 'tcp'))],
    expect: ['BadRequestException', /spec\.listeners must fit the route x /],
  },
  {
    name: 'a target with several listeners needs a port',
    given: [MESH, ['CreateVirtualNode', nodeInput('n', listener(8080), listener(9090))], ROUTER],
    when: ROUTE,
    expect: [
      'BadRequestException',
      /weightedTargets\[0\]\.port is required because virtual node n has several listeners: 8080, 9090/,
    ],
  },
  {
    name: 'a target’s port is one of its listeners',
    given: [MESH, NODE, ROUTER],
    when: ['CreateRoute', routeInput(httpRoute([{ ...TO_N, port: 9090 }]))],
    expect: ['BadRequestException', /weightedTargets\[0\]\.port must be a listener port of virtual node n: 8080/],
  },
  {
    name: 'a node gets no second listener while a target of it has no port',
    given: [MESH, NODE, ROUTER, ROUTE],
    when: ['UpdateVirtualNode', nodeInput('n', listener(8080), listener(9090))],
    expect: ['BadRequestException', /^All Routes to this Virtual Node must define a target port .*\[r\/x\]$/],
  },
  {
    name: 'a mesh with a gateway is in use',
    given: [MESH, GATEWAY],
    when: ['DeleteMesh', M],
    expect: ['ResourceInUseException', /has active VirtualGateways.*\[g\]/],
  },
  {
    name: 'a gateway with gateway routes is in use',
    given: [MESH, SERVICE, GATEWAY, GATEWAY_ROUTE],
    when: ['DeleteVirtualGateway', G],
    expect: ['ResourceInUseException', /^VirtualGateway g has active GatewayRoutes, .*\[x\]/],
  },
  {
    name: 'a service that a gateway route leads to is in use',
    given: [MESH, SERVICE, GATEWAY, GATEWAY_ROUTE],
    when: ['DeleteVirtualService', { ...M, virtualServiceName: 's.local' }],
    expect: [
      'ResourceInUseException',
      /^VirtualService s\.local is being referenced in the following: GATEWAY_ROUTE: \[x\]$/,
    ],
  },
  {
    name: 'a deleted gateway route releases its service',
    given: [MESH, SERVICE, GATEWAY, GATEWAY_ROUTE, ['DeleteGatewayRoute', { ...G, gatewayRouteName: 'x' }]],
    when: ['DeleteVirtualService', { ...M, virtualServiceName: 's.local' }],
  },
  {
    name: 'a gateway route needs its gateway',
    given: [MESH, SERVICE],
    when: GATEWAY_ROUTE,
    expect: ['NotFoundException', /^VirtualGateway with name g is not present under mesh m /],
  },
  {
    name: 'a gateway route needs its service',
    given: [MESH, GATEWAY],
    when: GATEWAY_ROUTE,
    expect: ['NotFoundException', /^VirtualService with name s\.local is not present under mesh m /],
  },
  {
    name: 'a gateway route needs its service when it is updated',
    given: [MESH, SERVICE, GATEWAY, GATEWAY_ROUTE],
    when: [
      'UpdateGatewayRoute',
      gatewayRouteInput({ prefix: '/' }, { virtualService: { virtualServiceName: 'ghost' } }),
    ],
    expect: ['NotFoundException', /^VirtualService with name ghost /],
  },
  {
    name: 'a gateway route has the type of its gateway’s listener',
    given: [MESH, SERVICE, GATEWAY],
    when: ['CreateGatewayRoute', gatewayRouteInput({ prefix: '/' }, {}, 'http2Route')],
    expect: ['BadRequestException', /spec\.http2Route .*protocol is http/],
  },
  {
    name: 'a gateway route without a port does not fit a gateway with several listeners',
    given: [MESH, SERVICE, ['CreateVirtualGateway', gatewayInput(listener(8080), listener(9090))]],
    when: GATEWAY_ROUTE,
    expect: ['BadRequestException', /spec\.httpRoute\.match\.port is required/],
  },
  {
    name: 'a gateway route with a port fits a gateway with several listeners',
    given: [MESH, SERVICE, ['CreateVirtualGateway', gatewayInput(listener(8080), listener(9090))]],
    when: ['CreateGatewayRoute', gatewayRouteInput({ port: 9090 })],
  },
  {
    name: 'a gateway route’s port is one of the gateway’s listeners',
    given: [MESH, SERVICE, GATEWAY],
    when: ['CreateGatewayRoute', gatewayRouteInput({ port: 9090 })],
    expect: ['BadRequestException', /spec\.httpRoute\.match\.port must be a listener port of the virtual gateway/],
  },
  {
    name: 'a gateway gets no second listener while a gateway route has no port',
    given: [MESH, SERVICE, GATEWAY, GATEWAY_ROUTE],
    when: ['UpdateVirtualGateway', gatewayInput(listener(8080), listener(9090))],
    expect: ['BadRequestException', /spec\.listeners must fit the gateway route x .*match\.port is required/],
  },
  {
    name: 'a gateway keeps the protocol that its gateway routes have',
    given: [MESH, SERVICE, GATEWAY, GATEWAY_ROUTE],
    when: ['UpdateVirtualGateway', gatewayInput(listener(8080, 'grpc'))],
    expect: ['BadRequestException', /spec\.listeners must fit the gateway route x /],
  },
  {
    name: 'a service whose provider has several listeners needs a target port',
    given: [MESH, ...TWO_PORTS, GATEWAY],
    when: GATEWAY_ROUTE,
    expect: ['BadRequestException', /action\.target\.port is required .*: 8080, 9090/],
  },
  {
    name: 'a target port is one of the provider’s',
    given: [MESH, ...TWO_PORTS, GATEWAY],
    when: ['CreateGatewayRoute', gatewayRouteInput({ prefix: '/' }, { port: 80 })],
    expect: [
      'BadRequestException',
      /action\.target\.port must be a listener port of the service's provider: 8080, 9090/,
    ],
  },
  {
    name: 'a target port chooses among the provider’s',
    given: [MESH, ...TWO_PORTS, GATEWAY],
    when: ['CreateGatewayRoute', gatewayRouteInput({ prefix: '/' }, { port: 9090 })],
  },
]

describe('what the rest of the mesh allows', () => {
  let service: Service
  beforeEach(async () => (service = await openService()))
  afterEach(() => service.close())

  for (const { name, given, when, expect } of CASES) {
    it(name, async () => {
      for (const [operation, input] of given) await service.make(operation, input)
      const head = await service.store.head()
      const answer = await service.call(...when)
      assert.equal(answer.code, expect?.[0], JSON.stringify(answer.body))
      if (expect) {
        assert.match(answer.body.message, expect[1])
        assert.equal(await service.store.head(), head)
      }
    })
  }

  it('of two calls that cannot both be, one is made', async () => {
    for (const [operation, input] of [MESH, NODE, ROUTER]) await service.make(operation, input)
    const answers = await Promise.all([
      service.call(...ROUTE),
      service.call('DeleteVirtualNode', { ...M, virtualNodeName: 'n' }),
    ])
    const codes = answers.map(({ code }) => code ?? 'made').sort()
    const outcomes = ['NotFoundException', 'made'].includes(codes[0] ?? '')
      ? ['NotFoundException', 'made']
      : ['ResourceInUseException', 'made']
    assert.deepEqual(codes, outcomes)
  })

  it('two places whose ARN would be the same are not both taken', async () => {
    for (const [operation, input] of [MESH, NODE]) await service.make(operation, input)
    const answer = await service.call('CreateMesh', { meshName: 'm/virtualNode/n' })
    assert.deepEqual([answer.status, answer.code], [409, 'ConflictException'])
    assert.match(answer.body.message, /arn:aws:appmesh:us-west-2:123456789012:mesh\/m\/virtualNode\/n/)
  })
})
