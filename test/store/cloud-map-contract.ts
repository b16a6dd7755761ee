/** What every store does with Cloud Map, whatever its driver: a part of the contract in contract.ts. */
import assert from 'node:assert/strict'
import type { Instance } from '../../src/model/cloud-map/resource.js'
import type { CloudMapReader } from '../../src/store/cloud-map-store.js'
import type { Store } from '../../src/store/store.js'
import {
  fillPlace,
  instance,
  mapService,
  namespace,
  operation,
  REGISTRATION,
  replayMap,
  writeMap,
} from './cloud-map-things.js'
import { node, putAll } from './resources.js'

interface Given {
  readonly store: Store
  readonly clock: { now: number }
}

/** `given` answers the store of the running test, which is empty at first, and its clock. */
export function describeCloudMapStore(given: () => Given): void {
  describe('Cloud Map', () => {
    let store: Store
    let clock: { now: number }
    beforeEach(() => ({ store, clock } = given()))

    const read = <T>(work: (map: CloudMapReader) => Promise<T>): Promise<T> => store.read((tx) => work(tx.cloudMap))
    const rows = () => store.cloudMapChangesAfter(0, 10_000)
    const put = (...instances: Instance[]) =>
      writeMap(store, async (map) => {
        for (const each of instances) await map.putInstance(each)
      })
    const idsOf = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id)
    const all = { limit: 1000 }

    describe('namespaces', () => {
      it('are found by id, by name and by the name that discovery knows', async () => {
        const twin = namespace('ns2', { name: 'ns1.local', httpName: 'ns1.local-x', type: 'DNS_PRIVATE', vpc: 'v' })
        await writeMap(store, async (map) => {
          await map.putNamespace(twin)
          await map.putNamespace(namespace('ns1'))
        })
        assert.deepEqual(await read((map) => map.namespace('ns2')), twin)
        assert.deepEqual(await read((map) => map.namespacesNamed('ns1.local')), [namespace('ns1'), twin])
        assert.deepEqual(await read((map) => map.namespaceByHttpName('ns1.local-x')), twin)
        assert.equal(await read((map) => map.namespaceByHttpName('ns2.local')), undefined)
        assert.equal(await read((map) => map.namespace('none')), undefined)
        assert.deepEqual(await read((map) => map.namespacesNamed('NS1.local')), [])
      })

      it('never share the name that discovery knows', async () => {
        await fillPlace(store)
        await assert.rejects(writeMap(store, (map) => map.putNamespace(namespace('other', { httpName: 'ns.local' }))))
        assert.equal(await store.head(), 1)
      })

      it('go only when they are there and empty', async () => {
        await fillPlace(store)
        await assert.rejects(writeMap(store, (map) => map.removeNamespace('none')))
        await assert.rejects(writeMap(store, (map) => map.removeNamespace('ns')))
        await writeMap(store, async (map) => {
          await map.removeService('srv')
          await map.removeNamespace('ns')
        })
        assert.deepEqual(await read((map) => map.namespaces(all)), [])
        await writeMap(store, (map) => map.putNamespace(namespace('ns')))
      })
    })

    describe('services', () => {
      it('are found by names that differ in case', async () => {
        await fillPlace(store)
        await writeMap(store, async (map) => {
          await map.putNamespace(namespace('ns2'))
          await map.putService(mapService('a', 'ns', { name: 'Cart' }))
          await map.putService(mapService('b', 'ns', { name: 'cart' }))
          await map.putService(mapService('c', 'ns2', { name: 'cart' }))
        })
        assert.deepEqual(idsOf(await read((map) => map.servicesNamed('ns', 'CART'))), ['a', 'b'])
        assert.deepEqual(idsOf(await read((map) => map.services('ns', all))), ['a', 'b', 'srv'])
        assert.deepEqual(idsOf(await read((map) => map.services(undefined, all))), ['a', 'b', 'c', 'srv'])
        assert.deepEqual(
          [...(await read((map) => map.counts('service', ['ns', 'ns2', 'none'])))].sort(),
          [['ns', 3], ['ns2', 1]], // prettier-ignore
        )
      })

      it('need a namespace, and go only when they are there and empty', async () => {
        await assert.rejects(writeMap(store, (map) => map.putService(mapService('srv', 'none'))))
        await fillPlace(store)
        await put(instance('srv', 'i'))
        await assert.rejects(writeMap(store, (map) => map.removeService('srv')))
        await assert.rejects(writeMap(store, (map) => map.removeService('none')))
        assert.ok(await read((map) => map.service('srv')))
      })
    })

    describe('instances', () => {
      it('keep every attribute as it was given', async () => {
        await fillPlace(store)
        const odd = instance('srv', 'fd00::1/a@b', { '"\\': '', ä: '\u0000 \u2028', __proto__x: '1' }, 'UNHEALTHY')
        await put(odd)
        assert.deepEqual(await read((map) => map.instance('srv', 'fd00::1/a@b')), odd)
      })

      it('need a service, and to be there to go', async () => {
        await assert.rejects(put(instance('none', 'i')))
        await fillPlace(store)
        await assert.rejects(writeMap(store, (map) => map.removeInstance('srv', 'i')))
      })

      it('of services are counted and listed apart, in the order of bytes, page by page', async () => {
        await fillPlace(store)
        await writeMap(store, (map) => map.putService(mapService('other', 'ns')))
        const names = ['-', '10.0.0.1', '10.0.0.10', 'B', 'a', 'aB', 'a_', 'ab']
        await put(...[...names].reverse().map((id) => instance('srv', id)), instance('other', 'a'))
        const seen: string[] = []
        for (;;) {
          const after = seen.at(-1)
          const page = await read((map) => map.instances('srv', { limit: 3, ...(after !== undefined && { after }) }))
          seen.push(...idsOf(page))
          if (page.length < 3) break
        }
        assert.deepEqual(seen, names)
        const counts = await read((map) => map.counts('instance', ['srv', 'other', 'none']))
        assert.deepEqual([counts.get('srv'), counts.get('other'), counts.get('none')], [names.length, 1, undefined])
        assert.equal((await read((map) => map.counts('instance', []))).size, 0)
      })
    })

    describe('instance revisions', () => {
      const revisionOf = async (id = 'srv') => (await store.cloudMapImage()).instanceRevisions.get(id)

      it('tell of registrations and attributes, not of health, nor of the service itself', async () => {
        assert.equal(await fillPlace(store), 1)
        const steps: { name: string; revision: number; work: () => Promise<number> }[] = [
          { name: 'the service', revision: 1, work: async () => 1 },
          { name: 'a registration', revision: 2, work: () => put(instance('srv', 'i')) },
          { name: 'health', revision: 2, work: () => put(instance('srv', 'i', {}, 'UNHEALTHY')) },
          { name: 'an attribute', revision: 4, work: () => put(instance('srv', 'i', { a: '1' }, 'UNHEALTHY')) },
          {
            name: 'a tag of the service',
            revision: 4,
            work: () => writeMap(store, (map) => map.putService(mapService('srv', 'ns', { tags: { a: '1' } }))),
          },
          {
            name: 'a removal',
            revision: 6,
            work: () => writeMap(store, (map) => map.removeInstance('srv', 'i')),
          },
        ]
        for (const { name, revision, work } of steps) {
          await work()
          assert.equal(await revisionOf(), revision, name)
        }
        await put(...['a', 'b'].map((id) => instance('srv', id)))
        assert.equal(await revisionOf(), 7)
      })
    })

    describe('time to live', () => {
      const brief = (id: string, seconds: number) => instance('srv', id, { MESHKEEPER_TTL: String(seconds) })
      const expired = async (limit = 10) => idsOf(await read((map) => map.expired(limit)))

      it('ends for those that do not report, longest first', async () => {
        await fillPlace(store)
        await put(brief('b', 20), brief('a', 10), brief('c', 30), instance('srv', 'lasting'))
        clock.now += 9999
        assert.deepEqual(await expired(), [])
        clock.now += 1
        assert.deepEqual(await expired(), ['a'])
        clock.now += 10_000
        assert.deepEqual(await expired(), ['a', 'b'])
        assert.deepEqual(await expired(1), ['a'])
      })

      it('begins anew with a report, which is no change, and with a registration', async () => {
        await fillPlace(store)
        await put(brief('a', 10), brief('b', 10))
        clock.now += 10_000
        assert.equal(await writeMap(store, (map) => map.renewInstance(brief('a', 10))), 2)
        assert.equal(await put(brief('b', 11)), 3)
        assert.deepEqual(await expired(), [])
        clock.now += 10_000
        assert.deepEqual(await expired(), ['a'])
        await put(instance('srv', 'a'))
        clock.now += 1_000_000
        assert.deepEqual(await expired(), ['b'])
      })
    })

    describe('operations', () => {
      it('are found until their time is over, and are no change', async () => {
        await fillPlace(store)
        assert.equal(await writeMap(store, (map) => map.putOperation(operation('o'), 1000)), 1)
        assert.deepEqual(await read((map) => map.operation('o')), operation('o'))
        clock.now += 999
        assert.ok(await read((map) => map.operation('o')))
        clock.now += 1
        assert.equal(await read((map) => map.operation('o')), undefined)
        assert.deepEqual(await read((map) => map.operations({}, all)), [])
        assert.equal((await rows()).length, 2)
      })

      it('are listed by what they were done to, when, and page by page', async () => {
        const some = [
          operation('a', { namespaceId: 'ns', type: 'CREATE_NAMESPACE', updatedAt: 10 }),
          operation('b', { namespaceId: 'ns', serviceId: 'srv', updatedAt: 20 }),
          operation('c', { namespaceId: 'ns', serviceId: 'other', updatedAt: 30 }),
        ]
        await writeMap(store, async (map) => {
          for (const each of some) await map.putOperation(each, 1000)
        })
        const list = async (...[query, page = all]: Partial<Parameters<CloudMapReader['operations']>>) =>
          idsOf(await read((map) => map.operations(query ?? {}, page)))
        assert.deepEqual(await list(), ['a', 'b', 'c'])
        assert.deepEqual(await list({ namespaceId: 'ns' }, { after: 'a', limit: 1 }), ['b'])
        assert.deepEqual(await list({ serviceId: 'srv' }), ['b'])
        assert.deepEqual(await list({ types: ['CREATE_NAMESPACE', 'UPDATE_SERVICE'] }), ['a'])
        assert.deepEqual(await list({ updated: [20, 30] }), ['b', 'c'])
        assert.deepEqual(await list({ updated: [31, 99] }), [])
      })

      it('stay with the registration of their instance', async () => {
        await fillPlace(store)
        const registered = instance('srv', 'i')
        await writeMap(store, async (map) => {
          await map.putOperation(operation('o'), 1000)
          await map.putInstance(registered, 'o')
        })
        await put({ ...registered, health: 'UNHEALTHY' })
        assert.equal((await read((map) => map.registration(registered)))?.id, 'o')
        clock.now += 1000
        assert.equal(await read((map) => map.registration(registered)), undefined)
        assert.equal(await read((map) => map.registration(instance('srv', 'none'))), undefined)
      })

      it('make room for new ones', async () => {
        const putOne = (id: string) => writeMap(store, (map) => map.putOperation(operation(id), 1000))
        await putOne('o')
        clock.now += 1000
        await putOne('p')
        await putOne('o')
        assert.deepEqual(idsOf(await read((map) => map.operations({}, all))), ['o', 'p'])
      })
    })

    describe('the log', () => {
      it('is one with that of App Mesh, each read without the other', async () => {
        await putAll(store, node('a'))
        await fillPlace(store)
        await putAll(store, node('b'))
        await store.write(REGISTRATION, async (tx) => {
          await tx.cloudMap.putInstance(instance('srv', 'i'))
          await tx.put(node('c'))
        })
        assert.deepEqual(
          (await rows()).map(({ revision, kind, after }) => [revision, kind, after?.id]),
          [
            [2, 'namespace', 'ns'],
            [2, 'service', 'srv'],
            [4, 'instance', 'i'],
          ],
        )
        assert.deepEqual(
          (await store.changesAfter(0, 100)).map(({ revision, ref }) => [revision, ref.name]),
          [
            [1, 'a'],
            [3, 'b'],
            [4, 'c'],
          ],
        )
        assert.deepEqual([(await store.image()).revision, (await store.cloudMapImage()).revision], [4, 4])
      })

      it('tells who did what, before and after', async () => {
        await fillPlace(store)
        const [before, after] = [instance('srv', 'i'), instance('srv', 'i', { a: '1' })]
        await put(before)
        clock.now += 5
        await put(after)
        await writeMap(store, (map) => map.removeInstance('srv', 'i'))
        const row = { ...REGISTRATION, kind: 'instance', time: clock.now }
        assert.deepEqual(await store.cloudMapChangesAfter(1, 100), [
          { ...row, time: clock.now - 5, revision: 2, after: before },
          { ...row, revision: 3, before, after },
          { ...row, revision: 4, before: after },
        ])
      })

      it('is read in pages that never split a revision', async () => {
        await fillPlace(store)
        await put(...['a', 'b', 'c'].map((id) => instance('srv', id)))
        await put(instance('srv', 'd'))
        const page = async (revision: number, limit: number) =>
          (await store.cloudMapChangesAfter(revision, limit)).map(({ after }) => after?.id)
        assert.deepEqual(await page(0, 1), ['ns', 'srv'])
        assert.deepEqual(await page(1, 1), ['a', 'b', 'c'])
        assert.deepEqual(await page(1, 4), ['a', 'b', 'c', 'd'])
        assert.deepEqual(await page(3, 4), [])
      })

      it('is not written to by what changes nothing', async () => {
        await fillPlace(store)
        await put(instance('srv', 'i', { a: '1' }))
        const nothing: Parameters<typeof writeMap>[1][] = [
          (map) => map.putInstance(instance('srv', 'i', { a: '1' })),
          (map) => map.putNamespace(namespace('ns')),
          (map) => map.putService(mapService('srv', 'ns')),
          async (map) => {
            await map.putInstance(instance('srv', 'j'))
            await map.removeInstance('srv', 'j')
          },
        ]
        for (const work of nothing) assert.equal(await writeMap(store, work), 2)
        assert.equal(await store.head(), 2)
        assert.equal((await rows()).length, 3)
      })

      it('replayed gives the image', async () => {
        await fillPlace(store)
        await put(...['a', 'b', 'c'].map((id) => instance('srv', id)))
        await writeMap(store, async (map) => {
          await map.removeInstance('srv', 'b')
          await map.putInstance(instance('srv', 'c', { v: '2' }))
          await map.putService(mapService('srv', 'ns', { description: 'new' }))
        })
        const { namespaces, services, instances } = await store.cloudMapImage()
        const things = replayMap(await rows())
        assert.deepEqual(new Set(things.values()), new Set<object>([...namespaces, ...services, ...instances]))
        assert.equal(things.size, 4)
      })
    })

    describe('writing', () => {
      it('does nothing at all when the work throws', async () => {
        await fillPlace(store)
        await put(instance('srv', 'i'))
        const before = [await store.cloudMapImage(), await rows()]
        const failing = writeMap(store, async (map) => {
          await map.putNamespace(namespace('other'))
          await map.putInstance(instance('srv', 'i', { a: '1' }))
          await map.putOperation(operation('o'), 1000)
          await map.removeInstance('srv', 'i')
          throw new Error('no')
        })
        await assert.rejects(failing, { message: 'no' })
        assert.deepEqual([await store.cloudMapImage(), await rows()], before)
        assert.equal(await read((map) => map.operation('o')), undefined)
      })

      it('refuses work that goes on after its end', async () => {
        let late: (() => Promise<void>) | undefined
        await writeMap(store, async (map) => {
          late = () => map.putNamespace(namespace('late'))
        })
        await assert.rejects(late!())
        assert.equal(await read((map) => map.namespace('late')), undefined)
      })

      it('of many at once is in turn: none is lost, and revisions are the order of the log', async () => {
        await fillPlace(store)
        const raise = (id: string) =>
          writeMap(store, async (map) => {
            const count = Number((await map.instance('srv', 'shared'))?.attributes['count'] ?? 0)
            await map.putInstance(instance('srv', 'shared', { count: String(count + 1) }))
            await map.putInstance(instance('srv', id))
          })
        const revisions = await Promise.all(Array.from({ length: 20 }, (_, index) => raise(`i${index}`)))
        assert.deepEqual(revisions, Array.from({ length: 20 }, (_, index) => index + 2)) // prettier-ignore
        assert.equal((await read((map) => map.instance('srv', 'shared')))?.attributes['count'], '20')
        assert.equal((await read((map) => map.counts('instance', ['srv']))).get('srv'), 21)
        const log = (await rows()).map(({ revision }) => revision)
        assert.deepEqual(log, [...log].sort((a, b) => a - b)) // prettier-ignore
      })

      it('tells those who wait for changes', async () => {
        const hint = new Promise<void>((resolve) => store.onChange(resolve))
        await fillPlace(store)
        await hint
      })
    })
  })
}
