/** What is answered from the meshes that Envoys are given has what was written before the request, although changes are gathered for a while. */
import assert from 'node:assert/strict'
import { World } from './world.js'

describe('what has just been written', () => {
  let world: World
  before(async () => {
    world = await World.start()
    await world.writeShop()
  })
  after(() => world.close())

  for (const what of ['defaults', 'config', 'bootstrap'])
    it(`is known to ${what}`, async () => {
      for (let index = 0; index < 5; index += 1) {
        const name = `${what}-${index}`
        await world.put('meshes/shop/virtualNodes', { virtualNodeName: name, spec: {} })
        const { status } = await fetch(`${world.api}/meshkeeper/v1/meshes/shop/${what}/virtualNode/${name}`)
        assert.equal(status, 200, name)
      }
    })

  it('is known to status and search', async () => {
    for (let index = 0; index < 5; index += 1) {
      const name = `listed-${index}`
      await world.put('meshes/shop/virtualNodes', { virtualNodeName: name, spec: {} })
      for (const path of ['meshes/shop/status', `search?q=${name}`]) {
        const text = await (await fetch(`${world.api}/meshkeeper/v1/${path}`)).text()
        assert.ok(text.includes(`"${name}"`), `${name} in ${path}`)
      }
    }
  })
})
