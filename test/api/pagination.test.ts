import assert from 'node:assert/strict'
import type { Kind } from '../../src/model/resource.js'
import { createInput, makeSurroundings, SAMPLES, type Sample } from './kinds.js'
import { openService, type Service } from './service.js'

type Item = Readonly<Record<string, unknown>>

/** In the order of a listing: by code units, so capitals first and letters beyond ASCII last. */
const NAMES = ['B', 'a', 'a b/c', 'a-b', 'é', '🍰']

for (const sample of SAMPLES) {
  const { title, plural, nameMember, place } = sample
  const listMember = plural.charAt(0).toLowerCase() + plural.slice(1)

  describe(`List${plural}`, () => {
    let service: Service
    beforeEach(async () => {
      service = await openService()
      await makeSurroundings(service)
      for (const name of [...NAMES].reverse()) await service.make(`Create${title}`, createInput(sample, name))
    })
    afterEach(() => service.close())

    /** Every name that the pages hold, in their order, and the number of pages. */
    async function walk(limit: number, between: () => Promise<void> = () => Promise.resolve()) {
      const names: unknown[] = []
      let nextToken: string | undefined
      let pages = 0
      do {
        const page = await service.make(`List${plural}`, { ...place, limit, ...(nextToken && { nextToken }) })
        const items = page[listMember] as Item[]
        assert.ok(items.length <= limit)
        names.push(...items.map((item) => item[nameMember]))
        nextToken = page.nextToken
        pages += 1
        await between()
      } while (nextToken !== undefined)
      return { names, pages }
    }

    const expected = [...NAMES, ...surroundingNames(sample)].sort()

    for (const limit of [1, 2, expected.length - 1, expected.length, 100]) {
      it(`gives everything once, in order, in pages of ${limit}`, async () => {
        const { names, pages } = await walk(limit)
        assert.deepEqual(names, expected)
        assert.equal(pages, Math.ceil(expected.length / limit))
      })
    }

    it('skips nothing when what it has given is deleted between pages', async () => {
      const { names } = await walk(1, async () => {
        await service.call(`Delete${title}`, { ...place, [nameMember]: 'B' })
      })
      assert.deepEqual(names, expected)
    })

    it('refuses the token of another listing', async () => {
      const { nextToken } = await service.make(`List${plural}`, { ...place, limit: 1 })
      assert.ok(nextToken)
      const other = title === 'Mesh' ? 'ListVirtualNodes' : 'ListMeshes'
      const answer = await service.call(other, { ...(title === 'Mesh' && { meshName: 'm' }), nextToken })
      assert.deepEqual([answer.status, answer.code], [400, 'BadRequestException'])
    })

    it('starts over on an empty token', async () => {
      const first = await service.make(`List${plural}`, { ...place, limit: 1 })
      assert.deepEqual(await service.make(`List${plural}`, { ...place, limit: 1, nextToken: '' }), first)
    })

    for (const limit of [0, -1, 101, 1e9, 1.5, '1e1', 'ten', '', ' 5', '0x5', '99999999999999999999']) {
      it(`refuses limit ${JSON.stringify(limit)}`, async () => {
        const answer = await service.call(`List${plural}`, { ...place, limit })
        assert.deepEqual([answer.status, answer.code], [400, 'BadRequestException'])
        assert.match(answer.body.message, /^limit /)
      })
    }
  })
}

/** What `makeSurroundings` has made in the same collection. */
function surroundingNames({ kind }: Sample): string[] {
  const names: Partial<Record<Kind, string[]>> = {
    mesh: ['m'],
    virtualNode: ['target'],
    virtualRouter: ['r'],
    virtualService: ['service'],
    virtualGateway: ['g'],
  }
  return names[kind] ?? []
}

describe('the listing of a router', () => {
  it('refuses the token of another router', async () => {
    const service = await openService()
    await makeSurroundings(service)
    const sample = SAMPLES.find(({ kind }) => kind === 'route')
    assert.ok(sample)
    for (const name of NAMES) await service.make('CreateRoute', createInput(sample, name))
    await service.make('CreateVirtualRouter', { meshName: 'm', virtualRouterName: 'other', spec: {} })
    const { nextToken } = await service.make('ListRoutes', { ...sample.place, limit: 1 })
    const answer = await service.call('ListRoutes', { meshName: 'm', virtualRouterName: 'other', nextToken })
    assert.equal(answer.code, 'BadRequestException')
    await service.close()
  })
})

describe('a long listing', () => {
  it('has 100 items in a page when no limit is given', async () => {
    const service = await openService()
    for (let index = 0; index < 101; index++) await service.make('CreateMesh', { meshName: `m${1000 + index}` })
    const first = await service.make('ListMeshes')
    assert.equal((first['meshes'] as Item[]).length, 100)
    const second = await service.make('ListMeshes', { nextToken: first.nextToken })
    assert.deepEqual(
      (second['meshes'] as Item[]).map(({ meshName }) => meshName),
      ['m1100'],
    )
    assert.equal('nextToken' in second, false)
    await service.close()
  })
})
