import assert from 'node:assert/strict'
import { AWS_QUOTAS, NO_QUOTAS, parseQuotas } from '../../src/api/quotas.js'
import { openService, type Service } from './service.js'

describe('quotas', () => {
  const good = [
    { text: 'none', expect: NO_QUOTAS },
    { text: 'aws', expect: AWS_QUOTAS },
    { text: 'backends=50', expect: { backend: 50 } },
    { text: ' meshes = 1 , gatewayRoutes=0', expect: { mesh: 1, gatewayRoute: 0 } },
  ]
  for (const { text, expect } of good) it(`${text} is understood`, () => assert.deepEqual(parseQuotas(text), expect))

  const bad = [
    { text: '', message: '"" is no quota: use none, aws or a list such as backends=50,routes=100' },
    { text: 'backends', message: /^"backends" is no quota/ },
    { text: 'backends=-1', message: /^"backends=-1" is no quota/ },
    { text: 'routes=1,', message: /^"" is no quota/ },
    { text: 'backend=1', message: '"backend" has no quota (did you mean backends?)' },
    { text: 'constructor=1', message: /^"constructor" has no quota/ },
  ]
  for (const { text, message } of bad)
    it(`"${text}" is refused`, () => assert.throws(() => parseQuotas(text), { message }))

  describe('of a service', () => {
    let service: Service
    afterEach(() => service.close())

    const make = (operation: string, input: object) => service.call(operation, { meshName: 'm', ...input })
    const refusal = async (operation: string, input: object) => {
      const { status, code, body } = await make(operation, input)
      assert.deepEqual([status, code], [400, 'LimitExceededException'])
      return body.message
    }

    it('count resources where they live, and let go of what is deleted', async () => {
      service = await openService({ quotas: parseQuotas('meshes=2,virtualRouters=1') })
      for (const meshName of ['m', 'n']) await service.make('CreateMesh', { meshName })
      assert.equal(await refusal('CreateMesh', { meshName: 'o' }), 'The limit of 2 meshes per account is reached')
      for (const meshName of ['m', 'n'])
        await service.make('CreateVirtualRouter', { meshName, virtualRouterName: 'a', spec: {} })
      const another = { virtualRouterName: 'b', spec: {} }
      assert.equal(await refusal('CreateVirtualRouter', another), 'The limit of 1 virtual routers per mesh is reached')
      await service.make('DeleteVirtualRouter', { meshName: 'm', virtualRouterName: 'a' })
      assert.equal((await make('CreateVirtualRouter', another)).status, 200)
    })

    it('bound the backends of a node in updates too, and let the limit itself pass', async () => {
      service = await openService({ quotas: parseQuotas('backends=2') })
      await service.make('CreateMesh', { meshName: 'm' })
      const node = (names: string[]) => ({
        virtualNodeName: 'n',
        spec: { backends: names.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })) },
      })
      assert.equal((await make('CreateVirtualNode', node(['a', 'b']))).status, 200)
      const message = await refusal('UpdateVirtualNode', node(['a', 'b', 'c']))
      assert.equal(message, 'The limit of 2 backends per virtual node is reached')
    })
  })
})
