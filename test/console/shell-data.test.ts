/** The pure parts behind the frame, the lists and the pages of resources. */
import assert from 'node:assert/strict'
import { fieldOf, nameSegment } from '../../src/console/access/http.js'
import { formatDefault, type Json } from '../../src/console/data/effective-defaults.js'
import { describeEnvoys } from '../../src/console/data/envoy-state.js'
import { listProblems, sumEnvoys } from '../../src/console/data/mesh-figures.js'
import { describePage } from '../../src/console/data/page.js'
import { createPath, editPath, itemPath, parentPath, parseSegment } from '../../src/console/data/paths.js'
import { findRelations } from '../../src/console/data/relations.js'
import {
  buildGatewayRouteRows,
  buildNodeRows,
  buildRouteRows,
  buildRouterRows,
  buildServiceRows,
  type RowResource,
} from '../../src/console/data/rows.js'
import { checkTagKeys, compareTags } from '../../src/console/data/tag-changes.js'
import type { Kind } from '../../src/model/resource.js'

const OWNER = '123456789012'

const resource = (kind: Kind, name: string, spec: object, parentName?: string): RowResource => ({
  kind,
  name,
  ...(parentName !== undefined && { parentName }),
  arn: `arn:aws:appmesh:us-east-1:${OWNER}:${kind}/${parentName ?? ''}/${name}`,
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  lastUpdatedAt: '2026-01-02T00:00:00.000Z',
  meshOwner: OWNER,
  resourceOwner: OWNER,
  spec,
})

const targets = (...weights: readonly (readonly [string, number])[]) => ({
  match: { prefix: '/' },
  action: { weightedTargets: weights.map(([virtualNode, weight]) => ({ virtualNode, weight })) },
})

const SHOP: readonly RowResource[] = [
  resource('mesh', 'shop', {}),
  resource('virtualNode', 'front', {
    backends: [
      { virtualService: { virtualServiceName: 'cart.local' } },
      { virtualService: { virtualServiceName: 'gone' } },
    ],
    listeners: [{ portMapping: { port: 80, protocol: 'http' } }, { portMapping: { port: 9, protocol: 'grpc' } }],
    serviceDiscovery: { dns: { hostname: 'front.internal' } },
  }),
  resource('virtualNode', 'cart', { serviceDiscovery: { awsCloudMap: { namespaceName: 'ns', serviceName: 'cart' } } }),
  resource('virtualRouter', 'cart', { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] }),
  resource('route', 'all', { httpRoute: targets(['cart', 3], ['front', 1]), priority: 7 }, 'cart'),
  resource('route', 'all', { tcpRoute: targets(['cart', 0]) }, 'other'),
  resource('virtualService', 'cart.local', { provider: { virtualRouter: { virtualRouterName: 'cart' } } }),
  resource('virtualService', 'none.local', {}),
  resource('virtualGateway', 'entry', { listeners: [] }),
  resource(
    'gatewayRoute',
    'in',
    {
      httpRoute: {
        match: { prefix: '/' },
        action: { target: { virtualService: { virtualServiceName: 'cart.local' } } },
      },
    },
    'entry',
  ),
]

describe('what an address of the console says about its page', () => {
  const cases = [
    { path: '/meshes', crumbs: 'Meshes', layout: 'table', topic: 'meshes' },
    { path: '/meshes/create', crumbs: 'Meshes > Create mesh', layout: 'form', topic: 'meshes' },
    { path: '/meshes/shop', crumbs: 'Meshes > shop', layout: 'dashboard', topic: 'mesh' },
    { path: '/meshes/shop/edit', crumbs: 'Meshes > shop > Edit', layout: 'form', topic: 'mesh' },
    {
      path: '/meshes/meshes/virtual-nodes',
      crumbs: 'Meshes > meshes > Virtual nodes',
      layout: 'table',
      topic: 'virtual-nodes',
    },
    {
      path: '/meshes/a/virtual-nodes/routes',
      crumbs: 'Meshes > a > Virtual nodes > routes',
      layout: 'default',
      topic: 'virtual-nodes',
    },
    {
      path: '/meshes/a/virtual-nodes/x%2Fy/edit',
      crumbs: 'Meshes > a > Virtual nodes > x/y > Edit',
      layout: 'form',
      topic: 'virtual-nodes',
    },
    {
      path: '/meshes/a/virtual-routers/r/routes/all',
      crumbs: 'Meshes > a > Virtual routers > r > all',
      layout: 'default',
      topic: 'routes',
    },
    {
      path: '/meshes/a/virtual-gateways/g/gateway-routes/create',
      crumbs: 'Meshes > a > Virtual gateways > g > Create gateway route',
      layout: 'form',
      topic: 'gateway-routes',
    },
    { path: '/meshes/a/map', crumbs: 'Meshes > a > Mesh map', layout: 'default', topic: 'map' },
    { path: '/proxies/12', crumbs: 'Proxies > 12', layout: 'default', topic: 'proxies' },
    {
      path: '/cloud-map/namespaces/ns-1/services/srv-2',
      crumbs: 'Cloud Map > ns-1 > srv-2',
      layout: 'default',
      topic: 'services',
    },
    { path: '/get-started', crumbs: 'Get started', layout: 'wizard', topic: 'get-started' },
  ]
  for (const { path, crumbs, layout, topic } of cases) {
    it(path, () => {
      const page = describePage(path)
      assert.equal(page.crumbs.map(({ text }) => text).join(' > '), `meshkeeper > ${crumbs}`)
      assert.equal(page.layout, layout)
      assert.equal(page.topic, topic)
      assert.equal(page.crumbs.at(-1)?.path, path)
      assert.equal(page.mesh?.meshName, /^\/meshes\/(?!create)([^/]+)/.exec(path)?.[1])
    })
  }

  it('keeps the owner of the mesh in every crumb below Meshes', () => {
    const { crumbs, mesh } = describePage('/meshes/shop/virtual-nodes', `?meshOwner=${OWNER}`)
    assert.deepEqual(
      crumbs.map(({ path }) => path),
      ['/meshes', '/meshes', `/meshes/shop?meshOwner=${OWNER}`, `/meshes/shop/virtual-nodes?meshOwner=${OWNER}`],
    )
    assert.deepEqual(mesh, { meshName: 'shop', meshOwner: OWNER })
  })

  it('titles the page from itself outwards', () => {
    assert.equal(
      describePage('/meshes/shop/virtual-nodes/cart').title,
      'cart - Virtual nodes - shop - Meshes - meshkeeper',
    )
  })
})

describe('addresses of resources', () => {
  const cases: { place: Parameters<typeof itemPath>[0]; item: string; parent: string }[] = [
    { place: { kind: 'mesh', meshName: 'a', name: 'a' }, item: '/meshes/a', parent: '/meshes' },
    {
      place: { kind: 'virtualService', meshName: 'a b', name: 'x/y.local' },
      item: '/meshes/a%20b/virtual-services/x%2Fy.local',
      parent: '/meshes/a%20b/virtual-services',
    },
    {
      place: { kind: 'route', meshName: 'a', parentName: 'r', name: 'all', meshOwner: OWNER },
      item: `/meshes/a/virtual-routers/r/routes/all?meshOwner=${OWNER}`,
      parent: `/meshes/a/virtual-routers/r?meshOwner=${OWNER}`,
    },
    {
      place: { kind: 'gatewayRoute', meshName: 'a', parentName: 'g', name: 'in' },
      item: '/meshes/a/virtual-gateways/g/gateway-routes/in',
      parent: '/meshes/a/virtual-gateways/g',
    },
  ]
  for (const { place, item, parent } of cases) {
    it(item, () => {
      assert.equal(itemPath(place), item)
      assert.equal(parentPath(place), parent)
      assert.equal(editPath(place), item.replace(/(?=\?|$)/, '/edit'))
    })
  }

  // The router matches against segments that are decoded once, and then takes %2F in them for a slash.
  const throughRouter = (segment: string): string => decodeURIComponent(segment).replaceAll('%2F', '/')
  for (const name of ['a%2Fb', 'a%2fb', '%', '100%', '%25', 'create', '%63reate', '.', '..', 'a/b', 'edit', 'ü?#'])
    it(`of one called ${name}`, () => {
      const path = itemPath({ kind: 'virtualNode', meshName: name, name })
      const [, , mesh = '', , last = ''] = new URL(path, 'http://localhost').pathname.split('/')
      assert.deepEqual([mesh, last].map(throughRouter).map(parseSegment), [name, name])
      assert.ok(![mesh, last].map(throughRouter).includes('create'))
      const page = describePage(path)
      assert.deepEqual([page.mesh?.meshName, page.crumbs.at(-1)?.text, page.layout], [name, name, 'default'])
    })

  it('never asks about what a browser would take for a directory', () => {
    assert.equal(nameSegment('a/.b'), 'a%2F.b')
    for (const name of ['.', '..']) assert.throws(() => nameSegment(name), /use the command line/)
  })

  it('creates a route below its router', () => {
    assert.equal(
      createPath({ kind: 'route', meshName: 'a', parentName: 'r' }),
      '/meshes/a/virtual-routers/r/routes/create',
    )
    assert.equal(createPath({ kind: 'mesh', meshName: '' }), '/meshes/create')
  })
})

describe('rows of the lists', () => {
  it('of virtual nodes', () => {
    const envoys = { connected: 3, synced: 2, stale: 0, nacked: 1 }
    const rows = buildNodeRows(SHOP, [{ kind: 'virtualNode', name: 'front', envoys }])
    assert.deepEqual(
      rows.map((row) => [row.name, row.discovery, row.listeners, row.backends, row.envoys, row.envoyType]),
      [
        ['front', 'DNS: front.internal', 'http 80, grpc 9', 2, '1 of 3 rejected', 'error'],
        ['cart', 'Cloud Map: ns/cart', 'None', 0, 'None connected', 'stopped'],
      ],
    )
    assert.equal(buildNodeRows(SHOP, undefined)[0]?.envoys, 'Loading')
  })

  it('of virtual services and routers', () => {
    assert.deepEqual(
      buildServiceRows(SHOP).map(({ name, provider, providerKind }) => [name, provider, providerKind]),
      [
        ['cart.local', 'cart', 'Virtual router'],
        ['none.local', '', 'None'],
      ],
    )
    assert.deepEqual(
      buildRouterRows(SHOP).map(({ name, routes }) => [name, routes]),
      [['cart', 1]],
    )
  })

  it('of the routes of one router, and of the gateway routes of one gateway', () => {
    const [route, ...others] = buildRouteRows(SHOP, 'cart')
    assert.deepEqual(others, [])
    assert.deepEqual(
      [route?.type, route?.match, route?.targets, route?.priority],
      ['http', 'prefix /', 'cart (75%), front (25%)', 7],
    )
    assert.deepEqual(buildRouteRows(SHOP, 'other')[0]?.priority, Infinity)
    assert.equal(buildRouteRows(SHOP, 'other')[0]?.targets, 'cart (0%)')
    assert.equal(buildGatewayRouteRows(SHOP, 'entry')[0]?.targets, 'cart.local')
  })
})

describe('the Envoys of a node in words', () => {
  const cases = [
    { counts: undefined, expect: 'Loading' },
    { counts: { connected: 0, synced: 0, stale: 0, nacked: 0 }, expect: 'None connected' },
    { counts: { connected: 2, synced: 2, stale: 0, nacked: 0 }, expect: '2 in sync' },
    { counts: { connected: 2, synced: 1, stale: 1, nacked: 0 }, expect: '1 of 2 out of sync' },
    { counts: { connected: 2, synced: 0, stale: 1, nacked: 1 }, expect: '1 of 2 rejected' },
    { counts: { connected: 2, synced: 1, stale: 0, nacked: 0 }, expect: '1 of 2 in sync' },
  ]
  for (const { counts, expect } of cases) it(expect, () => assert.equal(describeEnvoys(counts).text, expect))
})

describe('the relations of a resource', () => {
  const of = (kind: Kind, name: string) => {
    const found = SHOP.find((each) => each.kind === kind && each.name === name)!
    return findRelations(SHOP, 'shop', found).map(
      ({ relation, ref, exists }) => `${relation} ${ref.kind} ${ref.name}${exists ? '' : ' missing'}`,
    )
  }
  const cases: { kind: Kind; name: string; expect: string[] }[] = [
    {
      kind: 'virtualNode',
      name: 'front',
      expect: ['refersTo virtualService cart.local', 'refersTo virtualService gone missing', 'referredBy route all'],
    },
    {
      kind: 'route',
      name: 'all',
      expect: ['parent virtualRouter cart', 'refersTo virtualNode cart', 'refersTo virtualNode front'],
    },
    { kind: 'virtualRouter', name: 'cart', expect: ['referredBy virtualService cart.local', 'child route all'] },
    {
      kind: 'virtualService',
      name: 'cart.local',
      expect: ['refersTo virtualRouter cart', 'referredBy gatewayRoute in', 'referredBy virtualNode front'],
    },
    { kind: 'virtualGateway', name: 'entry', expect: ['child gatewayRoute in'] },
  ]
  for (const { kind, name, expect } of cases) it(`${kind} ${name}`, () => assert.deepEqual(of(kind, name), expect))
})

describe('the overview of a mesh', () => {
  const node = (
    name: string,
    nacked: number,
    problems: string[] = [],
    endpoints?: { healthy: number; total: number },
  ) => ({
    kind: 'virtualNode' as const,
    name,
    envoys: { connected: 2, synced: 2 - nacked, stale: 0, nacked },
    problems,
    ...(endpoints && { endpoints }),
  })
  it('tells rejections first', () => {
    const nodes = [
      node('a', 0, ['no route'], { healthy: 0, total: 0 }),
      node('b', 1, [], { healthy: 0, total: 3 }),
      node('c', 0),
    ]
    assert.deepEqual(
      listProblems(nodes).map(({ name, severity, text }) => `${name} ${severity}: ${text}`),
      [
        'b error: 1 of 2 Envoys rejected their configuration',
        'a warning: Cloud Map has no instances for it',
        'a warning: no route',
        'b warning: None of its 3 instances is healthy',
      ],
    )
    assert.deepEqual(sumEnvoys(nodes), { connected: 6, synced: 5, stale: 0, nacked: 1 })
  })
})

describe('changes of tags', () => {
  it('puts what is new or other, removes what is gone', () => {
    const before = [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
      { key: 'c', value: '3' },
    ]
    const after = [
      { key: 'a', value: '1' },
      { key: 'b', value: '9' },
      { key: 'd', value: '' },
    ]
    assert.deepEqual(compareTags(before, after), {
      put: [
        { key: 'b', value: '9' },
        { key: 'd', value: '' },
      ],
      remove: ['c'],
    })
  })

  it('finds keys that the API would refuse', () => {
    const keys = ['', 'x'.repeat(129), 'AWS:x', 'twice', 'twice', 'fine']
    const problems = checkTagKeys(keys.map((key) => ({ key, value: '' })))
    assert.deepEqual(
      problems.map((problem) => problem !== undefined),
      [true, true, true, true, true, false],
    )
  })
})

describe('effective defaults', () => {
  const cases: { value: Json; expect: string }[] = [
    { value: '15s', expect: '15s' },
    { value: 2, expect: '2' },
    { value: null, expect: 'none' },
    { value: { unit: 'ms', value: 250 }, expect: '250 ms' },
    { value: ['unavailable', 'reset'], expect: 'unavailable, reset' },
    {
      value: { maxRetries: 2, perRetryTimeout: { unit: 's', value: 5 } },
      expect: 'maxRetries: 2; perRetryTimeout: 5 s',
    },
  ]
  for (const { value, expect } of cases) it(expect, () => assert.equal(formatDefault(value), expect))
})

describe('the field that a message of the API is about', () => {
  const cases = [
    {
      message: 'spec.listeners[0].portMapping.port must be between 1 and 65535',
      field: 'spec.listeners[0].portMapping.port',
    },
    { message: 'virtualNodeName must have 1 to 255 characters', field: 'virtualNodeName' },
    { message: 'tags[3].key must not begin with aws:', field: 'tags[3].key' },
    { message: 'The mesh shop is not there', field: undefined },
  ]
  for (const { message, field } of cases) it(message, () => assert.equal(fieldOf(message), field))
})
