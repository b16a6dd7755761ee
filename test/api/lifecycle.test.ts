import assert from 'node:assert/strict'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import * as listings from '../../src/model/listings.js'
import { prune } from '../../src/model/prune.js'
import * as responses from '../../src/model/responses.js'
import { createInput, makeSurroundings, SAMPLES } from './kinds.js'
import { ACCOUNT, openService, REGION, START, type Body, type Service } from './service.js'

const SCHEMAS: Readonly<Record<string, TSchema>> = { ...responses, ...listings }

/** Every member that the model names and no other, each of its type. */
function assertShape(title: string, value: unknown): void {
  const schema = SCHEMAS[title]
  assert.ok(schema, title)
  assert.ok(Check(schema, value), `${JSON.stringify(value)} is not a ${title}`)
  assert.deepEqual(prune(schema, value), value)
}

for (const sample of SAMPLES) {
  const { title, plural, nameMember, place, spec, other } = sample
  const name = { ...place, [nameMember]: 'one' }
  const arn = `arn:aws:appmesh:${REGION}:${ACCOUNT}:${sample.arn}`
  const listMember = plural.charAt(0).toLowerCase() + plural.slice(1)

  describe(`${title} operations`, () => {
    let service: Service
    beforeEach(async () => {
      service = await openService()
      await makeSurroundings(service)
    })
    afterEach(() => service.close())

    const payload = (version: number, updated: number, body: object, status = 'ACTIVE') => ({
      meshName: 'm',
      ...name,
      metadata: {
        arn,
        createdAt: START / 1000,
        lastUpdatedAt: updated / 1000,
        meshOwner: ACCOUNT,
        resourceOwner: ACCOUNT,
        version,
      },
      spec: body,
      status: { status },
    })
    const withoutUid = (body: Body): unknown => {
      const { uid, ...metadata } = body.metadata
      assert.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
      return { ...body, metadata }
    }

    it('create answers the bare resource, version 1', async () => {
      const created = await service.call(`Create${title}`, createInput(sample))
      assert.equal(created.status, 200)
      assertShape(`${title}Data`, created.body)
      assert.deepEqual(withoutUid(created.body), payload(1, START, spec))
      assert.equal(created.revision, await service.store.head())
    })

    it('describe answers what create answered', async () => {
      const created = await service.make(`Create${title}`, createInput(sample))
      const described = await service.call(`Describe${title}`, name)
      assert.deepEqual(described.body, created)
      assert.equal(described.revision, undefined)
    })

    it('list answers flat references', async () => {
      const { metadata } = await service.make(`Create${title}`, createInput(sample))
      const listed = await service.make(`List${plural}`, place)
      assertShape(`List${plural}Output`, listed)
      const items = listed[listMember] as Record<string, unknown>[]
      const { uid, ...flat } = metadata
      assert.ok(uid)
      assert.deepEqual(
        items.find((item) => item[nameMember] === 'one'),
        { meshName: 'm', ...name, ...flat },
      )
    })

    it('update replaces the whole spec, and nothing else', async () => {
      const created = await service.make(`Create${title}`, createInput(sample))
      service.clock.now = START + 1500
      const updated = await service.call(`Update${title}`, { ...name, spec: other })
      assertShape(`${title}Data`, updated.body)
      assert.deepEqual(withoutUid(updated.body), payload(2, START + 1500, other))
      assert.equal(updated.body.metadata.uid, created.metadata.uid)
      assert.equal(updated.revision, await service.store.head())
      assert.deepEqual(await service.make(`Describe${title}`, name), updated.body)
    })

    it('update to the same spec makes a version too', async () => {
      await service.make(`Create${title}`, createInput(sample))
      for (const version of [2, 3]) {
        const updated = await service.make(`Update${title}`, { ...name, spec: other })
        assert.equal(updated.metadata.version, version)
      }
    })

    it('delete answers the last state, and leaves nothing', async () => {
      const created = await service.make(`Create${title}`, createInput(sample))
      service.clock.now = START + 2500
      const deleted = await service.call(`Delete${title}`, name)
      assertShape(`${title}Data`, deleted.body)
      assert.deepEqual(withoutUid(deleted.body), payload(1, START + 2500, spec, 'DELETED'))
      assert.equal(deleted.body.metadata.uid, created.metadata.uid)
      assert.equal(deleted.revision, await service.store.head())
      assert.equal((await service.call(`Describe${title}`, name)).code, 'NotFoundException')
    })

    it('a name can be used again at once, with another uid', async () => {
      const first = await service.make(`Create${title}`, createInput(sample))
      await service.make(`Delete${title}`, name)
      const second = await service.make(`Create${title}`, createInput(sample))
      assert.notEqual(second.metadata.uid, first.metadata.uid)
      assert.equal(second.metadata.version, 1)
    })

    it('a name is taken once', async () => {
      await service.make(`Create${title}`, createInput(sample))
      const again = await service.call(`Create${title}`, { ...createInput(sample), spec: other })
      assert.deepEqual([again.status, again.code], [409, 'ConflictException'])
      assert.deepEqual((await service.make(`Describe${title}`, name)).spec, spec)
    })

    for (const verb of ['Describe', 'Update', 'Delete']) {
      it(`${verb.toLowerCase()} says who is missing`, async () => {
        const input = { ...place, [nameMember]: 'none', ...(verb === 'Update' && { spec: other }) }
        const { status, code, body } = await service.call(`${verb}${title}`, input)
        assert.deepEqual([status, code], [404, 'NotFoundException'])
        assert.match(body.message, new RegExp(`^${title} with name none is not present .*for account ${ACCOUNT}$`))
      })
    }

    it('an empty list is there', async () => {
      await service.make('CreateMesh', { meshName: 'empty' })
      const parent = sample.kind === 'route' ? 'VirtualRouter' : sample.kind === 'gatewayRoute' && 'VirtualGateway'
      const listeners = [{ portMapping: { port: 80, protocol: 'http' } }]
      if (parent) await service.make(`Create${parent}`, { ...place, meshName: 'empty', spec: { listeners } })
      if (sample.kind === 'mesh') return
      const listed = await service.make(`List${plural}`, { ...place, meshName: 'empty' })
      assert.deepEqual(listed, { [listMember]: [] })
    })

    it('writes are logged with their operation', async () => {
      await service.make(`Create${title}`, createInput(sample))
      await service.make(`Update${title}`, { ...name, spec: other })
      await service.make(`Delete${title}`, name)
      const changes = (await service.store.changesAfter(0, 100)).filter((change) => change.arn === arn)
      assert.deepEqual(
        changes.map(({ operation, principal }) => [operation, principal]),
        ['Create', 'Update', 'Delete'].map((verb) => [`${verb}${title}`, 'anonymous']),
      )
      const updated = changes.find(({ operation }) => operation === `Update${title}`)
      assert.deepEqual([updated?.before?.spec, updated?.after?.spec], [spec, other])
    })

    if (Object.keys(place).length > 0) {
      it('nothing works in a mesh that does not exist', async () => {
        const lost = { ...name, meshName: 'none' }
        const calls = [
          ['Create', { ...lost, spec }],
          ['Describe', lost],
          ['Update', { ...lost, spec }],
          ['Delete', lost],
        ] as const
        for (const [verb, input] of calls) {
          const { code, body } = await service.call(`${verb}${title}`, input)
          assert.equal(code, 'NotFoundException')
          assert.equal(body.message, `Mesh with name none is not present for account ${ACCOUNT}`)
        }
        const listed = await service.call(`List${plural}`, { ...place, meshName: 'none' })
        assert.equal(listed.code, 'NotFoundException')
      })
    }
  })
}
