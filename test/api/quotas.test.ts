import assert from 'node:assert/strict'
import { AWS_QUOTAS, NO_QUOTAS, parseQuotas } from '../../src/api/quotas.js'
import { createInput, makeSurroundings, SAMPLES } from './kinds.js'
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

    for (const sample of SAMPLES) {
      const { kind, title, plural, place, nameMember } = sample
      it(`bound how many of a ${kind} there are, and nothing else`, async () => {
        service = await openService()
        await makeSurroundings(service)
        const listMember = plural.charAt(0).toLowerCase() + plural.slice(1)
        const there = (await service.make(`List${plural}`, place))[listMember] as unknown[]
        const bounded = await openService({ store: service.store, quotas: { [kind]: there.length + 1 } })
        const input = { ...createInput(sample), clientToken: 'token' }
        const made = await bounded.make(`Create${title}`, input)
        const head = await bounded.store.head()

        const refused = await bounded.call(`Create${title}`, createInput(sample, 'two'))
        assert.deepEqual([refused.status, refused.code], [400, 'LimitExceededException'])
        assert.match(
          refused.body.message,
          new RegExp(`^The limit of ${there.length + 1} \\w+( \\w+)* per [a-z ]+ is reached$`),
        )
        assert.deepEqual(await bounded.make(`Create${title}`, input), made)
        assert.equal((await bounded.call(`Create${title}`, createInput(sample))).code, 'ConflictException')
        assert.equal(await bounded.store.head(), head)

        await bounded.make(`Update${title}`, { ...place, [nameMember]: 'one', spec: sample.other })
        await bounded.make('TagResource', { resourceArn: made.metadata.arn, tags: [{ key: 'a', value: 'b' }] })
        await bounded.make(`Delete${title}`, { ...place, [nameMember]: 'one' })
        await bounded.make(`Create${title}`, createInput(sample, 'two'))
        await bounded.app.close()
      })
    }

    it('are those of an AWS account where that is asked for, and none where nothing is', async () => {
      service = await openService({ quotas: AWS_QUOTAS })
      for (let index = 0; index < 15; index++) await service.make('CreateMesh', { meshName: `m${index}` })
      assert.equal(await refusal('CreateMesh', { meshName: 'm15' }), 'The limit of 15 meshes per account is reached')
      const free = await openService({ store: service.store })
      assert.equal((await free.call('CreateMesh', { meshName: 'm15' })).status, 200)
      await free.app.close()
    })

    it('of weighted targets are the model, which no configuration widens', async () => {
      service = await openService()
      await makeSurroundings(service)
      const weightedTargets = Array.from({ length: 11 }, () => ({ virtualNode: 'target', weight: 1 }))
      const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } }
      const { code } = await make('CreateRoute', { virtualRouterName: 'r', routeName: 'x', spec })
      assert.equal(code, 'BadRequestException')
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
