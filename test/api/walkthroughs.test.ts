import assert from 'node:assert/strict'
import { translateMesh } from '../translate/golden.js'
import { assertStored, type RecordedCall } from './recordings.js'
import { openService, type Input, type Service } from './service.js'
import { meshOf, readWalkthroughs } from './walkthroughs.js'

for (const walkthrough of readWalkthroughs()) {
  describe(`the forms of ${walkthrough.walkthrough}`, () => {
    const { calls } = walkthrough
    let service: Service
    before(async () => (service = await openService()))
    after(() => service.close())

    it('are created', async () => {
      for (const { operation, input } of calls) {
        const { tags, ...sent } = input
        const answer = await service.make(operation, input)
        assertStored(answer, sent)
        if (tags) {
          const { arn } = answer.metadata
          assert.deepEqual((await service.make('ListTagsForResource', { resourceArn: arn })).tags, tags)
        }
      }
    })

    it('are taken again as what was described, with the owner', async () => {
      for (const call of calls) {
        const { meshOwner, ...named } = { ...nameOf(call), meshOwner: (await describeOf(call)).metadata.meshOwner }
        const owner = call.operation === 'CreateMesh' ? {} : { meshOwner }
        const { spec } = await describeOf(call)
        const updated = await service.make(verb('Update', call), { ...named, ...owner, spec })
        assert.deepEqual(updated.spec, spec, call.operation)
        assert.equal(updated.metadata.version, 2)
      }
    })

    it('are translated without a problem', () => {
      for (const { proxy, problems } of translateMesh(meshOf(walkthrough))) assert.deepEqual(problems, [], proxy)
    })

    it('are deleted, the last first', async () => {
      for (const call of [...calls].reverse()) await service.make(verb('Delete', call), nameOf(call))
      assert.deepEqual((await service.make('ListMeshes'))['meshes'], [])
    })

    const describeOf = (call: RecordedCall) => service.make(verb('Describe', call), nameOf(call))
  })
}

const verb = (name: string, { operation }: RecordedCall): string => operation.replace('Create', name)

/** The members that name a resource. */
function nameOf({ input }: RecordedCall): Input {
  return Object.fromEntries(Object.entries(input).filter(([member]) => member.endsWith('Name')))
}
