/** What people look for in the log, and whole meshes: the same on every driver. `contract.ts` calls it. */
import assert from 'node:assert/strict'
import type { LogQuery } from '../../src/store/log.js'
import type { Store } from '../../src/store/store.js'
import { namespace } from './cloud-map-things.js'
import { AUTHOR, MESH, mesh, node, OWNER, putAll, route, router, SCOPE } from './resources.js'

/** `getStore` gives the store of the test that runs, which is empty. */
export function describeLog(getStore: () => Store): void {
  describe('the log as people look at it', () => {
    let store: Store

    /** Revisions 1 to 6; the third has two rows, the last is of Cloud Map. */
    beforeEach(async () => {
      store = getStore()
      await putAll(store, mesh())
      await putAll(store, node('a'))
      await putAll(store, router('r'), route('r', 'x'))
      await putAll(store, node('a', 2))
      await store.write({ principal: 'SOMEBODY', operation: 'DeleteRoute' }, (tx) => tx.remove(route('r', 'x').ref))
      await store.write(AUTHOR, (tx) => tx.cloudMap.putNamespace(namespace('one')))
    })

    const log = (query: Partial<LogQuery> = {}) => store.read((tx) => tx.log({ limit: 100, ...query }))
    const told = async (query: Partial<LogQuery> = {}) =>
      (await log(query)).map(({ revision, ref }) => `${revision} ${ref.kind}`)

    it('has the newest first, of both kinds', async () => {
      assert.deepEqual(await told(), [
        '6 namespace',
        '5 route',
        '4 virtualNode',
        '3 route',
        '3 virtualRouter',
        '2 virtualNode',
        '1 mesh',
      ])
    })

    it('gives what each was before and after', async () => {
      const [created, deleted, updated] = await log()
      assert.ok(created && deleted && updated)
      assert.deepEqual(created.after, namespace('one'))
      assert.deepEqual(created.ref, { kind: 'namespace', name: namespace('one').id })
      assert.equal(created.arn, namespace('one').arn)
      assert.deepEqual([deleted.before, deleted.after], [route('r', 'x'), undefined])
      assert.deepEqual([updated.before, updated.after], [node('a'), node('a', 2)])
    })

    for (const { query, expect } of [
      { query: { kind: 'virtualNode' }, expect: ['4 virtualNode', '2 virtualNode'] },
      { query: { kind: 'namespace' }, expect: ['6 namespace'] },
      { query: { kind: 'route', parentName: 'r', name: 'x' }, expect: ['5 route', '3 route'] },
      { query: { parentName: 's' }, expect: [] },
      { query: { meshName: MESH, meshOwner: OWNER, name: 'a', before: 4 }, expect: ['2 virtualNode'] },
      { query: { meshName: 'other' }, expect: [] },
      { query: { meshOwner: '111111111111' }, expect: [] },
      { query: { principal: 'SOMEBODY' }, expect: ['5 route'] },
      { query: { operation: 'DeleteRoute' }, expect: ['5 route'] },
      { query: { before: 1 }, expect: [] },
      { query: { before: 5, limit: 1 }, expect: ['4 virtualNode'] },
      { query: { before: 4, limit: 1 }, expect: ['3 route', '3 virtualRouter'] },
      { query: { before: 4, limit: 1, kind: 'virtualRouter' }, expect: ['3 virtualRouter'] },
      { query: { before: 4, limit: 2 }, expect: ['3 route', '3 virtualRouter'] },
    ] as const satisfies readonly { query: Partial<LogQuery>; expect: readonly string[] }[])
      it(`gives what fits ${JSON.stringify(query)}, no revision in two`, async () => {
        assert.deepEqual(await told(query), expect)
      })

    it('tells what was touched, in order', async () => {
      const touches = (revision: number, limit: number) => store.read((tx) => tx.touches(revision, limit))
      assert.deepEqual(
        (await touches(2, 3)).map(({ revision, ref }) => `${revision} ${ref.kind}`),
        ['3 virtualRouter', '3 route', '4 virtualNode'],
      )
      assert.deepEqual(await touches(5, 9), [{ revision: 6, ref: { kind: 'namespace', name: namespace('one').id } }])
      assert.deepEqual(await touches(6, 9), [])
    })

    it('knows its ends', async () => {
      assert.deepEqual(await store.read(async (tx) => [await tx.oldestRevision(), await tx.head()]), [1, 6])
    })
  })

  describe('a whole mesh', () => {
    it('has everything in it, and nothing of others', async () => {
      const store = getStore()
      const other = { ...node('b'), ref: { ...node('b').ref, meshOwner: '111111111111' } }
      const foreign = { ...other, metadata: { ...other.metadata, arn: 'arn:other', meshOwner: '111111111111' } }
      const all = [mesh(), node('a'), router('r'), route('r', 'x')]
      await putAll(store, ...all, mesh('other'), foreign)
      const found = await store.read((tx) => tx.mesh(SCOPE))
      const byArn = (list: typeof found) => new Map(list.map((each) => [each.metadata.arn, each]))
      assert.deepEqual(byArn(found), byArn(all))
      assert.deepEqual(await store.read((tx) => tx.mesh({ ...SCOPE, meshName: 'none' })), [])
    })

    it('has its tags in order, without those of others', async () => {
      const store = getStore()
      await putAll(store, mesh(), node('a'), node('b'), mesh('other'))
      const tags = [
        { key: 'B', value: '1' },
        { key: 'a', value: '2' },
      ]
      await store.write(AUTHOR, async (tx) => {
        await tx.setTags(node('a').metadata.arn, tags.toReversed())
        await tx.setTags(mesh('other').metadata.arn, tags)
      })
      assert.deepEqual(await store.read((tx) => tx.meshTags(SCOPE)), new Map([[node('a').metadata.arn, tags]]))
    })
  })

  it('has no ends of its log while it is empty', async () => {
    assert.deepEqual(await getStore().read(async (tx) => [await tx.oldestRevision(), await tx.head()]), [undefined, 0])
  })
}
