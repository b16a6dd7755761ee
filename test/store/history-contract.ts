/** What a store forgets of its log, on every driver. */
import assert from 'node:assert/strict'
import { Registry } from '../../src/cloud-map/registry.js'
import { LogTrimmedError, type Store } from '../../src/store/store.js'
import { fillPlace, instance, writeMap } from './cloud-map-things.js'
import { node, putAll } from './resources.js'

export interface HistoryWorld {
  readonly store: Store
  readonly clock: { now: number }
}

export function describeHistory(world: () => HistoryWorld): void {
  describe('what the log forgets', () => {
    let store: Store
    let clock: HistoryWorld['clock']
    beforeEach(() => ({ store, clock } = world()))

    const revisions = async (after: number) => (await store.changesAfter(after, 1000)).map(({ revision }) => revision)
    const oldest = () => store.read((tx) => tx.oldestRevision())

    it('is what is older than it is told to keep, the newest revision never', async () => {
      assert.equal(await store.trimLog(0), 0)
      for (const name of ['a', 'b', 'c']) {
        await putAll(store, node(name))
        clock.now += 1000
      }
      assert.equal(await store.trimLog(3001), 0)
      assert.equal(await store.trimLog(3000), 0)
      assert.equal(await store.trimLog(2999), 1)
      assert.equal(await oldest(), 2)
      clock.now += 1_000_000
      assert.equal(await store.trimLog(5), 1)
      assert.equal(await store.trimLog(5), 0)
      assert.deepEqual([await oldest(), await store.head()], [3, 3])
      assert.equal((await store.image()).resources.length, 3)
      assert.equal(await putAll(store, node('d')), 4)
      assert.deepEqual(await revisions(2), [3, 4])
    })

    it('is told to who has not read it, and to nobody else', async () => {
      for (const name of ['a', 'b', 'c']) await putAll(store, node(name))
      clock.now += 1000
      await fillPlace(store)
      await putAll(store, node('d'))
      assert.equal(await store.trimLog(500), 3)
      for (const behind of [0, 2]) {
        await assert.rejects(store.changesAfter(behind, 1000), LogTrimmedError)
        await assert.rejects(store.cloudMapChangesAfter(behind, 1000), LogTrimmedError)
      }
      assert.deepEqual(await revisions(3), [5])
      assert.equal((await store.cloudMapChangesAfter(3, 1000)).length, 2)
      assert.deepEqual([await revisions(4), await revisions(5)], [[5], []])
      assert.deepEqual(await store.cloudMapChangesAfter(5, 1000), [])
    })

    it('goes in whole revisions, some at a time', async () => {
      await putAll(store, ...Array.from({ length: 400 }, (_, index) => node(`a${index}`)))
      await putAll(store, ...Array.from({ length: 400 }, (_, index) => node(`b${index}`)))
      for (let revision = 3; revision <= 10; revision += 1) await putAll(store, node('c', revision))
      clock.now += 1000
      assert.equal(await store.trimLog(500), 800)
      assert.equal(await oldest(), 3)
      assert.equal(await store.trimLog(500), 7)
      assert.equal(await store.trimLog(500), 0)
    })

    it('is no revision and no hint', async () => {
      await putAll(store, node('a'))
      await putAll(store, node('b'))
      clock.now += 1000
      let hints = 0
      await new Promise(setImmediate)
      store.onChange(() => (hints += 1))
      assert.equal(await store.trimLog(500), 1)
      await new Promise(setImmediate)
      assert.deepEqual([hints, await store.head()], [0, 2])
    })

    it('does not keep a registry of instances from what is there', async () => {
      const registry = new Registry(store)
      await fillPlace(store)
      const place = { namespaceName: 'ns.local', serviceName: 'srv' }
      await writeMap(store, (map) => map.putInstance(instance('srv', 'gone')))
      await registry.sync()
      let told = 0
      registry.watch(place, () => (told += 1))
      await writeMap(store, (map) => map.removeInstance('srv', 'gone'))
      clock.now += 1000
      await writeMap(store, (map) => map.putInstance(instance('srv', 'new')))
      await store.trimLog(500)
      await registry.sync()
      const found = registry.find(place)
      assert.deepEqual(found.known && found.instances.map(({ id }) => id), ['new'])
      assert.equal(told, 1)
      assert.equal(registry.revision, await store.head())
    })
  })
}
