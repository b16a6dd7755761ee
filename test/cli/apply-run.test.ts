/** What becomes of an apply in a server that is full, that restarts, or that somebody interrupts. */
import assert from 'node:assert/strict'
import type { HttpRequest, Transport } from '../../src/cli/access/transport.js'
import { openMeshService, runMeshCommand, type MeshService, type Outcome, type RunOptions } from './mesh-service.js'

const REFUSED = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

/** A mesh, its nodes, a router to them, and routes to the nodes of their name. */
const shop = (nodes: readonly string[], routes: readonly string[] = []): string =>
  JSON.stringify([
    { meshName: 'shop' },
    ...nodes.map((name) => ({ meshName: 'shop', virtualNodeName: name, spec: {} })),
    { meshName: 'shop', virtualRouterName: 'r', spec: { listeners: [] } },
    ...routes.map((name) => ({
      ...{ meshName: 'shop', virtualRouterName: 'r', routeName: `to-${name}` },
      spec: { tcpRoute: { action: { weightedTargets: [{ virtualNode: name, weight: 1 }] } } },
    })),
  ])

describe('apply in a server with a limit', () => {
  let service: MeshService
  beforeEach(async () => (service = await openMeshService({ quotas: { virtualNode: 2, route: 1 } })))
  afterEach(() => service.close())
  const apply = (stdin: string, more = ''): Promise<Outcome> =>
    runMeshCommand(`apply -f -${more}`.split(' '), { stdin, transport: service.transport })

  it('deletes first what nothing needs any more, and says so', async () => {
    await apply(shop(['a', 'b']))
    const { code, stdout, stderr } = await apply(shop(['b', 'c']), ' --prune')
    assert.equal(code, 0, stderr)
    assert.equal(stderr, 'note: a limit leaves no room for virtualNode/c: first goes virtualNode/a\n')
    assert.match(stdout, /virtualNode\/a deleted\nvirtualNode\/c created\n/)
  })

  it('deletes what uses it with it, when that is to go, too', async () => {
    await apply(shop(['a', 'b'], ['a']))
    const { code, stderr } = await apply(shop(['b', 'c'], ['c']), ' --prune')
    assert.equal(code, 0, stderr)
    assert.match(stderr, /no room for virtualNode\/c: first goes route\/r\/to-a, virtualNode\/a\n/)
    const { stdout } = await runMeshCommand(['get', 'vn,rt', '-o', 'name'], { transport: service.transport })
    assert.equal(stdout, 'virtualNode/b\nvirtualNode/c\nroute/r/to-c\n')
  })

  it('says what to do when what is to go is needed until then', async () => {
    await apply(shop(['a', 'b'], ['a']))
    const moved = shop(['b', 'c'], ['c']).replace('to-c', 'to-a')
    const { code, stderr } = await apply(moved, ' --prune')
    assert.equal(code, 1)
    assert.match(stderr, /^error: creating virtualNode\/c of mesh shop: .*\(LimitExceededException\)\n/)
    assert.match(stderr, /\nvirtualNode\/a is to go, but is needed until then: raise the limit for a while/)
    assert.match(stderr, /\n0 of 3 steps done/)
  })
})

const PROTOCOLS = { http: 'httpRoute', http2: 'http2Route' } as const

/** A router whose route cannot follow it to another protocol, but has to be made anew. */
const routed = (protocol: keyof typeof PROTOCOLS): string => {
  const listeners = [{ portMapping: { port: 80, protocol } }]
  const route = { match: { prefix: '/' }, action: { weightedTargets: [{ virtualNode: 'a', weight: 1 }] } }
  return JSON.stringify([
    { meshName: 'shop' },
    { meshName: 'shop', virtualNodeName: 'a', spec: {} },
    { meshName: 'shop', virtualRouterName: 'r', spec: { listeners } },
    { meshName: 'shop', virtualRouterName: 'r', routeName: 'x', spec: { [PROTOCOLS[protocol]]: route } },
    { meshName: 'shop', virtualNodeName: 'b', spec: {}, tags: [{ key: 'for', value: protocol }] },
  ])
}

describe('apply that is cut short', () => {
  let service: MeshService
  beforeEach(async () => {
    service = await openMeshService()
    await run('apply', { stdin: routed('http') })
    await service.call('TagResource', {
      resourceArn: 'arn:aws:appmesh:us-east-1:123456789012:mesh/shop/virtualRouter/r/route/x'.replace(
        'us-east-1:123456789012',
        await place(),
      ),
      tags: [{ key: 'team', value: 'checkout' }],
    })
  })
  afterEach(() => service.close())

  const run = (command: string, options: RunOptions): Promise<Outcome> =>
    runMeshCommand(command === 'apply' ? ['apply', '-f', '-'] : command.split(' '), {
      transport: service.transport,
      ...options,
    })
  /** Region and account, as ARNs have them. */
  const place = async (): Promise<string> => {
    const { stdout } = await run('get mesh shop -o json', {})
    const { metadata } = JSON.parse(stdout) as { metadata: { arn: string } }
    return metadata.arn.split(':').slice(3, 5).join(':')
  }
  const isDeletion = ({ method, path }: HttpRequest): boolean => method === 'DELETE' && path.endsWith('/routes/x')

  it('by Ctrl-C makes again what it has deleted for that, and stops then', async () => {
    let interrupt: (() => void) | undefined
    let listening = 0
    const transport: Transport = (request) => {
      if (isDeletion(request)) interrupt?.()
      return service.transport(request)
    }
    const { code, stderr } = await run('apply', {
      stdin: routed('http2'),
      transport,
      onInterrupt: (listener) => {
        interrupt = listener
        listening += 1
        return () => void (listening -= 1)
      },
    })
    assert.equal(code, 1)
    assert.match(
      stderr,
      /once more stops at once\.\nerror: interrupted\n3 of 4 steps done, and that stays\. Run the same/,
    )
    assert.match((await run('get rt r/x -o yaml', {})).stdout, /http2Route:[\s\S]*value: checkout/)
    assert.ok(listening <= 0)
    assert.equal((await run('apply', { stdin: routed('http2') })).stdout.match(/updated/g)?.length, 1)
  })

  it('by the server tells what is gone, with its tags', async () => {
    const transport: Transport = (request) =>
      request.method === 'PUT' && request.body?.includes('"routeName"') === true
        ? Promise.resolve({ status: 400, headers: {}, body: '{"__type":"BadRequestException","message":"no"}' })
        : service.transport(request)
    const { stderr } = await run('apply', { stdin: routed('http2'), transport })
    assert.match(stderr, /^error: creating route\/r\/x of mesh shop: no \(BadRequestException\)\n/)
    assert.match(
      stderr,
      /\nroute\/r\/x was deleted to be made anew, and is not there now; its tags were team=checkout: /,
    )
  })

  it('by a restart of the server goes on', async () => {
    let refusals = 4
    const transport: Transport = (request) =>
      request.method !== 'GET' && (refusals -= 1) >= 0 ? Promise.reject(REFUSED) : service.transport(request)
    const { code, stderr } = await run('apply', { stdin: routed('http2'), transport })
    assert.equal(code, 0, stderr)
  })

  it('by a server that was never there says so at once', async () => {
    let asked = 0
    const transport: Transport = () => {
      asked += 1
      return Promise.reject(REFUSED)
    }
    assert.match((await run('apply', { stdin: routed('http2'), transport })).stderr, /connection refused/)
    assert.equal(asked, 1)
  })
})
