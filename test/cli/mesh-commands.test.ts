/** The commands for meshes: what they write, print and end with. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HttpAnswer, Transport } from '../../src/cli/access/transport.js'
import { openMeshService, runMeshCommand, type MeshService, type Outcome, type RunOptions } from './mesh-service.js'

const SHOP = `
- {meshName: shop}
- {meshName: shop, virtualNodeName: a, spec: {}, tags: [{key: k, value: v}]}
- {meshName: shop, virtualNodeName: b, spec: {}}
- {meshName: shop, virtualRouterName: r, spec: {listeners: []}}
- {meshName: shop, virtualRouterName: r, routeName: x, spec: {tcpRoute: {action: {weightedTargets: [{virtualNode: a, weight: 1}]}}}}
- {meshName: shop, virtualServiceName: s.local, spec: {provider: {virtualRouter: {virtualRouterName: r}}}}
`
const BROKEN = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

describe('the commands for meshes', () => {
  let service: MeshService
  beforeEach(async () => (service = await openMeshService()))
  afterEach(() => service.close())

  const run = (argv: string, options: RunOptions = {}): Promise<Outcome> =>
    runMeshCommand(argv.split(' '), { transport: service.transport, ...options })
  const done = async (argv: string, options: RunOptions = {}): Promise<string> => {
    const { code, stdout, stderr } = await run(argv, options)
    assert.deepEqual([code, stderr], [0, ''])
    return stdout
  }
  const applyShop = () => done('apply -f -', { stdin: SHOP })
  const writes = () => service.sent.filter(({ request }) => request.method !== 'GET')

  it('what get prints, apply takes back unchanged, in either notation', async () => {
    await applyShop()
    const before = writes().length
    for (const argv of ['get all -o yaml', 'get all -m shop -o json', 'get vn a -o json', 'export', 'export -o json']) {
      const told = await done('apply -f -', { stdin: await done(argv) })
      assert.doesNotMatch(told, /created|updated/, argv)
      assert.match(told, /virtualNode\/a unchanged/, argv)
    }
    assert.equal(writes().length, before)
    assert.equal(await done('diff -f -', { stdin: await done('export') }), '')
  })

  it('export --directory writes what apply makes the same mesh of elsewhere', async () => {
    await applyShop()
    const directory = mkdtempSync(join(tmpdir(), 'export-'))
    const other = await openMeshService()
    try {
      assert.equal((await run(`export --directory ${directory}`)).stderr, `6 files written below ${directory}\n`)
      await done(`apply -f ${directory}`, { transport: other.transport })
      assert.equal(await done('export', { transport: other.transport }), await done('export'))
    } finally {
      await other.close()
      rmSync(directory, { recursive: true })
    }
  })

  it('get -o name prints what xargs can use', async () => {
    await applyShop()
    assert.match(await done('get'), /^shop +DROP_ALL +5 /m)
    assert.match(await done('get vr'), /^shop +r +- +1 /m)
    assert.equal(await done('get vn,routes -o name'), 'virtualNode/a\nvirtualNode/b\nroute/r/x\n')
  })

  it('get tells nothing of an empty server, and what there is instead of a name that is not', async () => {
    assert.equal(await done('get'), 'There is no mesh yet.\n')
    await applyShop()
    assert.equal(await done('get vg'), 'There is no virtual gateway yet.\n')
    const expected = [
      ['get vn c', 1, 'error: there is no virtual node c in mesh shop (did you mean a?)\n'],
      ['get vn -m shpo', 1, 'error: there is no mesh shpo (did you mean shop?); the meshes here: shop\n'],
      ['get mesh shpo', 1, 'error: there is no mesh shpo (did you mean shop?); the meshes here: shop\n'],
    ] as const
    for (const [argv, code, stderr] of expected) assert.deepEqual(await run(argv), { code, stdout: '', stderr })
    assert.match((await run('get virtualNod')).stderr, /no kind "virtualNod" \(did you mean virtualNode\?\)/)
    assert.equal((await run('get virtualNod')).code, 2)
  })

  it('describe tells of users, uses and changes', async () => {
    await applyShop()
    const text = await done('describe vn a', { environment: {} })
    for (const line of [/^Used by: +route\/r\/x$/m, /^Tags: +k=v$/m, /^Envoys: +none connected$/m, /CreateVirtualNode/])
      assert.match(text, line)
    assert.match(await done('describe route r/x'), /^Uses: +virtualNode\/a$/m)
    assert.match(await done('describe vr r'), /^Holds: +route\/r\/x$/m)
    assert.match(
      await done('describe mesh shop'),
      /^Holds: +2 virtual nodes, 1 virtual router, 1 route, 1 virtual service$/m,
    )
  })

  it('writes as the access key id, which history filters by', async () => {
    await done('apply -f -', { stdin: SHOP, environment: { AWS_ACCESS_KEY_ID: 'AKIAANN' } })
    assert.equal((await done('history --by AKIAANN')).trimEnd().split('\n').length, 7)
    assert.equal(await done('history --by bob'), 'Nothing has changed.\n')
    assert.match(await done('history route r/x --diff'), /^\+ {2}tcpRoute:$/m)
    assert.match((await run('history --limit 2')).stderr, /older ones: --before 5/)
  })

  it('history finds names that have slashes', async () => {
    const router = { meshName: 'shop', virtualRouterName: 'r/1', spec: { listeners: [] } }
    const spec = { tcpRoute: { action: { weightedTargets: [{ virtualNode: 'a', weight: 1 }] } } }
    await applyShop()
    await done('apply -f -', {
      stdin: JSON.stringify([
        router,
        { ...router, routeName: 'x/y', spec },
        { ...router, virtualRouterName: 'r', routeName: 'u/v', spec },
      ]),
    })
    for (const name of ['r/1/x/y', 'x/y', 'r/u/v', 'u/v'])
      assert.match(await done(`history route ${name}`), / CreateRoute +shop +route\/r/, name)
    assert.equal(await done('history route r/1/x'), 'Nothing has changed.\n')
  })

  it('a request that is sent again because its answer was lost makes one write', async () => {
    let lost = 0
    const transport: Transport = async (request) => {
      const answer = await service.transport(request)
      if (request.method === 'GET' || (lost += 1) % 2 === 0) return answer
      throw BROKEN
    }
    await done('apply -f -', { stdin: SHOP, transport })
    await done('delete mesh shop --cascade', { transport })
    assert.equal(await done('get'), 'There is no mesh yet.\n')
    const history = await done('history --limit 100 -o json')
    assert.equal((JSON.parse(history) as { changes: unknown[] }).changes.length, 12)
  })

  for (const status of [429, 503])
    it(`tries again when the server answers ${status}`, async () => {
      let refusals = 3
      const transport: Transport = (request) => {
        const busy: HttpAnswer = { status, headers: {}, body: '{"__type":"Busy","message":"later"}' }
        return (refusals -= 1) >= 0 ? Promise.resolve(busy) : service.transport(request)
      }
      assert.match(await done('apply -f -', { stdin: SHOP, transport }), /mesh\/shop created/)
    })

  it('gives up after a while, and says what the server said', async () => {
    const transport: Transport = () =>
      Promise.resolve({ status: 503, headers: {}, body: '{"__type":"ServiceUnavailableException","message":"later"}' })
    assert.deepEqual(await run('get', { transport }), {
      code: 1,
      stdout: '',
      stderr: 'error: later (ServiceUnavailableException)\n',
    })
  })

  it('tells how far it came when a write fails', async () => {
    let left = 3
    const transport: Transport = (request) =>
      request.method !== 'GET' && (left -= 1) < 0
        ? Promise.resolve({ status: 400, headers: {}, body: '{"__type":"LimitExceededException","message":"full"}' })
        : service.transport(request)
    const { code, stderr } = await run('apply -f -', { stdin: SHOP, transport })
    assert.equal(code, 1)
    assert.equal(
      stderr,
      'error: creating virtualRouter/r of mesh shop: full (LimitExceededException)\n3 of 6 steps done, and that stays. Run the same command again to go on from there.\n',
    )
  })

  it('writes nothing when the plan cannot be carried out, and says where the definition stands', async () => {
    const stdin =
      '- {meshName: shop}\n- {meshName: shop, virtualServiceName: s, spec: {provider: {virtualNode: {virtualNodeName: x}}}}'
    const { code, stderr } = await run('apply -f -', { stdin })
    assert.equal(code, 1)
    assert.equal(
      stderr,
      'error: <stdin>:2: virtualService/s: there is no virtualNode/x in mesh shop\nNothing was changed.\n',
    )
    assert.deepEqual(writes(), [])
  })

  it('diff ends with 1 for a difference and 2 for trouble', async () => {
    await applyShop()
    const changed = SHOP.replace('value: v', 'value: w')
    const { code, stdout } = await run('diff -f -', { stdin: changed })
    assert.equal(code, 1)
    assert.match(stdout, /^--- virtualNode\/a of mesh shop\n\+\+\+ [\s\S]*^- {4}value: v\n\+ {4}value: w$/m)
    assert.equal((await run('diff -f -', { stdin: 'nonsense' })).code, 2)
    assert.equal((await run('diff -f -', { stdin: SHOP, transport: () => Promise.reject(new Error('no')) })).code, 2)
    assert.equal((await run('diff')).code, 2)
    const only = '- {meshName: shop}'
    assert.equal((await run('diff -f -', { stdin: only })).code, 0)
    assert.equal((await run('diff -f - --prune', { stdin: only })).code, 1)
  })

  it('--dry-run writes nothing', async () => {
    assert.match(await done('apply -f - --dry-run', { stdin: SHOP }), /^mesh\/shop created \(dry run\)$/m)
    assert.deepEqual(writes(), [])
    await applyShop()
    const before = writes().length
    assert.match(await done('delete vs s.local --dry-run'), /^virtualService\/s.local deleted \(dry run\)$/m)
    assert.equal(writes().length, before)
  })

  it('deletes by name, with what lives in it, and what files define', async () => {
    await applyShop()
    assert.match((await run('delete vr r')).stderr, /virtualRouter\/r: VirtualRouter r has active Routes/)
    assert.match((await run('delete vn a b')).stderr, /virtualNode\/a: .*target of one or more routes/)
    assert.equal(await done('delete vn b'), 'virtualNode/b deleted\n')
    assert.match((await run('delete vn b')).stderr, /there is no virtual node b in mesh shop \(did you mean a\?\)/)
    assert.equal(await done('delete vn b --ignore-not-found'), '')
    await done('delete vs s.local')
    assert.equal(await done('delete vr r --cascade'), 'route/r/x deleted\nvirtualRouter/r deleted\n')
    const { code, stdout, stderr } = await run('delete -f -', { stdin: SHOP })
    assert.deepEqual([code, stdout], [0, 'virtualNode/a deleted\nmesh/shop deleted\n'])
    assert.equal(stderr.split('\n').length, 5, stderr)
  })

  it('asks which mesh it shall delete from, where there are several', async () => {
    await applyShop()
    await done('apply -f -', { stdin: SHOP.replaceAll('shop', 'other') })
    const { code, stderr } = await run('delete vn b')
    assert.deepEqual([code, stderr], [2, 'error: say of which mesh with --mesh: other, shop\n'])
    assert.equal(await done('delete vn b -m other'), 'virtualNode/b deleted\n')
    assert.match((await run('describe vn a')).stderr, /"a" may be any of a of mesh other, a of mesh shop: say which/)
  })

  it('changes tags, fewer first', async () => {
    await applyShop()
    const stdin = '{meshName: shop, virtualNodeName: a, spec: {}, tags: [{key: z, value: "1"}]}'
    assert.equal(await done('apply -f -', { stdin }), 'virtualNode/a updated\n')
    assert.deepEqual(
      writes()
        .slice(-2)
        .map(({ request }) => request.path.split('?')[0]),
      ['/v20190125/untag', '/v20190125/tag'],
    )
    assert.match(await done('get vn a -o yaml'), /tags:\n {2}- key: z\n {4}value: "1"\n/)
  })

  it('colours what people look at, and nothing else', async () => {
    const red = (text: string): boolean => text.includes('\u001b[3')
    const isTerminal = { stdout: true, stderr: true }
    assert.ok(red(await done('apply -f - --dry-run', { stdin: SHOP, isTerminal })))
    assert.ok(!red(await done('apply -f - --dry-run', { stdin: SHOP })))
    assert.ok(!red(await done('apply -f - --dry-run', { stdin: SHOP, isTerminal, environment: { NO_COLOR: '1' } })))
    assert.ok(red(await done('apply -f - --dry-run', { stdin: SHOP, environment: { FORCE_COLOR: '1' } })))
    const { stderr } = await run('apply -f -', { stdin: SHOP, isTerminal, environment: { NO_COLOR: '1' } })
    assert.match(stderr, /^\r\u001b\[K1 of 6 steps done\r\u001b\[K/)
    assert.ok(stderr.endsWith('\r\u001b[K'))
  })

  it('completes kinds, names, meshes, options and files', async () => {
    await applyShop()
    const cases = [
      ['get virtualNo', ['virtualNode', 'virtualNodes']],
      ['describe route ', ['r/x']],
      ['delete vn a ', ['a', 'b']],
      ['get vn -m ', ['shop']],
      ['get vn --mesh=s', ['--mesh=shop']],
      ['get vn --mesh=shop ', ['a', 'b']],
      ['get vn --mesh = s', ['shop']],
      ['get vn --mesh =', ['shop']],
      ['get vn --mesh = shop ', ['a', 'b']],
      ['apply --pr', ['--prune']],
      ['apply -f ', [':files']],
      ['get -o ', ['table', 'wide', 'name', 'json', 'yaml']],
      ['completion ', ['bash', 'zsh', 'fish']],
      ['certs is', ['issue']],
    ] as const
    for (const [line, words] of cases) {
      const found = await done(`__complete -- ${line}`)
      const expected = words.map((word) => `${word}\n`).join('')
      assert.equal(found, expected, line)
    }
    assert.equal(await done('__complete -- get vn ', { transport: () => Promise.reject(new Error('no')) }), '')
  })
})
