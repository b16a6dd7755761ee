/** What the registry tells whoever watches a service. */
import assert from 'node:assert/strict'
import { Registry } from '../../src/cloud-map/registry.js'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'
import { fillPlace, instance, writeMap } from '../store/cloud-map-things.js'

describe('Registry', () => {
  const PLACE = { namespaceName: 'ns.local', serviceName: 'srv' }
  let store: Store
  beforeEach(async () => void (store = await openStore('sqlite::memory:')))
  afterEach(() => store.close())

  it('tells of a change although the store goes away while the log is read', async () => {
    let left = Infinity
    const shaky: Store = Object.create(store, {
      head: { value: () => store.head() },
      cloudMapImage: { value: () => store.cloudMapImage() },
      cloudMapChangesAfter: {
        value: (...args: Parameters<Store['cloudMapChangesAfter']>) =>
          left-- > 0 ? store.cloudMapChangesAfter(...args) : Promise.reject(new Error('away')),
      },
    }) as Store
    await fillPlace(store)
    const registry = new Registry(shaky)
    await registry.sync()
    let told = 0
    registry.watch(PLACE, () => (told += 1))
    await writeMap(store, (map) => map.putInstance(instance('srv', 'new')))
    left = 1
    await assert.rejects(registry.sync(), { message: 'away' })
    left = Infinity
    await registry.sync()
    assert.equal(told, 1)
  })
})
