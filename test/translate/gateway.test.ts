/** Gateways with a memo: what is shared, what is built anew after a change, and that nothing else is. */
import assert from 'node:assert/strict'
import type { GatewayRouteSpec } from '../../src/model/gateway-route.js'
import { applyChanges, type MeshView } from '../../src/model/mesh-view.js'
import type { Resource } from '../../src/model/resource.js'
import type { RouteSpec } from '../../src/model/route.js'
import type { VirtualGatewaySpec } from '../../src/model/virtual-gateway.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import { translate, type ProxyConfig } from '../../src/translate/translate.js'
import { ACCOUNT, resource, viewOf, type MeshInput } from './mesh.js'

const MESH = 'shop'
const HTTP = { portMapping: { port: 8080, protocol: 'http' as const } }
const node = (name: string, ...backends: string[]) => ({
  virtualNodeName: name,
  spec: {
    listeners: [HTTP],
    serviceDiscovery: { dns: { hostname: `${name}.local` } },
    backends: backends.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
  },
})
const service = (name: string) => ({
  virtualServiceName: `${name}.local`,
  spec: { provider: { virtualRouter: { virtualRouterName: name } } },
})
const routeTo = (virtualNode: string, weight = 1, seconds = 15): RouteSpec => ({
  httpRoute: {
    match: { prefix: '/' },
    action: { weightedTargets: [{ virtualNode, weight }] },
    timeout: { perRequest: { unit: 's', value: seconds } },
  },
})
const gatewayRouteTo = (name: string, prefix = `/${name}`): GatewayRouteSpec => ({
  httpRoute: { match: { prefix }, action: { target: { virtualService: { virtualServiceName: `${name}.local` } } } },
})
const gateway = (...ports: number[]): VirtualGatewaySpec => ({
  listeners: ports.map((port) => ({ portMapping: { port, protocol: 'http' } })),
})

/** edge leads to cart and pay, side to pay alone, bare nowhere; there is a node called edge, too. */
const INPUT: MeshInput = {
  mesh: { meshName: MESH, spec: {} },
  virtualNodes: [node('edge', 'cart.local'), node('cart'), node('pay')],
  virtualServices: [service('cart'), service('pay')],
  virtualRouters: ['cart', 'pay'].map((virtualRouterName) => ({ virtualRouterName, spec: { listeners: [HTTP] } })),
  routes: ['cart', 'pay'].map((name) => ({ virtualRouterName: name, routeName: 'all', spec: routeTo(name) })),
  virtualGateways: [
    { virtualGatewayName: 'edge', spec: gateway(80) },
    { virtualGatewayName: 'side', spec: gateway(80) },
    { virtualGatewayName: 'bare', spec: gateway(80) },
  ],
  gatewayRoutes: [
    { virtualGatewayName: 'edge', gatewayRouteName: 'cart', spec: gatewayRouteTo('cart') },
    { virtualGatewayName: 'edge', gatewayRouteName: 'pay', spec: gatewayRouteTo('pay') },
    { virtualGatewayName: 'side', gatewayRouteName: 'pay', spec: gatewayRouteTo('pay') },
  ],
}

function setUp() {
  const memo = createMemo()
  const translateFor = (view: MeshView, name: string, kind: ProxyRef['kind'] = 'virtualGateway'): ProxyConfig =>
    translate(view, { kind, meshOwner: ACCOUNT, meshName: MESH, name }, { dialect: BASELINE, memo })
  return { view: viewOf(INPUT), translateFor }
}

function put(view: MeshView, changed: Resource): MeshView {
  return applyChanges(view, [{ kind: 'put', resource: changed }], view.revision + 1)
}

const named = <T extends { name?: string }>(messages: readonly T[], name: string): T => {
  const found = messages.find((message) => message.name === name)
  assert.ok(found, `no ${name} among ${messages.map((each) => each.name).join(', ')}`)
  return found
}

const INGRESS = 'rds_ingress_http_80'
const EGRESS = 'rds_egress_http_15001'
const hostOf = ({ routes }: ProxyConfig, name: string) => named(named(routes, EGRESS).virtual_hosts ?? [], name)

function assertSame(before: ProxyConfig, after: ProxyConfig, except: readonly string[]): void {
  for (const sort of ['listeners', 'routes', 'clusters'] as const) {
    for (const message of before[sort] as readonly { name?: string }[]) {
      const changed = !(after[sort] as readonly object[]).includes(message)
      assert.equal(changed, except.includes(message.name ?? ''), message.name)
    }
  }
}

describe('the translation of gateways with a memo', () => {
  it('shares virtual hosts and clusters among gateways, and clusters with nodes', () => {
    const { view, translateFor } = setUp()
    const [edge, side] = [translateFor(view, 'edge'), translateFor(view, 'side')]
    assert.equal(hostOf(edge, 'pay.local'), hostOf(side, 'pay.local'))
    const cluster = 'cds_egress_shop_cart_http_8080'
    assert.equal(named(edge.clusters, cluster), named(translateFor(view, 'edge', 'virtualNode').clusters, cluster))
  })

  it('tells a gateway from a node of the same name', () => {
    const { view, translateFor } = setUp()
    const names = (kind: ProxyRef['kind']) => translateFor(view, 'edge', kind).listeners.map(({ name }) => name)
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(names('virtualNode'), ['lds_ingress_0.0.0.0_15000', 'lds_egress_0.0.0.0_15001'])
      assert.deepEqual(names('virtualGateway'), ['lds_ingress_0.0.0.0_80', 'lds_egress_0.0.0.0_15001'])
    }
  })

  it('gives the very same configuration while nothing that the gateway depends on has changed', () => {
    const { view, translateFor } = setUp()
    const [edge, side, bare] = ['edge', 'side', 'bare'].map((name) => translateFor(view, name))
    const later = put(view, resource('route', MESH, 'all', routeTo('cart', 7), 'cart'))
    assert.notEqual(translateFor(later, 'edge'), edge)
    assert.equal(translateFor(later, 'side'), side)
    const routed = put(later, resource('gatewayRoute', MESH, 'cart', gatewayRouteTo('cart', '/c'), 'edge'))
    assert.notEqual(translateFor(routed, 'edge'), translateFor(later, 'edge'))
    assert.equal(translateFor(routed, 'side'), side)
    assert.equal(translateFor(routed, 'bare'), bare)
  })

  const CHANGES: readonly { readonly name: string; readonly given: Resource; readonly expect: readonly string[] }[] = [
    {
      name: 'the routes to the services when weights change',
      given: resource('route', MESH, 'all', routeTo('cart', 7), 'cart'),
      expect: [EGRESS],
    },
    {
      name: "all routes when a service's time changes, which counts at the listener",
      given: resource('route', MESH, 'all', routeTo('cart', 1, 60), 'cart'),
      expect: [EGRESS, INGRESS],
    },
    {
      name: 'the routes of the listener when a gateway route changes what it matches',
      given: resource('gatewayRoute', MESH, 'cart', gatewayRouteTo('cart', '/c'), 'edge'),
      expect: [INGRESS],
    },
    {
      name: 'the routes to the services, and no listener, when a node moves',
      given: resource('virtualNode', MESH, 'cart', {
        ...node('cart').spec,
        serviceDiscovery: { dns: { hostname: 'elsewhere.local' } },
      }),
      expect: [EGRESS, 'cds_egress_shop_cart_http_8080'],
    },
    {
      name: 'all routes when a gateway route comes',
      given: resource('gatewayRoute', MESH, 'new', gatewayRouteTo('new'), 'edge'),
      expect: [EGRESS, INGRESS],
    },
  ]
  for (const { name, given, expect } of CHANGES) {
    it(`builds anew ${name}`, () => {
      const { view, translateFor } = setUp()
      const before = translateFor(view, 'edge')
      assertSame(before, translateFor(put(view, given), 'edge'), expect)
    })
  }

  it('keeps the virtual host of every service that has not changed', () => {
    const { view, translateFor } = setUp()
    const before = translateFor(view, 'edge')
    const after = translateFor(put(view, resource('route', MESH, 'all', routeTo('cart', 7), 'cart')), 'edge')
    assert.equal(hostOf(after, 'pay.local'), hostOf(before, 'pay.local'))
    assert.notEqual(hostOf(after, 'cart.local'), hostOf(before, 'cart.local'))
  })

  it('gives after any change what a fresh memo gives', () => {
    const { view, translateFor } = setUp()
    const kept: GatewayRouteSpec = {
      httpRoute: {
        match: { hostname: { exact: 'a.com' } },
        action: {
          target: { virtualService: { virtualServiceName: 'pay.local' } },
          rewrite: { hostname: { defaultTargetHostname: 'DISABLED' } },
        },
      },
    }
    const changes: Resource[] = [
      resource('route', MESH, 'all', routeTo('cart', 7), 'cart'),
      resource('mesh', MESH, MESH, { serviceDiscovery: { ipPreference: 'IPv6_ONLY' } }),
      resource('virtualGateway', MESH, 'edge', gateway(80, 81)),
      resource('gatewayRoute', MESH, 'pay', kept, 'edge'),
      resource('gatewayRoute', MESH, 'ghost', gatewayRouteTo('ghost'), 'edge'),
      resource('virtualService', MESH, 'ghost.local', { provider: { virtualNode: { virtualNodeName: 'pay' } } }),
      resource('virtualRouter', MESH, 'cart', { listeners: [HTTP, { portMapping: { port: 9, protocol: 'http' } }] }),
      resource('virtualService', MESH, 'pay.local', { provider: { virtualNode: { virtualNodeName: 'cart' } } }),
      resource('virtualNode', MESH, 'cart', { listeners: [{ portMapping: { port: 9000, protocol: 'tcp' } }] }),
    ]
    translateFor(view, 'edge')
    let now = view
    for (const change of changes) {
      now = put(now, change)
      assert.deepEqual(translateFor(now, 'edge'), setUp().translateFor(now, 'edge'))
    }
    for (const { ref } of changes.filter(({ ref: { kind } }) => kind !== 'mesh').reverse()) {
      now = applyChanges(now, [{ kind: 'remove', ref }], now.revision + 1)
      assert.deepEqual(translateFor(now, 'edge'), setUp().translateFor(now, 'edge'))
    }
    assert.deepEqual(translateFor(now, 'edge').problems, [
      { path: 'virtualGateway/edge', message: 'there is no such virtual gateway' },
    ])
  })
})
