/** Envoys of gateways: told apart from those of nodes, translated when something that they lead to changes, and only then. */
import assert from 'node:assert/strict'
import type { GatewayRouteSpec } from '../../src/model/gateway-route.js'
import type { Resource } from '../../src/model/resource.js'
import { resource } from '../translate/mesh.js'
import { World } from './world.js'

const HTTP = { portMapping: { port: 8080, protocol: 'http' as const } }
const node = (name: string, hostname = `${name}.local`): Resource =>
  resource('virtualNode', 'm', name, { listeners: [HTTP], serviceDiscovery: { dns: { hostname } } })
const service = (name: string, router: string): Resource =>
  resource('virtualService', 'm', name, { provider: { virtualRouter: { virtualRouterName: router } } })
const router = (name: string): Resource => resource('virtualRouter', 'm', name, { listeners: [HTTP] })
const route = (of: string, virtualNode: string): Resource =>
  resource(
    'route',
    'm',
    'all',
    { httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [{ virtualNode, weight: 1 }] } } },
    of,
  )
const gateway = (name: string, port = 80): Resource =>
  resource('virtualGateway', 'm', name, { listeners: [{ portMapping: { port, protocol: 'http' } }] })
function gatewayRoute(of: string, target: string, prefix = '/'): Resource {
  const spec: GatewayRouteSpec = {
    httpRoute: { match: { prefix }, action: { target: { virtualService: { virtualServiceName: target } } } },
  }
  return resource('gatewayRoute', 'm', 'all', spec, of)
}

describe('the Envoys of gateways', () => {
  let world: World
  let translated: string[]

  beforeEach(async () => {
    translated = []
    const options = {
      onTranslated: ({ ref }: { ref: { kind: string; name: string } }) =>
        void translated.push(`${ref.kind}/${ref.name}`),
    }
    world = await World.startWith(
      options,
      resource('mesh', 'm', 'm', {}),
      ...['a', 'b', 'edge'].map((name) => node(name)),
      router('a'),
      route('a', 'a'),
      service('a.local', 'a'),
      service('ghost.local', 'missing'),
      gateway('edge'),
      gatewayRoute('edge', 'a.local'),
      gateway('idle'),
    )
    for (const id of ['virtualGateway/edge', 'virtualGateway/idle', 'virtualNode/edge']) world.envoy(`mesh/m/${id}`)
    await world.settle()
    translated = []
  })
  afterEach(() => world.close())

  it('have what the mesh says, whatever form their id has', async () => {
    const arn = world.envoy('arn:aws:appmesh:us-east-1:000000000000:mesh/m/virtualGateway/edge', 'delta')
    await world.settle()
    const [edge, idle, nodeEdge] = world.envoys
    const expected = await world.expected({
      kind: 'virtualGateway',
      meshOwner: '000000000000',
      meshName: 'm',
      name: 'edge',
    })
    assert.deepEqual(edge?.contents(), expected)
    assert.deepEqual(arn.contents(), expected)
    assert.notDeepEqual(idle?.contents(), expected)
    assert.notDeepEqual(nodeEdge?.contents(), expected)
  })

  const CHANGES: readonly { readonly name: string; readonly given: Resource; readonly expect: readonly string[] }[] = [
    { name: 'a gateway', given: gateway('edge', 81), expect: ['virtualGateway/edge'] },
    { name: 'its gateway route', given: gatewayRoute('edge', 'a.local', '/x'), expect: ['virtualGateway/edge'] },
    { name: 'a first gateway route', given: gatewayRoute('idle', 'a.local'), expect: ['virtualGateway/idle'] },
    { name: 'a service', given: service('a.local', 'other'), expect: ['virtualGateway/edge'] },
    { name: 'a router', given: router('a'), expect: ['virtualGateway/edge'] },
    { name: 'a route', given: route('a', 'b'), expect: ['virtualGateway/edge'] },
    { name: 'a node behind it', given: node('a', 'elsewhere.local'), expect: ['virtualGateway/edge'] },
    { name: 'the node of its name', given: node('edge', 'elsewhere.local'), expect: ['virtualNode/edge'] },
    { name: 'a node of no concern', given: node('b', 'elsewhere.local'), expect: [] },
    { name: 'a gateway without Envoys', given: gateway('new'), expect: [] },
  ]
  for (const { name, given, expect } of CHANGES) {
    it(`are translated for when ${name} changes, and no others`, async () => {
      await world.put(given)
      await world.settle()
      assert.deepEqual([...new Set(translated)], expect)
    })
  }

  it('follow a gateway route to a service that comes later', async () => {
    await world.put(gatewayRoute('idle', 'late.local'))
    await world.settle()
    translated = []
    await world.put(service('late.local', 'a'))
    await world.settle()
    assert.deepEqual(translated, ['virtualGateway/idle'])
    assert.ok(world.envoys[1]?.contents().some((each) => each.includes('cds_egress_m_a_http_8080')))
  })

  it('are turned away when their gateway is deleted, and taken again when it comes back', async () => {
    const { ref } = gateway('edge')
    await world.remove(gatewayRoute('edge', 'a.local').ref, ref)
    await world.settle()
    const [edge] = world.envoys
    assert.equal(edge?.stream, undefined)
    const { code, message } = edge?.closed ?? {}
    assert.equal(code, 3)
    assert.match(message ?? '', /^virtual gateway edge does not exist: looked for arn:.*virtualGateway\/edge$/)
    await world.put(gateway('edge'))
    await world.settle()
    edge?.connect()
    await world.settle()
    assert.ok(edge?.contents().some((each) => each.includes('lds_ingress_0.0.0.0_80')))
  })
})
