import assert from 'node:assert/strict'
import { createInput, makeSurroundings, SAMPLES } from './kinds.js'
import { MODEL } from './model.js'
import { ACCOUNT, buildRequest, openService, REGION, type Input, type Service } from './service.js'

const OTHER = '999999999999'

/** One legal input of each operation on `one` of each kind. */
const CALLS = SAMPLES.flatMap((sample) => {
  const { title, plural, place, nameMember, spec, other } = sample
  const name: Input = { ...place, [nameMember]: 'one' }
  return [
    [`Create${title}`, { ...place, [nameMember]: 'two', spec }],
    [`List${plural}`, place],
    [`Describe${title}`, name],
    [`Update${title}`, { ...name, spec: other }],
    [`Delete${title}`, name],
  ] as const
})

const OWNED = CALLS.filter(([operation]) => MODEL.operations[operation]?.query.includes('meshOwner'))
const OWNERLESS = CALLS.filter((call) => !OWNED.includes(call))

const OWNERS = [
  { name: 'that says their own account', meshOwner: ACCOUNT, status: 200 },
  { name: 'of another account', meshOwner: OTHER, status: 404, code: 'NotFoundException' },
  { name: 'too short', meshOwner: '12345', status: 400, code: 'BadRequestException' },
  { name: 'too long', meshOwner: `${ACCOUNT}0`, status: 400, code: 'BadRequestException' },
  { name: 'that is no number', meshOwner: 'abcdefghijkl', status: 400, code: 'BadRequestException' },
  { name: 'that is empty', meshOwner: '', status: 400, code: 'BadRequestException' },
]

describe('a meshOwner', () => {
  let service: Service
  beforeEach(async () => {
    service = await openService()
    await makeSurroundings(service)
    for (const sample of SAMPLES) await service.make(`Create${sample.title}`, createInput(sample))
  })
  afterEach(() => service.close())

  it('is what all operations take but four and those on tags', () => {
    assert.equal(OWNED.length, 31)
    const names = OWNERLESS.map(([operation]) => operation)
    assert.deepEqual(names, ['CreateMesh', 'ListMeshes', 'UpdateMesh', 'DeleteMesh'])
  })

  for (const [operation, input] of OWNED) {
    for (const { name, meshOwner, status, code } of OWNERS) {
      it(`${name} is answered ${status} by ${operation}`, async () => {
        const head = await service.store.head()
        const answer = await service.call(operation, { ...input, meshOwner })
        assert.deepEqual([answer.status, answer.code], [status, code], answer.body.message)
        if (status !== 200) assert.equal(await service.store.head(), head)
      })
    }

    it(`is not needed by ${operation}: it answers the same without`, async () => {
      if (/^(Create|Update|Delete)/.test(operation))
        return assert.equal((await service.call(operation, input)).status, 200)
      assert.deepEqual(
        await service.make(operation, input),
        await service.make(operation, { ...input, meshOwner: ACCOUNT }),
      )
    })
  }

  for (const [operation, input] of OWNERLESS) {
    it(`is an unknown member to ${operation}`, async () => {
      if (operation === 'DeleteMesh') await service.make('CreateMesh', { meshName: 'two' })
      const own = operation === 'DeleteMesh' ? { meshName: 'two' } : input
      const { url, ...request } = buildRequest(operation, { ...own, meshOwner: OTHER })
      assert.equal((await service.app.inject({ url, ...request })).statusCode, 200)
    })
  }

  it('of another account names it in the answer, as the account that was looked at', async () => {
    const { body } = await service.call('DescribeMesh', { meshName: 'm', meshOwner: OTHER })
    assert.equal(body.message, `Mesh with name m is not present for account ${OTHER}`)
  })

  it('of an account beside this one in the store is not found: no mesh is shared', async () => {
    const other = await openService({ store: service.store, account: OTHER })
    await other.make('CreateMesh', { meshName: 'theirs' })
    for (const meshOwner of [OTHER, ACCOUNT])
      assert.equal((await service.call('DescribeMesh', { meshName: 'theirs', meshOwner })).code, 'NotFoundException')
    const listed = (await service.make('ListMeshes'))['meshes'] as { meshName: string }[]
    assert.deepEqual(
      listed.map(({ meshName }) => meshName),
      ['m', 'one'],
    )
    assert.deepEqual(((await other.make('ListMeshes'))['meshes'] as unknown[]).length, 1)
    await other.app.close()
  })

  it("of the resource is the account in every resource's metadata and ARN", async () => {
    for (const { title, place, nameMember, arn } of SAMPLES) {
      const { metadata } = await service.make(`Describe${title}`, { ...place, [nameMember]: 'one' })
      assert.deepEqual([metadata.meshOwner, metadata.resourceOwner], [ACCOUNT, ACCOUNT])
      assert.equal(metadata.arn, `arn:aws:appmesh:${REGION}:${ACCOUNT}:${arn}`)
    }
  })
})
