/** Every endpoint of `/meshkeeper/v1`: its real answers against the document that the server gives. */
import assert from 'node:assert/strict'
import { ENDPOINTS } from '../../src/management/endpoints.js'
import { eventually } from '../envoy/eventually.js'
import { ManagementApi } from './api.js'
import { World } from './world.js'

interface Resource {
  kind: string
  name: string
  arn: string
  version: number
  tags?: unknown
}

interface Change {
  revision: number
  operation: string
  ref: { kind: string; name: string; meshName?: string }
  before?: { version: number }
  after?: { version: number }
  tagsBefore?: unknown
  tagsAfter?: unknown
}

interface NodeStatus {
  envoys: { synced: number }
}

interface Config {
  listeners: object[]
  clusters: { name: string }[]
  problems: object[]
}

interface Bootstrap {
  yaml: string
  environment: Record<string, string>
  warnings: string[]
}

describe('the management API', () => {
  let world: World
  let api: ManagementApi

  before(async () => {
    world = await World.start()
    await world.writeShop()
    await world.put('tag?resourceArn=arn:aws:appmesh:us-east-1:000000000000:mesh/shop', {
      tags: [{ key: 'team', value: 'a' }],
    })
    api = await ManagementApi.of(world)
  })
  after(() => world.close())

  it('says what runs', async () => {
    const info = await api.ok<Record<string, unknown>>('/info')
    assert.equal(info['store'], 'sqlite')
    assert.deepEqual(info['cloudMap'], [{ source: 'embedded' }])
    assert.equal(info['account'], '000000000000')
    assert.equal(info['head'], 5)
  })

  it('gives a whole mesh at one revision, with tags', async () => {
    const { revision, resources } = await api.ok<{ revision: number; resources: Resource[] }>('/meshes/shop/resources')
    assert.equal(revision, 5)
    assert.deepEqual(
      resources.map(({ kind, name }) => `${kind} ${name}`),
      ['mesh shop', 'virtualNode api', 'virtualNode front', 'virtualService api.shop.local'],
    )
    assert.deepEqual(resources[0]?.tags, [{ key: 'team', value: 'a' }])
    assert.equal(resources[1]?.tags, undefined)
  })

  it('gives the history, newest first', async () => {
    const { changes, next } = await api.ok<{ changes: Change[]; next?: number }>('/history')
    assert.equal(next, undefined)
    assert.deepEqual(
      changes.map(({ revision, operation }) => `${revision} ${operation}`),
      ['5 TagResource', '4 CreateVirtualNode', '3 CreateVirtualService', '2 CreateVirtualNode', '1 CreateMesh'],
    )
    assert.deepEqual(changes[0]?.tagsAfter, [{ key: 'team', value: 'a' }])
    assert.equal(changes[1]?.before, undefined)
    assert.equal(changes[1]?.after?.version, 1)
  })

  it('gives the history page by page', async () => {
    const seen: number[] = []
    let path = '/history?limit=2'
    for (;;) {
      const { changes, next } = await api.ok<{ changes: Change[]; next?: number }>(path)
      seen.push(...changes.map(({ revision }) => revision))
      if (next === undefined) break
      path = `/history?limit=2&before=${next}`
    }
    assert.deepEqual(seen, [5, 4, 3, 2, 1])
  })

  const filters = [
    { query: 'kind=virtualNode', expect: [4, 2] },
    { query: 'kind=virtualNode&name=api', expect: [2] },
    { query: 'mesh=shop&operation=CreateMesh', expect: [1] },
    { query: 'mesh=other', expect: [] },
    { query: 'mesh=shop&meshOwner=123456789012', expect: [] },
    { query: 'principal=anonymous&limit=1', expect: [5] },
    { query: 'principal=nobody', expect: [] },
    { query: 'parent=x', expect: [] },
  ]
  for (const { query, expect } of filters)
    it(`filters the history by ${query}`, async () => {
      const { changes } = await api.ok<{ changes: Change[] }>(`/history?${query}`)
      assert.deepEqual(
        changes.map(({ revision }) => revision),
        expect,
      )
    })

  it('tells how the Envoys of each node are', async () => {
    await world.connect('mesh/shop/virtualNode/front')
    const status = await eventually({ what: 'an Envoy in sync' }, async () => {
      const { nodes } = await api.ok<{ nodes: NodeStatus[] }>('/meshes/shop/status')
      return nodes[1]?.envoys.synced === 1 && nodes
    })
    const none = { connected: 0, synced: 0, stale: 0, nacked: 0 }
    assert.deepEqual(status, [
      { kind: 'virtualNode', name: 'api', envoys: none, problems: [] },
      { kind: 'virtualNode', name: 'front', envoys: { ...none, connected: 1, synced: 1 }, problems: [] },
    ])
  })

  it('gives the configuration that nobody has asked for yet', async () => {
    const config = await api.ok<Config>('/meshes/shop/config/virtualNode/front')
    assert.equal(config.listeners.length, 2)
    assert.deepEqual(config.clusters.map(({ name }) => name).sort(), [
      'cds_egress_shop_amazonaws',
      'cds_egress_shop_api_http_8080',
      'cds_ingress_shop_front_http_8080',
    ])
    assert.deepEqual(config.problems, [])
    const connected = await api.ok<{ types: { typeUrl: string; resources: { config: object }[] }[] }>(
      '/proxies/front/config',
    )
    const clusters = connected.types.find(({ typeUrl }) => typeUrl.endsWith('.Cluster'))?.resources
    const byName = (all: readonly object[]) => all.map((each) => JSON.stringify(each)).sort()
    assert.deepEqual(byName(config.clusters), byName(clusters?.map((each) => each.config) ?? []))
  })

  it('gives the bootstrap of an Envoy', async () => {
    const path = '/meshes/shop/bootstrap/virtualNode/front'
    const { yaml, environment } = await api.ok<Bootstrap>(path)
    assert.deepEqual(environment, {
      APPMESH_RESOURCE_ARN: 'arn:aws:appmesh:us-east-1:000000000000:mesh/shop/virtualNode/front',
      APPMESH_XDS_ENDPOINT: `127.0.0.1:${world.xdsPort}`,
    })
    assert.match(yaml, /^# Start: envoy -c FILE /)
    assert.match(yaml, new RegExp(`port_value: ${world.xdsPort}`))
    const other = await api.ok<Bootstrap>(`${path}?xds=mesh.internal:18000&flavour=appmesh`)
    assert.equal(other.environment['APPMESH_XDS_ENDPOINT'], 'mesh.internal:18000')
    assert.equal(other.environment['AWS_REGION'], 'us-east-1')
    assert.match(other.yaml, /mesh\.internal/)
    assert.match(other.warnings.join(), /TLS or a Unix socket only/)
  })

  it('tells what holds although nobody said so', async () => {
    const { defaults } = await api.ok<{ defaults: { path: string; value: unknown }[] }>(
      '/meshes/shop/defaults/virtualService/api.shop.local',
    )
    assert.deepEqual(
      defaults.map(({ path, value }) => [path, value]),
      [
        [
          'spec.provider.virtualNode',
          {
            maxRetries: 2,
            retryOn: ['reset', 'unavailable', 'connect-failure', 'refused-stream', 'retriable-status-codes'],
            statusCodes: [503],
          },
        ],
        ['spec.provider.virtualNode', { unit: 's', value: 15 }],
      ],
    )
  })

  it('tells what would keep something from being deleted', async () => {
    const blockers = async (query: string) =>
      (
        await api.ok<{ blockers: { kind: string; name: string; reason: string }[] }>(`/blockers?mesh=shop&${query}`)
      ).blockers.map(({ kind, name, reason }) => `${reason} ${kind} ${name}`)
    assert.deepEqual(await blockers('kind=virtualNode&name=api'), ['refers virtualService api.shop.local'])
    assert.deepEqual(await blockers('kind=virtualService&name=api.shop.local'), [])
    assert.deepEqual(await blockers('kind=mesh'), [
      'child virtualNode api',
      'child virtualNode front',
      'child virtualService api.shop.local',
    ])
  })

  for (const { q, expect } of [
    { q: 'api', expect: ['virtualNode api', 'virtualService api.shop.local'] },
    { q: 'API', expect: ['virtualNode api', 'virtualService api.shop.local'] },
    { q: 'shop api', expect: ['virtualService api.shop.local', 'virtualNode api'] },
    { q: 'virtualnode fro', expect: ['virtualNode front'] },
    { q: 'nothing', expect: [] },
    { q: '', expect: [] },
    { q: 'o&limit=1', expect: ['mesh shop'] },
  ])
    it(`finds by "${q}"`, async () => {
      const { results } = await api.ok<{ results: { kind: string; name: string }[] }>(
        `/search?q=${q.replaceAll(' ', '+')}`,
      )
      assert.deepEqual(
        results.map(({ kind, name }) => `${kind} ${name}`),
        expect,
      )
    })

  const refused = [
    { path: '/meshes/none/status', status: 404, code: 'NotFound', message: /^Mesh with name none/ },
    { path: '/meshes/shop/config/virtualNode/x', status: 404, code: 'NotFound', message: /^VirtualNode with name x/ },
    {
      path: '/meshes/shop/config/route/x',
      status: 400,
      code: 'BadRequest',
      message: /kind must be one of virtualNode/,
    },
    { path: '/meshes/shop/bootstrap/virtualNode/x', status: 404, code: 'NotFound', message: /^VirtualNode/ },
    {
      path: '/meshes/shop/bootstrap/virtualNode/api?xds=nonsense',
      status: 400,
      code: 'BadRequest',
      message: /APPMESH_XDS_ENDPOINT must be/,
    },
    {
      path: '/meshes/shop/bootstrap/virtualNode/api?flavour=istio',
      status: 400,
      code: 'BadRequest',
      message: /flavour must be one of stock, appmesh/,
    },
    { path: '/meshes/shop/defaults/route/r', status: 400, code: 'BadRequest', message: /name of its virtualRouter/ },
    {
      path: '/meshes/shop/defaults/route/r/x',
      status: 404,
      code: 'NotFound',
      message: /^Route with name x .* router r /,
    },
    {
      path: '/meshes/shop/defaults/route/r%2Fx',
      status: 404,
      code: 'NotFound',
      message: /^Route with name x .* router r /,
    },
    { path: '/blockers?kind=mesh', status: 400, code: 'BadRequest', message: /^mesh is missing/ },
    { path: '/blockers?mesh=shop&kind=virtualNode', status: 400, code: 'BadRequest', message: /^name is missing/ },
    { path: '/blockers?mesh=shop&kind=virtualNode&name=x', status: 404, code: 'NotFound', message: /^VirtualNode/ },
    { path: '/search?q=a&limit=1000', status: 400, code: 'BadRequest', message: /between 1 and 200/ },
    { path: '/meshes/none/resources', status: 404, code: 'NotFound', message: /^Mesh with name none is not present/ },
    { path: '/meshes/shop/resources?meshOwner=1', status: 400, code: 'BadRequest', message: /12-digit/ },
    { path: '/meshes/shop/resources?mashOwner=1', status: 400, code: 'BadRequest', message: /did you mean meshOwner/ },
    { path: '/info?x=1', status: 400, code: 'BadRequest', message: /there are none here/ },
    { path: '/history?kind=virtualnod', status: 400, code: 'BadRequest', message: /did you mean virtualNode/ },
    { path: '/history?name=%00', status: 400, code: 'BadRequest', message: /^name must not have a NUL character/ },
    { path: '/blockers?mesh=%00&kind=mesh', status: 400, code: 'BadRequest', message: /^mesh must not have a NUL/ },
    { path: '/meshes/%00/resources', status: 400, code: 'BadRequest', message: /^mesh must not have a NUL/ },
    { path: '/history?limit=0', status: 400, code: 'BadRequest', message: /between 1 and 1000/ },
    { path: '/history?limit=2&limit=3', status: 400, code: 'BadRequest', message: /more than once/ },
    { path: '/proxies/nobody', status: 404, code: 'NotFound', message: /no Envoy of nobody/ },
    { path: '/nothing', status: 404, code: 'NotFound', message: /no operation has the path/ },
    { path: '/%zz', status: 400, code: 'BadRequest', message: /percent-encoding/ },
  ]
  for (const { path, status, code, message } of refused)
    it(`refuses ${path}`, async () => {
      const answer = await api.get(path)
      assert.equal(answer.status, status)
      const body = answer.body as { code: string; message: string }
      assert.deepEqual(Object.keys(body), ['code', 'message'])
      assert.equal(body.code, code)
      assert.match(body.message, message)
    })

  it('is read-only', async () => {
    const response = await fetch(`${world.api}/meshkeeper/v1/info`, { method: 'PUT' })
    assert.equal(response.status, 404)
    assert.equal(response.headers.get('allow'), 'GET, HEAD, OPTIONS')
  })

  it('has been held against its document everywhere', async () => {
    await api.ok('/proxies')
    await api.ok('/proxies/front')
    await world.put('meshes/shop/virtualRouters', { virtualRouterName: 'r', spec: { listeners: [] } })
    await world.put('meshes/shop/virtualRouter/r/routes', {
      routeName: 'x',
      spec: { httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [{ virtualNode: 'api', weight: 1 }] } } },
    })
    await eventually(
      { what: 'the route' },
      async () => (await api.get('/meshes/shop/defaults/route/r/x')).status === 200,
    )
    const documented = Object.keys(api.document.paths).filter((path) => path !== '/events')
    assert.deepEqual([...api.answered].sort(), documented.sort())
  })

  it('documents every endpoint', () => {
    const documented = Object.values(api.document.paths).map(({ get }) => get.operationId)
    assert.deepEqual(documented.sort(), [...ENDPOINTS.map(({ operation }) => operation), 'StreamEvents'].sort())
    for (const [path, { get }] of Object.entries(api.document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = get.parameters.filter((each) => each.in === 'path').map(({ name }) => name)
      assert.deepEqual(declared, inPath, path)
    }
  })
})
