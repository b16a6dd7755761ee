/** gRPC through Envoys: routing by service, method and metadata, and retries. */
import assert from 'node:assert/strict'
import type { GrpcRoute, RouteSpec } from '@aws-sdk/client-app-mesh'
import { backends, listener, serverNode, targets } from './mesh-writer.js'
import { useWorld } from './world.js'

const SERVICE = 'shop.local'
const PORT = 9000
const SERVERS = [{ protocol: 'grpc', port: PORT }] as const
const ADD = '/shop.Cart/Add'
const LIST = '/shop.Cart/List'
const FIND = '/shop.Search/Find'
const UNAVAILABLE = 14

interface Case {
  readonly name: string
  readonly match: GrpcRoute['match']
  /** `path` and metadata of calls. */
  readonly taken: readonly (readonly [string, Record<string, string>?])[]
  readonly left: readonly (readonly [string, Record<string, string>?])[]
}

const CASES: readonly Case[] = [
  { name: 'everything', match: {}, taken: [[ADD], [FIND]], left: [] },
  { name: 'a service', match: { serviceName: 'shop.Cart' }, taken: [[ADD], [LIST]], left: [[FIND]] },
  {
    name: 'a method of a service',
    match: { serviceName: 'shop.Cart', methodName: 'Add' },
    taken: [[ADD]],
    left: [[LIST], [FIND]],
  },
  {
    name: 'metadata by value',
    match: { metadata: [{ name: 'x-user', match: { exact: 'beta' } }] },
    taken: [[ADD, { 'x-user': 'beta' }]],
    left: [[ADD], [ADD, { 'x-user': 'alpha' }]],
  },
  {
    name: 'metadata by prefix, inverted',
    match: { metadata: [{ name: 'x-user', match: { prefix: 'be' }, invert: true }] },
    taken: [[ADD, { 'x-user': 'alpha' }]],
    left: [[ADD, { 'x-user': 'beta' }]],
  },
  {
    name: 'metadata by regular expression and a service',
    match: { serviceName: 'shop.Search', metadata: [{ name: 'x-user', match: { regex: '[0-9]+' } }] },
    taken: [[FIND, { 'x-user': '42' }]],
    left: [
      [FIND, { 'x-user': 'x42' }],
      [ADD, { 'x-user': '42' }],
    ],
  },
]

describe('gRPC', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    world.nameServices(SERVICE)
    await mesh.mesh()
    for (const name of ['taken', 'left']) await mesh.node(name, serverNode(name, listener('grpc', PORT)))
    await mesh.routedService(SERVICE, 'grpc', PORT)
    await mesh.route(SERVICE, 'otherwise', { ...grpcRoute('left'), priority: 1000 })
    await mesh.node('front', { backends: backends(SERVICE) })
    await world.startPods({ front: {}, taken: { servers: SERVERS }, left: { servers: SERVERS } })
  })
  const call = (path: string, metadata: Record<string, string> = {}) =>
    world.pod('front').agent.grpc({ target: `${SERVICE}:${PORT}`, path, metadata })

  for (const { name, match, taken, left } of CASES) {
    it(`is routed by ${name}`, async () => {
      const route = { ...grpcRoute('taken', { match }), priority: 0 }
      await world.pod('front').envoy.changedBy('routes', () => world.mesh.route(SERVICE, 'case', route))
      for (const [path, metadata] of taken) assert.equal((await call(path, metadata)).from, 'taken', path)
      for (const [path, metadata] of left) assert.equal((await call(path, metadata)).from, 'left', path)
    })
  }

  it('is retried twice when the server is unavailable and no policy is given', async () => {
    await world.pod('front').envoy.changedBy('routes', () => world.mesh.deleteRoute(SERVICE, 'case'))
    const server = world.pod('left').agent
    await server.reset()
    await server.behave({ failures: 2 })
    assert.equal((await call(ADD)).code, 0)
    assert.equal((await server.counts()).requests, 3)
    await server.behave({ failures: 3 })
    assert.equal((await call(ADD)).code, UNAVAILABLE)
  })

  it('is retried as the policy says', async () => {
    const policy = { maxRetries: 1, perRetryTimeout: { unit: 's', value: 5 } } as const
    const server = world.pod('left').agent
    for (const [events, requests] of [[['unavailable'], 2] as const, [['cancelled'], 1] as const]) {
      const route = grpcRoute('left', { retryPolicy: { ...policy, grpcRetryEvents: [...events] } })
      await world.pod('front').envoy.changedBy('routes', () => world.mesh.route(SERVICE, 'otherwise', route))
      await server.reset()
      await server.behave({ failures: 1 })
      assert.equal((await call(ADD)).code, requests === 2 ? 0 : UNAVAILABLE)
      assert.equal((await server.counts()).requests, requests)
    }
  })

  it('ends with DEADLINE_EXCEEDED or UNAVAILABLE after the time per request', async () => {
    const route = grpcRoute('left', { timeout: { perRequest: { unit: 'ms', value: 300 } } })
    await world.pod('front').envoy.changedBy('routes', () => world.mesh.route(SERVICE, 'otherwise', route))
    await world.pod('left').agent.behave({ failures: 0, delayMs: 3000 })
    const { code } = await call(ADD)
    await world.pod('left').agent.behave({ delayMs: 0 })
    assert.ok([4, UNAVAILABLE].includes(code), `status ${code}`)
  })
})

function grpcRoute(node: string, members: Partial<GrpcRoute> = {}): RouteSpec {
  return { grpcRoute: { match: {}, action: { weightedTargets: targets({ [node]: 1 }) }, ...members } }
}
