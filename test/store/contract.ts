/** What every store does, whatever its driver. A driver's test file calls `describeStore` with a way to open an empty one. */
import assert from 'node:assert/strict'
import type { Resource } from '../../src/model/resource.js'
import type { SqlStoreOptions } from '../../src/store/sql-store.js'
import { StoreUnavailableError, type Store } from '../../src/store/store.js'
import { describeCloudMapStore } from './cloud-map-contract.js'
import { describeLog } from './log-contract.js'
import { describeHistory } from './history-contract.js'
import { AUTHOR, MESH, mesh, node, OWNER, putAll, refOf, replay, route, router, SCOPE, service } from './resources.js'

export type OpenEmpty = (options: SqlStoreOptions) => Promise<Store>

const HOUR_MS = 60 * 60 * 1000

export function describeStore(driver: string, openEmpty: OpenEmpty): void {
  describe(`store contract: ${driver}`, () => {
    let store: Store
    let now: number
    const all = { limit: 1000 }

    beforeEach(async () => {
      now = 1700000000000
      store = await openEmpty({ now: () => now })
    })
    afterEach(() => store.close())

    const get = (resource: Resource) => store.read((tx) => tx.get(resource.ref))
    const rows = async () => store.changesAfter(0, 1000)

    describe('write', () => {
      it('makes what it put readable, by place and by ARN', async () => {
        const a = node('a')
        await putAll(store, mesh(), a)
        assert.deepEqual(await get(a), a)
        assert.deepEqual(await store.read((tx) => tx.getByArn(a.metadata.arn)), a)
        assert.equal(await get(node('b')), undefined)
        assert.equal(await store.read((tx) => tx.getByArn('arn:none')), undefined)
      })

      it('keeps every kind of value that a spec can hold', async () => {
        const odd = node('odd')
        const spec = { ...odd.spec, zero: 0, no: false, text: 'ä\u0000\ud800 "\\', deep: [[], {}, [1.5, -1]] }
        const resource = { ...odd, spec }
        await putAll(store, resource)
        assert.deepEqual(await get(odd), resource)
      })

      it('hands out fresh objects', async () => {
        await putAll(store, node('a'))
        const first = await get(node('a'))
        Object.assign(first!.spec, { listeners: 'spoilt' })
        assert.deepEqual(await get(node('a')), node('a'))
      })

      it('sees its own writes and gives its result and revision', async () => {
        const written = await store.write(AUTHOR, async (tx) => {
          await tx.put(node('a'))
          return [tx.revision, tx.now, await tx.get(node('a').ref), await tx.count('virtualNode', SCOPE)]
        })
        assert.deepEqual(written, { result: [1, now, node('a'), 1], revision: 1 })
      })

      it('does nothing at all when the work throws', async () => {
        await putAll(store, mesh(), node('a'))
        const failing = store.write(AUTHOR, async (tx) => {
          await tx.put(node('a', 2))
          await tx.put(service('s', 'a'))
          await tx.setTags(node('a').metadata.arn, [{ key: 'k', value: 'v' }])
          await tx.rememberToken('t', { operation: 'o', arn: 'x', requestHash: 'h' })
          await tx.remove(mesh().ref)
          throw new Error('no')
        })
        await assert.rejects(failing, { message: 'no' })
        const seen = await store.read(async (tx) => ({
          a: await tx.get(node('a').ref),
          mesh: await tx.get(mesh().ref),
          s: await tx.get(service('s').ref),
          referrers: await tx.referrers(node('a').ref),
          tags: await tx.tags(node('a').metadata.arn),
          token: await tx.token('t'),
        }))
        assert.deepEqual(seen, { a: node('a'), mesh: mesh(), s: undefined, referrers: [], tags: [], token: undefined })
        assert.equal(await store.head(), 1)
        assert.equal((await rows()).length, 2)
      })

      it('goes on after a write that failed', async () => {
        await assert.rejects(store.write(AUTHOR, () => Promise.reject(new Error('no'))))
        assert.equal(await putAll(store, node('a')), 1)
      })

      it('refuses work that goes on after its end', async () => {
        let late: (() => Promise<void>) | undefined
        await store.write(AUTHOR, async (tx) => {
          late = () => tx.put(node('late'))
        })
        await assert.rejects(late!())
        assert.equal(await get(node('late')), undefined)
      })

      it('refuses two resources with one ARN', async () => {
        await putAll(store, node('a'))
        await assert.rejects(putAll(store, { ...node('b'), metadata: node('a').metadata }))
        assert.equal(await store.head(), 1)
      })

      it('refuses text that the database could not give back', async () => {
        for (const name of ['a\0b', 'a\ud800']) await assert.rejects(putAll(store, node(name)), RangeError)
      })

      it('refuses to remove what is not there', async () => {
        await assert.rejects(store.write(AUTHOR, (tx) => tx.remove(node('a').ref)))
      })
    })

    describe('revisions', () => {
      it('start at 0 and grow by one per write', async () => {
        assert.equal(await store.head(), 0)
        assert.equal(await putAll(store, mesh()), 1)
        assert.equal(await putAll(store, node('a'), node('b')), 2)
        assert.equal(await store.head(), 2)
      })

      it('are the order of the log under concurrent writers, without gaps', async () => {
        const names = Array.from({ length: 40 }, (_, i) => `n${i}`)
        const revisions = await Promise.all(names.map((name) => putAll(store, node(name))))
        assert.deepEqual(
          revisions,
          names.map((_, i) => i + 1),
        )
        assert.deepEqual(
          (await rows()).map(({ revision, ref }) => [revision, ref.name]),
          names.map((name, i) => [i + 1, name]),
        )
      })

      it('serialise read-modify-write', async () => {
        await putAll(store, node('a', 0))
        const raise = () =>
          store.write(AUTHOR, async (tx) => {
            const before = await tx.get(node('a').ref)
            await tx.put(node('a', before!.metadata.version + 1))
          })
        await Promise.all(Array.from({ length: 20 }, raise))
        assert.equal((await get(node('a')))?.metadata.version, 20)
      })

      const noChange: { name: string; work: Parameters<Store['write']>[1] }[] = [
        { name: 'no step', work: async () => undefined },
        { name: 'the same resource again', work: (tx) => tx.put(node('a')) },
        { name: 'the same tags again', work: (tx) => tx.setTags(node('a').metadata.arn, []) },
        {
          name: 'a resource that comes and goes',
          work: async (tx) => {
            await tx.put(node('b'))
            await tx.remove(node('b').ref)
          },
        },
        { name: 'a token alone', work: (tx) => tx.rememberToken('t', { operation: 'o', arn: 'a', requestHash: 'h' }) },
      ]
      for (const { name, work } of noChange)
        it(`are not used up by ${name}`, async () => {
          await putAll(store, node('a'))
          assert.equal((await store.write(AUTHOR, work)).revision, 1)
          assert.equal(await store.head(), 1)
          assert.equal((await rows()).length, 1)
        })
    })

    describe('log', () => {
      it('tells who did what to which resource, before and after', async () => {
        const [a, a2] = [node('a'), node('a', 2)]
        await putAll(store, a)
        now += 5
        await store.write({ principal: 'anonymous', operation: 'UpdateVirtualNode' }, (tx) => tx.put(a2))
        await store.write({ principal: 'anonymous', operation: 'DeleteVirtualNode' }, (tx) => tx.remove(a.ref))
        const row = { ref: a.ref, arn: a.metadata.arn }
        const anonymous = { ...row, principal: 'anonymous', time: now }
        assert.deepEqual(await rows(), [
          { ...row, ...AUTHOR, time: now - 5, revision: 1, after: a },
          { ...anonymous, operation: 'UpdateVirtualNode', revision: 2, before: a, after: a2 },
          { ...anonymous, operation: 'DeleteVirtualNode', revision: 3, before: a2 },
        ])
      })

      it('has one row per resource and write, in the order of first touch', async () => {
        await store.write(AUTHOR, async (tx) => {
          await tx.put(node('b'))
          await tx.put(node('a'))
          await tx.put(node('b', 2))
        })
        assert.deepEqual(
          (await rows()).map(({ revision, after }) => [revision, after]),
          [
            [1, node('b', 2)],
            [1, node('a')],
          ],
        )
      })

      it('holds tags, as no change of the resource', async () => {
        const a = node('a')
        const { arn } = a.metadata
        const tag = { key: 'team', value: 'ä' }
        await store.write(AUTHOR, async (tx) => {
          await tx.put(a)
          await tx.setTags(arn, [tag])
        })
        await store.write({ principal: 'p', operation: 'UntagResource' }, (tx) => tx.setTags(arn, []))
        const row = { ref: a.ref, arn, time: now }
        assert.deepEqual(await rows(), [
          { ...row, ...AUTHOR, revision: 1, after: a, tags: { before: [], after: [tag] } },
          {
            ...row,
            principal: 'p',
            operation: 'UntagResource',
            revision: 2,
            before: a,
            after: a,
            tags: { before: [tag], after: [] },
          },
        ])
      })

      it('is read in pages that never split a revision', async () => {
        await putAll(store, mesh())
        await putAll(store, node('a'), node('b'), node('c'))
        await putAll(store, node('d'))
        const page = async (revision: number, limit: number) =>
          (await store.changesAfter(revision, limit)).map(({ ref }) => ref.name)
        assert.deepEqual(await page(0, 1), [MESH])
        assert.deepEqual(await page(0, 2), [MESH, 'a', 'b', 'c'])
        assert.deepEqual(await page(1, 1), ['a', 'b', 'c'])
        assert.deepEqual(await page(1, 3), ['a', 'b', 'c'])
        assert.deepEqual(await page(1, 4), ['a', 'b', 'c', 'd'])
        assert.deepEqual(await page(2, 10), ['d'])
        assert.deepEqual(await page(3, 10), [])
      })

      it('replayed gives the image', async () => {
        await putAll(store, mesh(), node('a'), node('b'), service('s', 'a'))
        await store.write(AUTHOR, async (tx) => {
          await tx.remove(node('b').ref)
          await tx.put(node('a', 2))
        })
        const { revision, resources } = await store.image()
        assert.equal(revision, 2)
        assert.deepEqual(new Map(resources.map((resource) => [resource.metadata.arn, resource])), replay(await rows()))
        assert.equal(resources.length, 3)
      })
    })

    describe('listing', () => {
      const ODD_NAMES = ['B', 'Z', 'a', 'a b', 'a/b', 'aa', 'ab', 'z', 'ä', 'é', '\uffee', '😀']

      it('goes by the bytes of the name, page by page', async () => {
        await putAll(store, ...[...ODD_NAMES].reverse().map((name) => node(name)))
        const seen: string[] = []
        for (;;) {
          const after = seen.at(-1)
          const page = { limit: 5, ...(after === undefined ? {} : { after }) }
          const found = await store.read((tx) => tx.list('virtualNode', SCOPE, page))
          assert.ok(found.length <= 5)
          seen.push(...found.map(({ ref }) => ref.name))
          if (found.length < 5) break
        }
        assert.deepEqual(seen, ODD_NAMES)
      })

      it('keeps kinds, parents and meshes apart', async () => {
        const elsewhere = { ...node('x'), ref: { ...node('x').ref, meshName: 'other' } }
        await putAll(store, mesh(), node('a'), router('a'), route('r', 'a'), route('r2', 'b'), elsewhere)
        const names = async (kind: 'virtualNode' | 'route', scope: { parentName?: string; meshName: string }) =>
          (await store.read((tx) => tx.list(kind, { meshOwner: OWNER, ...scope }, all))).map(({ ref }) => ref.name)
        assert.deepEqual(await names('virtualNode', { meshName: MESH }), ['a'])
        assert.deepEqual(await names('virtualNode', { meshName: 'other' }), ['x'])
        assert.deepEqual(await names('route', { meshName: MESH, parentName: 'r' }), ['a'])
        assert.deepEqual(await names('route', { meshName: MESH, parentName: 'none' }), [])
        assert.deepEqual((await get(route('r', 'a')))?.ref, route('r', 'a').ref)
      })

      it('of meshes takes those of one owner', async () => {
        const foreign = { ...mesh('z'), ref: { ...mesh('z').ref, meshOwner: '111111111111' } }
        await putAll(store, mesh('b'), mesh('a'), mesh('c'), foreign)
        const list = (after?: string) =>
          store.read((tx) => tx.listMeshes(OWNER, { limit: 2, ...(after === undefined ? {} : { after }) }))
        assert.deepEqual(await list(), [mesh('a'), mesh('b')])
        assert.deepEqual(await list('b'), [mesh('c')])
      })

      it('counts by mesh, by parent and by owner', async () => {
        await putAll(
          store,
          mesh(),
          mesh('m2'),
          node('a'),
          node('b'),
          route('r', 'a'),
          route('r', 'b'),
          route('r2', 'a'),
        )
        const count = (...args: Parameters<Parameters<Parameters<Store['read']>[0]>[0]['count']>) =>
          store.read((tx) => tx.count(...args))
        assert.equal(await count('mesh', { meshOwner: OWNER }), 2)
        assert.equal(await count('virtualNode', SCOPE), 2)
        assert.equal(await count('route', SCOPE), 3)
        assert.equal(await count('route', { ...SCOPE, parentName: 'r' }), 2)
        assert.equal(await count('virtualNode', { ...SCOPE, meshName: 'm2' }), 0)
      })
    })

    describe('referrers', () => {
      const referrers = async (name: string) =>
        (await store.read((tx) => tx.referrers(refOf('virtualNode', name)))).map(({ ref }) => `${ref.kind} ${ref.name}`)

      it('are those whose spec points there, ordered, even before it exists', async () => {
        await putAll(
          store,
          service('s2', 'a'),
          service('s1', 'a'),
          service('s3', 'b'),
          route('r', 'x', ['a', 'b', 'a']),
        )
        assert.deepEqual(await referrers('a'), ['route x', 'virtualService s1', 'virtualService s2'])
        assert.deepEqual(await referrers('b'), ['route x', 'virtualService s3'])
        assert.deepEqual(await referrers('c'), [])
      })

      it('follow updates and removals', async () => {
        await putAll(store, service('s1', 'a'), service('s2', 'a'))
        await putAll(store, service('s1', 'b', 2))
        assert.deepEqual(await referrers('a'), ['virtualService s2'])
        assert.deepEqual(await referrers('b'), ['virtualService s1'])
        await store.write(AUTHOR, (tx) => tx.remove(service('s2').ref))
        assert.deepEqual(await referrers('a'), [])
      })
    })

    describe('tags', () => {
      const { arn } = node('a').metadata
      const tagsOf = () => store.read((tx) => tx.tags(arn))

      it('are replaced whole and come in key order', async () => {
        await putAll(store, node('a'))
        await store.write(AUTHOR, (tx) =>
          tx.setTags(arn, [
            { key: 'b', value: '' },
            { key: 'B', value: '1' },
          ]),
        )
        assert.deepEqual(await tagsOf(), [
          { key: 'B', value: '1' },
          { key: 'b', value: '' },
        ])
        const { revision } = await store.write(AUTHOR, (tx) => tx.setTags(arn, [{ key: 'c', value: '2' }]))
        assert.equal(revision, 3)
        assert.deepEqual(await tagsOf(), [{ key: 'c', value: '2' }])
      })

      it('outlive an update and go with the resource', async () => {
        await putAll(store, node('a'))
        await store.write(AUTHOR, (tx) => tx.setTags(arn, [{ key: 'k', value: 'v' }]))
        await putAll(store, node('a', 2))
        assert.equal((await tagsOf()).length, 1)
        await store.write(AUTHOR, (tx) => tx.remove(node('a').ref))
        await putAll(store, node('a'))
        assert.deepEqual(await tagsOf(), [])
      })

      it('need their resource', async () => {
        await assert.rejects(store.write(AUTHOR, (tx) => tx.setTags(arn, [])))
      })
    })

    describe('client tokens', () => {
      const record = { operation: 'CreateMesh', arn: 'arn:x', requestHash: 'hash' }
      const token = (text: string) => store.read((tx) => tx.token(text))
      const remember = (text: string, name: string) =>
        store.write(AUTHOR, async (tx) => {
          await tx.put(node(name))
          await tx.rememberToken(text, record)
        })

      it('remember what their call did and the revision it made', async () => {
        await remember('t', 'a')
        assert.deepEqual(await token('t'), { ...record, revision: 1 })
        assert.equal(await token('u'), undefined)
      })

      it('of a call that changed nothing point at the head of its time', async () => {
        await putAll(store, node('a'))
        await remember('t', 'a')
        await putAll(store, node('b'))
        assert.deepEqual(await token('t'), { ...record, revision: 1 })
      })

      it('are over after 24 hours, and may then be used again', async () => {
        await remember('t', 'a')
        now += 24 * HOUR_MS - 1
        assert.ok(await token('t'))
        now += 1
        assert.equal(await token('t'), undefined)
        await remember('t', 'b')
        assert.deepEqual(await token('t'), { ...record, revision: 2 })
      })
    })

    describe('hints', () => {
      it('follow a commit and stop when asked', async () => {
        let seen = 0
        let heard: () => void = () => undefined
        const stop = store.onChange(() => {
          seen += 1
          heard()
        })
        const hint = new Promise<void>((resolve) => (heard = resolve))
        await putAll(store, node('a'))
        await hint
        assert.equal(await store.head(), 1)
        stop()
        const before = seen
        await putAll(store, node('b'))
        await new Promise(setImmediate)
        await new Promise(setImmediate)
        assert.equal(seen, before)
      })

      it('are not given for work that changed nothing or failed', async () => {
        let seen = 0
        store.onChange(() => (seen += 1))
        await store.write(AUTHOR, async () => undefined)
        await assert.rejects(store.write(AUTHOR, () => Promise.reject(new Error('no'))))
        await new Promise(setImmediate)
        await new Promise(setImmediate)
        assert.equal(seen, 0)
      })
    })

    describe('reading', () => {
      it('stays on one snapshot while writers write', async () => {
        await putAll(store, mesh())
        const seen = await store.read(async (tx) => {
          const before = await tx.count('virtualNode', SCOPE)
          void putAll(store, node('a'))
          for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate)
          return [before, await tx.count('virtualNode', SCOPE)]
        })
        assert.deepEqual(seen, [0, 0])
        assert.equal(await putAll(store, node('b')), 3)
      })
    })

    describe('ping', () => {
      const never = Promise.resolve('waits')
      /** A writer that holds the lock until it is let go. */
      const hold = () => {
        let release = (): void => undefined
        const gate = new Promise<void>((resolve) => (release = resolve))
        return { written: store.write(AUTHOR, () => gate), release }
      }

      it('waits for its turn to write', async () => {
        const { written, release } = hold()
        const ping = store.ping().then(() => 'answered')
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
        assert.equal(await Promise.race([ping, never]), 'waits')
        release()
        assert.equal(await ping, 'answered')
        await written
      })

      it('does not wait behind the writers of a store that has just written', async () => {
        await putAll(store, node('a'))
        now += 999
        const { written, release } = hold()
        await store.ping()
        now += 1
        const late = store.ping().then(() => 'answered')
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
        assert.equal(await Promise.race([late, never]), 'waits')
        release()
        await Promise.all([late, written])
      })
    })

    describe('close', () => {
      it('lets what runs end and refuses what comes later', async () => {
        const running = putAll(store, node('a'))
        const closed = store.close()
        await assert.rejects(store.head(), StoreUnavailableError)
        await assert.rejects(putAll(store, node('b')), StoreUnavailableError)
        await assert.rejects(store.ping(), StoreUnavailableError)
        assert.equal(await running, 1)
        await closed
        await store.close()
      })

      it('has not happened: ping answers', () => store.ping())
    })

    const world = () => ({
      store,
      clock: {
        get now() {
          return now
        },
        set now(millis) {
          now = millis
        },
      },
    })
    describeLog(() => store)
    describeCloudMapStore(world)
    describeHistory(world)
  })
}
