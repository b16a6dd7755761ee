/** Every endpoint of `/meshkeeper/v1`: its real answers against the document that the server gives. */
import assert from 'node:assert/strict'
import { ENDPOINTS } from '../../src/management/endpoints.js'
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

  const refused = [
    { path: '/meshes/none/resources', status: 404, code: 'NotFound', message: /^Mesh with name none is not present/ },
    { path: '/meshes/shop/resources?meshOwner=1', status: 400, code: 'BadRequest', message: /12-digit/ },
    { path: '/meshes/shop/resources?mashOwner=1', status: 400, code: 'BadRequest', message: /did you mean meshOwner/ },
    { path: '/info?x=1', status: 400, code: 'BadRequest', message: /there are none here/ },
    { path: '/history?kind=virtualnod', status: 400, code: 'BadRequest', message: /did you mean virtualNode/ },
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
