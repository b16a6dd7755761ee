import assert from 'node:assert/strict'
import { buildMapGraph, formatShares, type MapGraph, type MapResource } from '../../src/console/data/map-graph.js'
import { isOutsideHost } from '../../src/console/data/map-host.js'
import { buildBoxStatuses, type NodeStatus } from '../../src/console/data/map-status.js'
import { readMesh } from './recorded-mesh.js'

const MESH: MapResource = { kind: 'mesh', name: 'shop', spec: {} }

describe('map-graph', () => {
  it('leads from a gateway over routes, services and routers to the nodes of a recorded mesh', () => {
    const { boxes, links } = buildMapGraph(readMesh('ingress-gateway'))
    assert.deepEqual(countKinds(boxes), {
      virtualGateway: 1,
      gatewayRoute: 2,
      virtualService: 2,
      virtualRouter: 2,
      route: 2,
      virtualNode: 4,
    })
    assert.deepEqual(
      links.filter(({ from }) => from.startsWith('route/')).map(({ to, label }) => `${to} ${label ?? ''}`),
      [
        'virtualNode/colorteller-blue-vn 50%',
        'virtualNode/colorteller-white-vn 50%',
        'virtualNode/colorteller-black-vn 50%',
        'virtualNode/colorteller-red-vn 50%',
      ],
    )
    assert.equal(boxes.find(({ kind }) => kind === 'virtualGateway')?.tls, 'STRICT')
    assert.deepEqual(boxes.find(({ kind }) => kind === 'gatewayRoute')?.details, ['prefix /color1'])
  })

  it('draws backends as links of their own kind, from the node to the service', () => {
    const { links } = buildMapGraph(readMesh('outlier-detection'))
    const backends = links.filter(({ kind }) => kind === 'backend').map(({ from, to }) => `${from} ${to}`)
    assert.deepEqual(backends, ['virtualNode/front-node virtualService/color.howto-outlier-detection.local'])
  })

  it('is the same for the same resources in another order', () => {
    const resources = readMesh('ingress-gateway')
    assert.deepEqual(buildMapGraph([...resources].reverse()), buildMapGraph(resources))
  })

  it('shows what is named but not there, and what is in another mesh', () => {
    const graph = buildMapGraph([
      MESH,
      node('front', {
        backends: [
          backend('nowhere'),
          backend('arn:aws:appmesh:us-east-1:111122223333:mesh/shop/virtualService/api'),
          backend('arn:aws:appmesh:us-east-1:111122223333:mesh/other/virtualService/stock'),
        ],
      }),
      { kind: 'virtualService', name: 'api', spec: { provider: { virtualNode: { virtualNodeName: 'gone' } } } },
    ])
    assert.deepEqual(describeBoxes(graph), [
      'virtualService api',
      'virtualService nowhere missing',
      'virtualNode front',
      'virtualNode gone missing',
      'external stock: virtual service of mesh other',
    ])
    assert.deepEqual(graph.links.map(({ from, to }) => `${from} ${to}`).sort(), [
      'virtualNode/front external/arn%3Aaws%3Aappmesh%3Aus-east-1%3A111122223333%3Amesh%2Fother%2FvirtualService%2Fstock',
      'virtualNode/front virtualService/api',
      'virtualNode/front virtualService/nowhere',
      'virtualService/api virtualNode/gone',
    ])
  })

  it('shows hosts outside, and where an egress filter lets everything out', () => {
    const graph = buildMapGraph([
      { kind: 'mesh', name: 'shop', spec: { egressFilter: { type: 'ALLOW_ALL' } } },
      node('front', {}),
      node('github', { serviceDiscovery: { dns: { hostname: 'api.github.com' } } }),
    ])
    assert.deepEqual(
      graph.links.map(({ from, to, kind }) => `${from} ${kind} ${to}`),
      ['virtualNode/front egress external/Any%20host', 'virtualNode/github discovery external/api.github.com'],
    )
  })

  it('keeps several targets of one route apart that are the same node on two ports', () => {
    const { links } = buildMapGraph([
      node('api', {}),
      {
        kind: 'route',
        name: 'all',
        parentName: 'router',
        spec: {
          httpRoute: {
            match: { prefix: '/' },
            action: {
              weightedTargets: [
                { virtualNode: 'api', weight: 3, port: 80 },
                { virtualNode: 'api', weight: 1, port: 81 },
              ],
            },
          },
        },
      },
    ])
    const labels = links.filter(({ to }) => to === 'virtualNode/api').map(({ label }) => label)
    assert.deepEqual(labels, ['75% · port 80', '25% · port 81'])
    assert.equal(new Set(links.map(({ id }) => id)).size, links.length)
  })

  for (const { given, expect } of [
    { given: [1, 1], expect: ['50%', '50%'] },
    { given: [1, 2], expect: ['33.3%', '66.7%'] },
    { given: [0, 0], expect: ['0%', '0%'] },
    { given: [100], expect: ['100%'] },
  ]) {
    it(`shares ${given.join(', ')}`, () => assert.deepEqual(formatShares(given), expect))
  }

  const HOSTS: readonly (readonly [string, boolean])[] = [
    ['api.github.com', true],
    ['api.github.com.', true],
    ['8.8.8.8', true],
    ['cart', false],
    ['cart.shop.local', false],
    ['cart.shop.svc.cluster.local', false],
    ['ip-10-0-0-1.eu-west-1.compute.internal', false],
    ['10.1.2.3', false],
    ['172.20.0.1', false],
    ['172.40.0.1', true],
    ['localhost', false],
  ]
  for (const [host, outside] of HOSTS) {
    it(`takes ${host} for ${outside ? 'outside' : 'inside'}`, () => assert.equal(isOutsideHost(host), outside))
  }
})

describe('map-status', () => {
  const graph = buildMapGraph([
    MESH,
    node('api', {}),
    node('github', { serviceDiscovery: { dns: { hostname: 'api.github.com' } } }),
    { kind: 'virtualService', name: 'idle', spec: {} },
  ])
  const envoys = { connected: 0, synced: 0, stale: 0, nacked: 0 }
  const CASES: readonly { name: string; given: Partial<NodeStatus>; badges: string[]; told?: string }[] = [
    { name: 'no Envoy', given: {}, badges: ['not connected'], told: '0 Envoys' },
    {
      name: 'in sync',
      given: { envoys: { ...envoys, connected: 2, synced: 2 } },
      badges: [],
      told: '2 Envoys, in sync',
    },
    {
      name: 'a rejection and something stale',
      given: { envoys: { connected: 3, synced: 1, stale: 1, nacked: 1 } },
      badges: ['1 NACK', '1 stale'],
      told: '3 Envoys, 1 in sync',
    },
    {
      name: 'no endpoints, and problems',
      given: {
        envoys: { ...envoys, connected: 1, synced: 1 },
        endpoints: { healthy: 0, total: 2 },
        problems: ['one', 'two'],
      },
      badges: ['0 endpoints', '2 problems'],
      told: '1 Envoy, in sync',
    },
  ]
  for (const { name, given, badges, told } of CASES) {
    it(`tells of ${name}`, () => {
      const statuses = buildBoxStatuses(graph.boxes, [
        { kind: 'virtualNode', name: 'api', envoys, problems: [], ...given },
      ])
      const status = statuses.get('virtualNode/api')
      assert.deepEqual(
        status?.badges.map(({ text }) => text),
        badges,
      )
      assert.equal(status.envoys, told)
    })
  }

  it('expects no Envoy of a node that stands for a host outside, and knows a service without a provider', () => {
    const statuses = buildBoxStatuses(graph.boxes, [{ kind: 'virtualNode', name: 'github', envoys, problems: [] }])
    assert.deepEqual(statuses.get('virtualNode/github')?.badges, [])
    assert.equal(statuses.get('virtualService/idle')?.badges[0]?.text, 'no provider')
  })
})

function node(name: string, spec: Extract<MapResource, { kind: 'virtualNode' }>['spec']): MapResource {
  return { kind: 'virtualNode', name, spec }
}

function backend(virtualServiceName: string) {
  return { virtualService: { virtualServiceName } }
}

function countKinds(boxes: MapGraph['boxes']): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of boxes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

function describeBoxes({ boxes }: MapGraph): string[] {
  return boxes.map(({ kind, name, missing, details }) => {
    const what = kind === 'external' ? `: ${details.join()}` : missing ? ' missing' : ''
    return `${kind} ${name}${what}`
  })
}
