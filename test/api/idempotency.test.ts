import assert from 'node:assert/strict'
import { createInput, makeSurroundings, SAMPLES } from './kinds.js'
import { openService, type Service } from './service.js'

const TOKEN = '7d4e3a52-8a3f-4c3e-9f51-0f1f6a1f2b3c'

for (const sample of SAMPLES) {
  const { title, nameMember, place, spec, other } = sample
  const name = { ...place, [nameMember]: 'one' }

  describe(`client tokens of ${title} operations`, () => {
    let service: Service
    beforeEach(async () => {
      service = await openService()
      await makeSurroundings(service)
    })
    afterEach(() => service.close())

    it('a repeated create answers the first one, and writes nothing', async () => {
      const input = { ...createInput(sample), clientToken: TOKEN }
      const first = await service.call(`Create${title}`, input)
      service.clock.now += 1000
      await service.make('CreateMesh', { meshName: 'between' })
      const again = await service.call(`Create${title}`, input)
      assert.deepEqual(again, first)
      assert.equal(await service.store.head(), (first.revision ?? 0) + 1)
    })

    it('a repeated update answers the first one, and writes nothing', async () => {
      await service.make(`Create${title}`, createInput(sample))
      const first = await service.call(`Update${title}`, { ...name, spec: other, clientToken: TOKEN })
      service.clock.now += 1000
      const again = await service.call(`Update${title}`, { ...name, spec: other, clientToken: TOKEN })
      assert.deepEqual(again, first)
      assert.equal(first.body.metadata.version, 2)
      assert.equal(await service.store.head(), first.revision)
    })

    it('a repeated create answers the resource as it is by now', async () => {
      const input = { ...createInput(sample), clientToken: TOKEN }
      const first = await service.call(`Create${title}`, input)
      const updated = await service.make(`Update${title}`, { ...name, spec: other })
      const again = await service.call(`Create${title}`, input)
      assert.deepEqual(again.body, updated)
      assert.equal(again.revision, first.revision)
    })

    it('a token with other content is a conflict, and writes nothing', async () => {
      await service.make(`Create${title}`, { ...createInput(sample), clientToken: TOKEN })
      const head = await service.store.head()
      const others = [
        [`Create${title}`, { ...createInput(sample), spec: other }],
        [`Create${title}`, createInput(sample, 'two')],
        [`Create${title}`, { ...createInput(sample), tags: [{ key: 'k', value: 'v' }] }],
        [`Update${title}`, { ...name, spec }],
      ] as const
      for (const [operation, input] of others) {
        const { status, code, body } = await service.call(operation, { ...input, clientToken: TOKEN })
        assert.deepEqual([status, code], [409, 'ConflictException'])
        assert.match(body.message, new RegExp(TOKEN))
      }
      assert.equal(await service.store.head(), head)
    })

    it('what the service ignores in a request makes no other content', async () => {
      const input = { ...createInput(sample), clientToken: TOKEN }
      const first = await service.make(`Create${title}`, input)
      const again = await service.make(`Create${title}`, { unknown: 1, ...input, tags: null })
      assert.deepEqual(again, first)
    })

    it('the create of a resource that is gone makes it anew', async () => {
      const input = { ...createInput(sample), clientToken: TOKEN }
      const first = await service.make(`Create${title}`, input)
      await service.make(`Delete${title}`, name)
      const second = await service.call(`Create${title}`, input)
      assert.equal(second.status, 200)
      assert.notEqual(second.body.metadata.uid, first.metadata.uid)
      assert.equal(second.revision, await service.store.head())
    })

    it('an update of a namesake made later is not taken for a repetition', async () => {
      await service.make(`Create${title}`, createInput(sample))
      await service.make(`Update${title}`, { ...name, spec: other, clientToken: TOKEN })
      await service.make(`Delete${title}`, name)
      await service.make(`Create${title}`, createInput(sample))
      const again = await service.call(`Update${title}`, { ...name, spec: other, clientToken: TOKEN })
      assert.equal(again.code, 'ConflictException')
    })

    it('a refused create leaves its token free', async () => {
      await service.make(`Create${title}`, createInput(sample))
      const refused = await service.call(`Create${title}`, { ...createInput(sample), clientToken: TOKEN })
      assert.equal(refused.code, 'ConflictException')
      await service.make(`Create${title}`, { ...createInput(sample, 'two'), clientToken: TOKEN })
    })

    it('calls at the same time make one resource', async () => {
      const input = { ...createInput(sample), clientToken: TOKEN }
      const answers = await Promise.all(Array.from({ length: 5 }, () => service.call(`Create${title}`, input)))
      for (const answer of answers) assert.deepEqual(answer, answers[0])
      assert.equal(answers[0]?.status, 200)
    })
  })
}

describe('client tokens', () => {
  const TOKENS = [
    { token: 'a', status: 200 },
    { token: 'A-b_9', status: 200 },
    { token: 'x'.repeat(36), status: 200 },
    { token: 'x'.repeat(37), status: 400 },
    { token: '', status: 400 },
    { token: 'a b', status: 400 },
    { token: 'é', status: 400 },
    { token: 5, status: 400 },
  ]
  for (const { token, status } of TOKENS) {
    it(`${JSON.stringify(token)} is ${status === 200 ? 'one' : 'none'}`, async () => {
      const service = await openService()
      const answer = await service.call('CreateMesh', { meshName: 'm', clientToken: token })
      await service.close()
      assert.equal(answer.status, status)
    })
  }
})
