import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseStoreAddress } from '../../src/store/address.js'
import { backUp, copyStore, restore } from '../../src/store/move-store.js'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'
import { requirePostgres, type PostgresCluster } from './postgres-cluster.js'
import { fillPlace, instance, operation, writeMap } from './cloud-map-things.js'
import { AUTHOR, mesh, node, putAll, service } from './resources.js'

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-move-'))
let files = 0
const newFile = (): string => join(directory, `${(files += 1)}`)
after(() => rmSync(directory, { recursive: true }))

let cluster: PostgresCluster | undefined
before(async function () {
  cluster = await requirePostgres(this)
})
after(() => cluster?.stop())

const PLACES = {
  SQLite: (): Promise<string> => Promise.resolve(`sqlite:${newFile()}.db`),
  PostgreSQL: (): Promise<string> => cluster?.newAddress() ?? assert.fail('no cluster'),
}
type Place = keyof typeof PLACES

/** A store with everything in it, more than a page of it. */
async function fillSome(store: Store): Promise<void> {
  await putAll(store, mesh(), node('ä\u2028"'), service('s', 'ä\u2028"'))
  await putAll(store, ...Array.from({ length: 450 }, (_, index) => node(`n${index}`)))
  await store.write(AUTHOR, async (tx) => {
    await tx.setTags(node('n0').metadata.arn, [{ key: 'k', value: 'v' }])
    await tx.rememberToken('token', { operation: 'o', arn: 'a', requestHash: 'h' })
    await tx.remove(node('n1').ref)
  })
  await fillPlace(store)
  await writeMap(store, async (map) => {
    for (let index = 0; index < 220; index += 1)
      await map.putInstance(instance('srv', `i${index}`, { MESHKEEPER_TTL: '86400', 'ä\u2028"': '' }))
    await map.putOperation(operation('o'), 86_400_000)
    await map.putInstance(instance('srv', 'registered'), 'o')
  })
}

/** The revision that it leaves. */
const FILLED = 5

async function contentsOf(store: Store) {
  const { revision, resources } = await store.image()
  const map = await store.cloudMapImage()
  return {
    revision,
    resources: new Map(resources.map((resource) => [resource.metadata.arn, resource])),
    log: await store.changesAfter(0, 10_000),
    tags: await store.read((tx) => tx.tags(node('n0').metadata.arn)),
    token: await store.read((tx) => tx.token('token')),
    referrers: await store.read((tx) => tx.referrers(node('ä\u2028"').ref)),
    cloudMap: { ...map, instances: new Map(map.instances.map((each) => [each.id, each])) },
    cloudMapLog: await store.cloudMapChangesAfter(0, 10_000),
    registration: await store.read((tx) => tx.cloudMap.registration(instance('srv', 'registered'))),
  }
}

async function withStore<T>(address: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(address)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

describe('store copy, backup and restore', function () {
  this.timeout(60_000)
  const pairs: [Place, Place][] = [
    ['SQLite', 'PostgreSQL'],
    ['PostgreSQL', 'SQLite'],
    ['SQLite', 'SQLite'],
    ['PostgreSQL', 'PostgreSQL'],
  ]
  for (const [from, to] of pairs)
    it(`move everything from ${from} to ${to}, where it goes on`, async () => {
      const [source, copied, restored, backup] = [
        await PLACES[from](),
        await PLACES[to](),
        await PLACES[to](),
        newFile(),
      ]
      const parsed = parseStoreAddress(source)
      const there = await withStore(source, async (store) => {
        await fillSome(store)
        // While it is served.
        assert.deepEqual(await copyStore(parsed, parseStoreAddress(copied)), { revision: FILLED, outcome: 'filled' })
        assert.equal((await backUp(parsed, backup)).revision, FILLED)
        return contentsOf(store)
      })
      assert.deepEqual(await restore(backup, parseStoreAddress(restored)), { revision: FILLED, outcome: 'filled' })
      for (const address of [copied, restored])
        await withStore(address, async (store) => {
          assert.deepEqual(await contentsOf(store), there)
          assert.equal(there.cloudMap.instances.size, 221)
          assert.equal(await putAll(store, node('next')), FILLED + 1)
        })
    })

  for (const place of Object.keys(PLACES) as Place[])
    describe(`to ${place}`, () => {
      it('does nothing where everything is already, and refuses where something else is', async () => {
        const [source, target, backup] = [await PLACES.SQLite(), await PLACES[place](), newFile()]
        const [from, to] = [parseStoreAddress(source), parseStoreAddress(target)]
        await withStore(source, fillSome)
        await copyStore(from, to)
        await backUp(from, backup)
        assert.equal((await copyStore(from, to)).outcome, 'same')
        assert.equal((await restore(backup, to)).outcome, 'same')
        await withStore(target, (store) => putAll(store, node('n2', 2)))
        const before = await withStore(target, contentsOf)
        for (const again of [() => copyStore(from, to), () => restore(backup, to)])
          await assert.rejects(again(), { name: 'StoreUnavailableError', message: /the target is not empty/ })
        assert.deepEqual(await withStore(target, contentsOf), before)
      })

      const lines = (text: string): string[] => text.trimEnd().split('\n')
      const damages: { name: string; change: (text: string) => string; message?: RegExp }[] = [
        { name: 'whose end is missing', change: (text) => `${lines(text).slice(0, -1).join('\n')}\n` },
        { name: 'cut in a line', change: (text) => text.slice(0, -200) },
        { name: 'with another letter', change: (text) => text.replace('n17', 'n71') },
        { name: 'without one line', change: (text) => `${lines(text).toSpliced(5, 1).join('\n')}\n` },
        { name: 'with something after its end', change: (text) => `${text}{}\n` },
        { name: 'that is empty', change: () => '', message: /is empty/ },
        { name: 'that is something else', change: () => 'hello\n', message: /is not a backup/ },
        {
          name: 'of a newer version',
          change: (text) => text.replace(/"migrations":\d+/, '"migrations":99'),
          message: /newer meshkeeper/,
        },
      ]
      it('takes nothing of a file that is not a whole backup', async () => {
        const [source, backup] = [await PLACES.SQLite(), newFile()]
        await withStore(source, fillSome)
        await backUp(parseStoreAddress(source), backup)
        const target = await PLACES[place]()
        for (const { name, change, message } of damages) {
          const bad = newFile()
          writeFileSync(bad, change(readFileSync(backup, 'utf8')))
          await assert.rejects(
            restore(bad, parseStoreAddress(target)),
            {
              name: 'BackupError',
              message: message ?? /damaged or not whole/,
            },
            name,
          )
          assert.deepEqual(await withStore(target, (store) => store.image()), { revision: 0, resources: [] }, name)
        }
      })
    })

  it('make a file for its owner alone, whole or not at all', async () => {
    const [source, backup] = [await PLACES.SQLite(), newFile()]
    await withStore(source, fillSome)
    await backUp(parseStoreAddress(source), backup)
    assert.equal((statSync(backup).mode & 0o777).toString(8), '600')
    await assert.rejects(backUp(parseStoreAddress(source), directory), { name: 'BackupError', message: /cannot write/ })
    await assert.rejects(restore(newFile(), parseStoreAddress(source)), { name: 'BackupError', message: /cannot read/ })
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.includes('draft')),
      [],
    )
  })

  it('read a source and never make one', async () => {
    const missing = parseStoreAddress(`sqlite:${newFile()}`)
    await assert.rejects(backUp(missing, newFile()), /does not exist/)
    await assert.rejects(copyStore(missing, missing), /the same file/)
  })

  it('see one moment of a store that is written to', async () => {
    for (const place of Object.keys(PLACES) as Place[]) {
      const [source, target] = [await PLACES[place](), await PLACES.SQLite()]
      await withStore(source, async (store) => {
        await fillSome(store)
        const state = { writing: true }
        const writing = (async () => {
          for (let index = 0; state.writing; index += 1)
            await putAll(store, node(`w${index}`), node('counter', index + 1))
        })()
        const { revision } = await copyStore(parseStoreAddress(source), parseStoreAddress(target))
        state.writing = false
        await writing
        await withStore(target, async (copy) => {
          const log = await copy.changesAfter(0, 100_000)
          const mapLog = await copy.cloudMapChangesAfter(0, 100_000)
          assert.equal(Math.max(log.at(-1)?.revision ?? 0, mapLog.at(-1)?.revision ?? 0), revision)
          const image = await copy.image()
          assert.equal(image.revision, revision)
          const counter = image.resources.find(({ ref }) => ref.name === 'counter')
          assert.equal(counter?.metadata.version ?? 0, revision - FILLED)
        })
      })
    }
  })
})
