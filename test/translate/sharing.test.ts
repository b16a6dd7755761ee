import assert from 'node:assert/strict'
import { applyChanges, type MeshView } from '../../src/model/mesh-view.js'
import type { Resource } from '../../src/model/resource.js'
import type { RouteSpec } from '../../src/model/route.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import { translate, type ProxyConfig } from '../../src/translate/translate.js'
import { ACCOUNT, resource, viewOf, type MeshInput } from './mesh.js'

const MESH = 'shop'
const node = (name: string, ...backends: string[]): NonNullable<MeshInput['virtualNodes']>[number] => ({
  virtualNodeName: name,
  spec: {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    serviceDiscovery: { dns: { hostname: `${name}.local` } },
    backends: backends.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
  },
})
const service = (name: string) => ({
  virtualServiceName: `${name}.local`,
  spec: { provider: { virtualRouter: { virtualRouterName: name } } },
})
const router = (name: string, port: number) => ({
  virtualRouterName: name,
  spec: { listeners: [{ portMapping: { port, protocol: 'http' as const } }] },
})
const routeTo = (virtualNode: string, weight = 1): RouteSpec => ({
  httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [{ virtualNode, weight }] } },
})

/** front and back call cart and pay (on ports 80 and 81), idle calls nothing. */
const INPUT: MeshInput = {
  mesh: { meshName: MESH, spec: {} },
  virtualNodes: [
    node('front', 'cart.local', 'pay.local'),
    node('back', 'cart.local', 'pay.local'),
    node('idle'),
    node('cart'),
    node('pay'),
  ],
  virtualServices: [service('cart'), service('pay')],
  virtualRouters: [router('cart', 80), router('pay', 81)],
  routes: [
    { virtualRouterName: 'cart', routeName: 'all', spec: routeTo('cart') },
    { virtualRouterName: 'pay', routeName: 'all', spec: routeTo('pay') },
  ],
}

function setUp() {
  const memo = createMemo()
  const translateFor = (view: MeshView, name: string): ProxyConfig => {
    const proxy: ProxyRef = { kind: 'virtualNode', meshOwner: ACCOUNT, meshName: MESH, name }
    return translate(view, proxy, { dialect: BASELINE, memo })
  }
  return { view: viewOf(INPUT), translateFor }
}

function put(view: MeshView, changed: Resource): MeshView {
  return applyChanges(view, [{ kind: 'put', resource: changed }], view.revision + 1)
}

const named = (messages: readonly { name?: string }[], name: string) => {
  const found = messages.find((message) => message.name === name)
  assert.ok(found, `no ${name}`)
  return found
}

const changedRoute = resource('route', MESH, 'all', routeTo('cart', 7), 'cart')

describe('translate with a memo', () => {
  it('gives proxies that call the same listener the same cluster and virtual host', () => {
    const { view, translateFor } = setUp()
    const front = translateFor(view, 'front')
    const back = translateFor(view, 'back')
    const cluster = 'cds_egress_shop_cart_http_8080'
    assert.equal(named(front.clusters, cluster), named(back.clusters, cluster))
    const hosts = [front, back].map(({ routes }) => routes.find(({ name }) => name === 'rds_egress_http_80'))
    assert.equal(hosts[0]?.virtual_hosts?.[0], hosts[1]?.virtual_hosts?.[0])
    assert.ok(hosts[0]?.virtual_hosts?.[0])
  })

  it('gives the very same configuration while nothing that the proxy depends on has changed', () => {
    const { view, translateFor } = setUp()
    const [front, idle] = [translateFor(view, 'front'), translateFor(view, 'idle')]
    const later = put(view, changedRoute)
    assert.notEqual(translateFor(later, 'front'), front)
    assert.equal(translateFor(later, 'idle'), idle)
    const unrelated = put(later, resource('virtualNode', MESH, 'new', node('new').spec))
    assert.equal(translateFor(unrelated, 'front'), translateFor(later, 'front'))
  })

  it('rebuilds one route configuration after one route has changed, and nothing else', () => {
    const { view, translateFor } = setUp()
    const before = translateFor(view, 'front')
    const after = translateFor(put(view, changedRoute), 'front')
    assert.notEqual(named(after.routes, 'rds_egress_http_80'), named(before.routes, 'rds_egress_http_80'))
    assert.equal(named(after.routes, 'rds_egress_http_81'), named(before.routes, 'rds_egress_http_81'))
    assert.equal(named(after.routes, 'rds_ingress_http_8080'), named(before.routes, 'rds_ingress_http_8080'))
    for (const [index, listener] of after.listeners.entries()) assert.equal(listener, before.listeners[index])
    for (const [index, cluster] of after.clusters.entries()) assert.equal(cluster, before.clusters[index])
  })

  it('rebuilds the cluster of a node that has changed, for all its callers at once', () => {
    const { view, translateFor } = setUp()
    const before = translateFor(view, 'front')
    const moved = { ...node('cart').spec, serviceDiscovery: { dns: { hostname: 'cart2.local' } } }
    const later = put(view, resource('virtualNode', MESH, 'cart', moved))
    const [front, back] = [translateFor(later, 'front'), translateFor(later, 'back')]
    const cluster = 'cds_egress_shop_cart_http_8080'
    assert.notEqual(named(front.clusters, cluster), named(before.clusters, cluster))
    assert.equal(named(front.clusters, cluster), named(back.clusters, cluster))
    assert.equal(
      named(front.clusters, 'cds_egress_shop_pay_http_8080'),
      named(before.clusters, 'cds_egress_shop_pay_http_8080'),
    )
  })

  it('gives after any change what a fresh memo gives', () => {
    const { view, translateFor } = setUp()
    const changes: Resource[] = [
      changedRoute,
      resource('mesh', MESH, MESH, { egressFilter: { type: 'ALLOW_ALL' } }),
      resource('mesh', MESH, MESH, { serviceDiscovery: { ipPreference: 'IPv6_ONLY' } }),
      resource('virtualRouter', MESH, 'cart', router('cart', 8000).spec),
      resource('virtualService', MESH, 'pay.local', { provider: { virtualNode: { virtualNodeName: 'cart' } } }),
      resource('virtualNode', MESH, 'front', node('front', 'pay.local', 'missing.local').spec),
      resource('virtualService', MESH, 'missing.local', {}),
      resource('virtualNode', MESH, 'cart', { listeners: [{ portMapping: { port: 9000, protocol: 'grpc' } }] }),
    ]
    translateFor(view, 'front')
    let now = view
    for (const change of changes) {
      now = put(now, change)
      assert.deepEqual(translateFor(now, 'front'), setUp().translateFor(now, 'front'))
    }
    for (const { ref } of changes.filter(({ ref: { kind } }) => kind !== 'mesh').reverse()) {
      now = applyChanges(now, [{ kind: 'remove', ref }], now.revision + 1)
      assert.deepEqual(translateFor(now, 'front'), setUp().translateFor(now, 'front'))
    }
  })
})

describe('a cluster that all routes without weights share', () => {
  it('is the same whichever route was translated first', () => {
    const grpc: RouteSpec = {
      grpcRoute: { match: {}, action: { weightedTargets: [{ virtualNode: 'cart', weight: 0 }] } },
    }
    const input: MeshInput = {
      ...INPUT,
      virtualNodes: [node('front', 'cart.local'), node('back', 'pay.local'), node('cart')],
      virtualRouters: [
        router('cart', 80),
        { virtualRouterName: 'pay', spec: { listeners: [{ portMapping: { port: 81, protocol: 'grpc' } }] } },
      ],
      routes: [
        { virtualRouterName: 'cart', routeName: 'all', spec: routeTo('cart', 0) },
        { virtualRouterName: 'pay', routeName: 'all', spec: grpc },
      ],
    }
    const clusterFor = (order: readonly string[], wanted: string) => {
      const { translateFor } = setUp()
      const configs = new Map(order.map((name) => [name, translateFor(viewOf(input), name)]))
      return configs.get(wanted)?.clusters.find(({ name }) => name?.endsWith('no-target'))
    }
    const expected = clusterFor(['front'], 'front')
    assert.ok(expected)
    for (const order of [
      ['front', 'back'],
      ['back', 'front'],
    ]) {
      for (const name of order) assert.deepEqual(clusterFor(order, name), expected)
    }
  })
})
