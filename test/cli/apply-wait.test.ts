/** apply --wait against a running server and its Envoys. */
import assert from 'node:assert/strict'
import { frontSpec, nodeSpec, World, type FakeEnvoy } from '../management/world.js'
import { eventually } from '../envoy/eventually.js'
import { LDS } from '../xds/harness.js'
import { runMeshCommand, type Outcome } from './mesh-service.js'

const FRONT = 'mesh/shop/virtualNode/front'
const API = 'mesh/shop/virtualNode/api'

/** A definition of the node `front` that changes its listeners. */
const front = (logPath: string): string =>
  JSON.stringify({ meshName: 'shop', virtualNodeName: 'front', spec: frontSpec(logPath) })

describe('apply --wait', function () {
  this.timeout(60_000)
  let world: World
  const refusals = new Map<string, string>()
  let envoy: FakeEnvoy

  before(async () => {
    world = await World.start()
    await world.writeShop()
  })
  after(() => world.close())

  const apply = (stdin: string, ...flags: string[]): Promise<Outcome> =>
    runMeshCommand(['apply', '-f', '-', '--wait', ...flags], { stdin, environment: { MESHKEEPER_ENDPOINT: world.api } })

  const stateOf = async (node: string): Promise<string | undefined> => {
    const { body } = await world.get('/proxies')
    return (body as { proxies: { nodeId: string; state: string }[] }).proxies.find(({ nodeId }) => nodeId === node)
      ?.state
  }

  it('says when there is nobody to wait for', async () => {
    const { code, stdout } = await apply(front('/tmp/1'))
    assert.deepEqual([code, stdout], [0, 'virtualNode/front updated\nNo Envoy of shop is connected.\n'])
  })

  it('ends when every Envoy has accepted it, also when nothing was to be written', async () => {
    envoy = await world.connect(FRONT, { reject: refusals })
    await world.connect(API)
    const { code, stdout, stderr } = await apply(front('/tmp/2'))
    assert.deepEqual([code, stdout, stderr], [0, 'virtualNode/front updated\n2 Envoys of shop have accepted it.\n', ''])
    assert.equal(
      (await apply(front('/tmp/2'))).stdout,
      'virtualNode/front unchanged\n2 Envoys of shop have accepted it.\n',
    )
  })

  it('tells what an Envoy rejects', async () => {
    refusals.set(LDS, 'no such directory')
    const { code, stdout, stderr } = await apply(front('/tmp/3'))
    assert.deepEqual([code, stdout], [1, 'virtualNode/front updated\n'])
    assert.match(
      stderr,
      /^error: 1 Envoy rejected what was written, and keeps what was there before:\nshop\/front \S+ rejected its listeners:\n {2}no such directory\n$/,
    )
  })

  it('does not blame a change for what was rejected before it', async () => {
    const spec = { ...nodeSpec('api'), logging: { accessLog: { file: { path: '/tmp/4' } } } }
    const { code, stdout, stderr } = await apply(JSON.stringify({ meshName: 'shop', virtualNodeName: 'api', spec }))
    assert.deepEqual([code, stdout], [0, 'virtualNode/api updated\n1 Envoy of shop has accepted it.\n'])
    assert.match(stderr, /^warning: shop\/front \S+ has rejected something before this: meshkeeper proxy-status \d+\n$/)
  })

  it('sees a rejected definition corrected', async () => {
    refusals.clear()
    const { code, stdout } = await apply(front('/tmp/5'))
    assert.deepEqual([code, stdout], [0, 'virtualNode/front updated\n2 Envoys of shop have accepted it.\n'])
    await eventually({ what: 'front in sync' }, async () => (await stateOf(FRONT)) === 'SYNCED')
  })

  it('gives up when the time is up, and names who has not answered', async () => {
    envoy.call.pause()
    const { code, stdout, stderr } = await apply(front('/tmp/6'), '--timeout', '700ms')
    assert.deepEqual([code, stdout], [1, 'virtualNode/front updated\n'])
    assert.match(
      stderr,
      /^error: it was written, but after 0\.7 s not accepted yet by shop\/front \S+: .*--timeout waits longer\n$/,
    )
    envoy.call.resume()
  })
})
