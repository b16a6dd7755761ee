import assert from 'node:assert/strict'
import fc from 'fast-check'
import { authenticate } from '../../src/api/authenticate.js'
import { PREFIX } from '../../src/api/routes.js'
import type { JsonObject } from '../../src/http/body.js'
import { StoreUnavailableError } from '../../src/store/store.js'
import { makeSurroundings } from './kinds.js'
import { ACCOUNT, openService, type Service } from './service.js'

const NODE = { meshName: 'm', virtualNodeName: 'n' }
const SPEC = {
  listeners: [{ portMapping: { port: 80, protocol: 'http' } }],
  serviceDiscovery: { dns: { hostname: 'a' } },
}

/** URL parsers, that of `inject` among them, take these segments away; the tests of the HTTP server send them on a bare socket. */
const DOTS = ['.', '..']

describe('requests', () => {
  let service: Service
  beforeEach(async () => {
    service = await openService()
    await makeSurroundings(service)
  })
  afterEach(() => service.close())

  const inject = (
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) => service.app.inject({ method, url: PREFIX + path, headers, ...(payload && { payload }) })

  it('may have members that the model does not know, which are not stored', async () => {
    const spec = { ...SPEC, future: 1, listeners: [{ ...SPEC.listeners[0], future: { a: 1 } }] }
    const created = await service.make('CreateVirtualNode', { ...NODE, spec, future: [] })
    assert.deepEqual(created.spec, SPEC)
    assert.equal('future' in created, false)
  })

  it('may have null for a member that is absent', async () => {
    const created = await service.make('CreateVirtualNode', {
      ...NODE,
      spec: { ...SPEC, backends: null, logging: null },
      tags: null,
      clientToken: null,
    })
    assert.deepEqual(created.spec, SPEC)
  })

  it('say in the path and the query what no body can override', async () => {
    const body = { meshName: 'other', virtualNodeName: 'n', meshOwner: '999999999999', spec: {} }
    const answer = await inject('PUT', '/meshes/m/virtualNodes', body)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json<JsonObject>()['meshName'], 'm')
  })

  it('update a mesh to nothing when they have no spec, or no body', async () => {
    const filtered = { meshName: 'f', spec: { egressFilter: { type: 'ALLOW_ALL' } } }
    await service.make('CreateMesh', filtered)
    assert.deepEqual((await service.make('UpdateMesh', { meshName: 'f' })).spec, {})
    assert.equal((await inject('PUT', '/meshes/f')).statusCode, 200)
  })

  it('keep an empty spec and empty lists as they are', async () => {
    assert.deepEqual((await service.make('CreateVirtualNode', { ...NODE, spec: {} })).spec, {})
    const lists = { backends: [], listeners: [] }
    assert.deepEqual((await service.make('UpdateVirtualNode', { ...NODE, spec: lists })).spec, lists)
  })

  it('are told every problem at once, each at its path', async () => {
    const listener = { portMapping: { port: 0, protocol: 'HTTP' } }
    const { body } = await service.call('CreateVirtualNode', { ...NODE, spec: { listeners: [listener] } })
    assert.equal(
      body.message,
      'spec.listeners[0].portMapping.port must be between 1 and 65535; ' +
        'spec.listeners[0].portMapping.protocol must be one of http, tcp, http2, grpc',
    )
  })

  const OWNERS = [
    { meshOwner: ACCOUNT, status: 200 },
    { meshOwner: '999999999999', status: 404, code: 'NotFoundException' },
    { meshOwner: '12345', status: 400, code: 'BadRequestException' },
    { meshOwner: 'abcdefghijkl', status: 400, code: 'BadRequestException' },
    { meshOwner: '', status: 400, code: 'BadRequestException' },
  ]
  for (const { meshOwner, status, code } of OWNERS) {
    it(`with meshOwner "${meshOwner}" are answered ${status}`, async () => {
      const calls = [
        ['DescribeMesh', { meshName: 'm' }],
        ['DescribeVirtualNode', { meshName: 'm', virtualNodeName: 'target' }],
        ['ListVirtualNodes', { meshName: 'm' }],
        ['CreateVirtualNode', { ...NODE, spec: {} }],
        ['UpdateVirtualNode', { meshName: 'm', virtualNodeName: 'target', spec: SPEC }],
        ['DeleteVirtualRouter', { meshName: 'm', virtualRouterName: 'r' }],
      ] as const
      for (const [operation, input] of calls) {
        const answer = await service.call(operation, { ...input, meshOwner })
        assert.deepEqual([answer.status, answer.code], [status, code], operation)
      }
    })
  }

  it('find nothing of another account, though the store has it', async () => {
    const other = await openService({ store: service.store, account: '999999999999' })
    await other.make('CreateMesh', { meshName: 'm' })
    const { code } = await service.call('DescribeMesh', { meshName: 'm', meshOwner: '999999999999' })
    assert.equal(code, 'NotFoundException')
    assert.deepEqual((await other.make('ListVirtualNodes', { meshName: 'm' }))['virtualNodes'], [])
    await other.app.close()
  })

  it('with an empty name are bad requests, not listings', async () => {
    const paths = [
      '/meshes/',
      '/meshes//virtualNodes',
      '/meshes//virtualNodes/',
      '/meshes/m/virtualNodes/',
      '/meshes/m/virtualRouter//routes',
    ]
    for (const path of paths) {
      const answer = await inject('GET', path)
      assert.equal(answer.headers['x-amzn-errortype'], 'BadRequestException', path)
      assert.match(answer.json<{ message: string }>().message, /Name must have 1 to 255 characters/)
    }
  })

  it('reach every legal name by path', async () => {
    const legal = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((name) => !name.includes('\0') && !DOTS.includes(name))
    await service.make('CreateMesh', { meshName: 'free' })
    const property = fc.asyncProperty(legal, async (virtualRouterName) => {
      const name = { meshName: 'free', virtualRouterName }
      const created = await service.make('CreateVirtualRouter', { ...name, spec: {} })
      assert.equal(created['virtualRouterName'], virtualRouterName)
      assert.deepEqual(await service.make('DescribeVirtualRouter', name), created)
      await service.make('DeleteVirtualRouter', name)
    })
    await fc.assert(property, {
      numRuns: 60,
      examples: [["a b/c:é*'(~!"], ['%2F'], ['a+b'], ['r/route/x']].map(([name]) => [name ?? '']),
    })
  })

  const NAMES = [
    { name: 'a'.repeat(255), status: 200 },
    { name: '🍰'.repeat(255), status: 200 },
    { name: 'a'.repeat(256), status: 400 },
    { name: '', status: 400 },
    { name: '\ud800', status: 400 },
    { name: 'a\0b', status: 400 },
    { name: 5, status: 400 },
  ]
  for (const { name, status } of NAMES) {
    it(`may name a mesh ${JSON.stringify(name).slice(0, 30)}: ${status}`, async () => {
      assert.equal((await service.call('CreateMesh', { meshName: name })).status, status)
      if (status === 200) assert.equal((await service.call('DescribeMesh', { meshName: name })).status, 200)
    })
  }

  const AUTHORIZATIONS = [
    { authorization: undefined, principal: 'anonymous' },
    { authorization: 'Basic dXNlcg==', principal: 'anonymous' },
    {
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20220406/us-west-2/appmesh/aws4_request, SignedHeaders=host, Signature=00',
      principal: 'AKIDEXAMPLE',
    },
    { authorization: 'AWS4-HMAC-SHA256 SignedHeaders=host,Credential=AKID_2/x', principal: 'AKID_2' },
    { authorization: `AWS4-HMAC-SHA256 Credential=${'A'.repeat(500)}/x`, principal: 'anonymous' },
  ]
  for (const { authorization, principal } of AUTHORIZATIONS) {
    it(`are logged with their principal: ${principal} (${authorization?.slice(0, 40) ?? 'unsigned'})`, async () => {
      await inject('PUT', '/meshes', { meshName: 'new' }, authorization === undefined ? {} : { authorization })
      assert.equal((await service.store.changesAfter(0, 100)).at(-1)?.principal, principal)
    })
  }

  it('name their principal in time, whatever the header', () => {
    // Where a blank can be matched in two ways, this takes minutes.
    assert.equal(authenticate(`AWS4-A${' '.repeat(1_000_000)}x`), 'anonymous')
  })

  it('may not have lists that keep everybody else waiting', async () => {
    const backends = (count: number) => Array.from({ length: count }, () => ({}))
    const refused = await service.call('CreateVirtualNode', { ...NODE, spec: { backends: backends(5001) } })
    assert.equal(refused.body.message, 'the lists of the request have more than 5000 items together')
    const checked = await service.call('CreateVirtualNode', { ...NODE, spec: { backends: backends(5000) } })
    assert.match(checked.body.message, /^spec.backends\[0\] must have the member virtualService; .*; and more$/)
  })

  it('count the items of lists in lists', async () => {
    const headers = Array.from({ length: 2501 }, () => ({ name: 'a' }))
    const weightedTargets = Array.from({ length: 2500 }, () => ({ virtualNode: 'n', weight: 1 }))
    const spec = { httpRoute: { match: { headers }, action: { weightedTargets } } }
    const answer = await service.call('CreateRoute', { meshName: 'm', virtualRouterName: 'r', routeName: 'x', spec })
    assert.match(answer.body.message, /more than 5000 items/)
  })

  it('are told to come again while the store is away', async () => {
    await service.store.close()
    for (const operation of ['ListMeshes', 'CreateMesh']) {
      const answer = await service.call(operation, { meshName: 'x' })
      assert.deepEqual([answer.status, answer.code], [503, 'ServiceUnavailableException'])
      assert.doesNotMatch(answer.body.message, /closed/)
    }
    const { err } = service.errors[0] as { err: unknown }
    assert.ok(err instanceof StoreUnavailableError)
  })
})
