/** `describe` against a running server: what it knows beyond the words of a definition. */
import assert from 'node:assert/strict'
import { World } from '../management/world.js'
import { runMeshCommand } from './mesh-service.js'

describe('describe', () => {
  let world: World
  before(async () => {
    world = await World.start()
    await world.writeShop()
    await apply({
      ...{ meshName: 'shop', virtualNodeName: 'lost' },
      spec: { backends: [{ virtualService: { virtualServiceName: 'nowhere' } }] },
    })
  })
  after(() => world.close())

  const run = async (argv: string, stdin = ''): Promise<string> => {
    const environment = { MESHKEEPER_ENDPOINT: world.api }
    const { code, stdout, stderr } = await runMeshCommand(argv.split(' '), { environment, stdin })
    assert.deepEqual([code, stderr], [0, ''])
    return stdout
  }
  const apply = (definition: object) => run('apply -f -', JSON.stringify(definition))

  it('tells the problems of a node that no Envoy stands for yet, and of a mesh those of all', async () => {
    const problem = /^Problems:\n {2}\S*spec\.backends\[0\]\S* there is no virtual service nowhere in this mesh$/m
    assert.match(await run('describe vn lost'), problem)
    assert.match(await run('describe mesh shop'), problem)
    assert.doesNotMatch(await run('describe vn api'), /Problems/)
  })

  it('tells what holds although the definition does not say so', async () => {
    const text = await run('describe vn api')
    assert.match(text, /^Holds unless it says otherwise:\n/m)
    assert.match(text, /^ {2}spec\.listeners\[0\]\.timeout\.http\.perRequest +15 s +App Mesh ends/m)
    assert.match(text, /^ {2}spec\.listeners\[0\]\.healthCheck +none +nobody/m)
  })
})
