import assert from 'node:assert/strict'
import { createInput, makeSurroundings, SAMPLES } from './kinds.js'
import { ACCOUNT, openService, REGION, type Body, type Service } from './service.js'

const ARN = `arn:aws:appmesh:${REGION}:${ACCOUNT}:mesh/m`
const tag = (key: string, value = 'v') => ({ key, value })
const many = (count: number, prefix = 'k') =>
  Array.from({ length: count }, (_, index) => tag(`${prefix}${100 + index}`))

describe('tags', () => {
  let service: Service
  beforeEach(async () => {
    service = await openService()
    await makeSurroundings(service)
  })
  afterEach(() => service.close())

  const tagsOf = async (resourceArn = ARN): Promise<Body['tags']> =>
    (await service.make('ListTagsForResource', { resourceArn })).tags
  const add = (tags: object, resourceArn = ARN) => service.call('TagResource', { resourceArn, tags })

  for (const sample of SAMPLES) {
    it(`come with the create of a ${sample.kind}, and go with it`, async () => {
      const tags = [tag('b'), tag('a', '')]
      const created = await service.make(`Create${sample.title}`, { ...createInput(sample), tags })
      assert.deepEqual(await tagsOf(created.metadata.arn), [tag('a', ''), tag('b')])
      await service.make(`Delete${sample.title}`, { ...sample.place, [sample.nameMember]: 'one' })
      const gone = await service.call('ListTagsForResource', { resourceArn: created.metadata.arn })
      assert.equal(gone.code, 'NotFoundException')
      await service.make(`Create${sample.title}`, createInput(sample))
      assert.deepEqual(await tagsOf(created.metadata.arn), [])
    })
  }

  for (const sample of SAMPLES) {
    it(`of a ${sample.kind} are changed by its ARN, and of no other resource`, async () => {
      const { metadata } = await service.make(`Create${sample.title}`, createInput(sample))
      const { metadata: twin } = await service.make(`Create${sample.title}`, createInput(sample, 'One'))
      await add([tag('a'), tag('b')], metadata.arn)
      await service.make('UntagResource', { resourceArn: metadata.arn, tagKeys: ['a'] })
      assert.deepEqual(await tagsOf(metadata.arn), [tag('b')])
      assert.deepEqual([await tagsOf(twin.arn), await tagsOf()], [[], []])
    })

    it(`of a ${sample.kind} may be 50 on create, and no more`, async () => {
      const created = await service.make(`Create${sample.title}`, { ...createInput(sample), tags: many(50) })
      assert.equal((await tagsOf(created.metadata.arn)).length, 50)
      const refused = await service.call(`Create${sample.title}`, { ...createInput(sample, 'two'), tags: many(51) })
      assert.deepEqual([refused.code, refused.body.message], ['BadRequestException', 'tags must have at most 50 items'])
      const name = { ...sample.place, [sample.nameMember]: 'two' }
      assert.equal((await service.call(`Describe${sample.title}`, name)).code, 'NotFoundException')
    })

    it(`are not taken by the update of a ${sample.kind}`, async () => {
      const created = await service.make(`Create${sample.title}`, { ...createInput(sample), tags: [tag('a')] })
      const name = { ...sample.place, [sample.nameMember]: 'one' }
      await service.make(`Update${sample.title}`, { ...name, spec: sample.other, tags: [tag('b')] })
      assert.deepEqual(await tagsOf(created.metadata.arn), [tag('a')])
    })
  }

  it('are listed in pages of up to 50, and the last page says so', async () => {
    await add(many(50))
    assert.equal('nextToken' in (await service.make('ListTagsForResource', { resourceArn: ARN })), false)
    const pages: number[] = []
    let nextToken: string | undefined
    do {
      const page: Body = await service.make('ListTagsForResource', {
        resourceArn: ARN,
        limit: 20,
        ...(nextToken && { nextToken }),
      })
      pages.push(page.tags.length)
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    assert.deepEqual(pages, [20, 20, 10])
  })

  it('are listed on with a token of their own listing only', async () => {
    await add(many(2))
    const { nextToken } = await service.make('ListTagsForResource', { resourceArn: ARN, limit: 1 })
    const other = { resourceArn: `${ARN}/virtualRouter/r`, nextToken }
    assert.equal((await service.call('ListTagsForResource', other)).code, 'BadRequestException')
  })

  it('are added, and replaced by key', async () => {
    const first = await add([tag('a'), tag('b')])
    assert.deepEqual([first.status, first.body, first.revision], [200, {}, await service.store.head()])
    await add([tag('b', 'new'), tag('c')])
    assert.deepEqual(await tagsOf(), [tag('a'), tag('b', 'new'), tag('c')])
  })

  it('are removed by key, known or not', async () => {
    await add([tag('a'), tag('b')])
    const removed = await service.call('UntagResource', { resourceArn: ARN, tagKeys: ['a', 'never'] })
    assert.deepEqual([removed.status, removed.body], [200, {}])
    assert.deepEqual(await tagsOf(), [tag('b')])
  })

  it('outlive an update, and leave the version alone', async () => {
    await add([tag('a')])
    const updated = await service.make('UpdateMesh', { meshName: 'm' })
    assert.equal(updated.metadata.version, 2)
    assert.deepEqual(await tagsOf(), [tag('a')])
  })

  it('are at most 50, and nothing is applied beyond', async () => {
    assert.equal((await add(many(50))).status, 200)
    for (const tags of [[tag('one more')], many(51, 'x')]) {
      const refused = await add(tags)
      assert.deepEqual([refused.status, refused.code], [400, 'TooManyTagsException'])
    }
    assert.equal((await add([tag('k100', 'again')])).status, 200)
    assert.equal((await tagsOf()).length, 50)
  })

  it('are listed in pages', async () => {
    await add(many(5))
    const first = await service.make('ListTagsForResource', { resourceArn: ARN, limit: 3 })
    assert.deepEqual(first.tags, many(5).slice(0, 3))
    const { nextToken } = first
    const second = await service.make('ListTagsForResource', { resourceArn: ARN, limit: 3, nextToken })
    assert.deepEqual(second, { tags: many(5).slice(3) })
  })

  it('have keys that may be longer than one word', async () => {
    const odd = tag('a b/c:é*', '🍰 =')
    await add([odd])
    assert.deepEqual(await tagsOf(), [odd])
  })

  const REFUSED = [
    { name: 'a reserved key', tags: [tag('aws:a')] },
    { name: 'a reserved key in capitals', tags: [tag('AWS:a')] },
    { name: 'the same key twice', tags: [tag('a'), tag('a', 'w')] },
    { name: 'an empty key', tags: [tag('')] },
    { name: 'a long key', tags: [tag('k'.repeat(129))] },
    { name: 'a long value', tags: [tag('k', 'v'.repeat(257))] },
    { name: 'no value', tags: [{ key: 'a' }] },
    { name: 'no list', tags: { a: 'b' } },
  ]
  for (const { name, tags } of REFUSED) {
    it(`with ${name} are refused, on create as well`, async () => {
      for (const answer of [await add(tags), await service.call('CreateMesh', { meshName: 'x', tags })]) {
        assert.deepEqual([answer.status, answer.code], [400, 'BadRequestException'])
        assert.match(answer.body.message, /^tags/)
      }
      assert.deepEqual(await tagsOf(), [])
    })
  }

  it('need an ARN that exists', async () => {
    for (const resourceArn of [`${ARN}x`, 'arn:x', '', ARN.replace(ACCOUNT, '000000000000')]) {
      for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
        const answer = await service.call(operation, { resourceArn, tags: [], tagKeys: [] })
        assert.deepEqual([answer.status, answer.code], [404, 'NotFoundException'], operation)
      }
    }
    assert.equal((await service.call('TagResource', { tags: [] })).code, 'BadRequestException')
  })
})
