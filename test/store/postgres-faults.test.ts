/** PostgreSQL and its users are killed, restarted and paused in the midst of writes, and write what conflicts: nothing that was acknowledged is lost. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { PARENT_KIND, referencesOf, refKey } from '../../src/model/references.js'
import type { Resource } from '../../src/model/resource.js'
import { openStore } from '../../src/store/open-store.js'
import { StoreUnavailableError, type Store } from '../../src/store/store.js'
import { eventually } from '../envoy/eventually.js'
import { checkStore, writeUntilKilled } from './acknowledged.js'
import { requirePostgres, type PostgresCluster } from './postgres-cluster.js'
import { AUTHOR, node, putAll, replay } from './resources.js'
import { BATCH_SIZE } from './writer.js'

const LONG = process.env['LONG_TESTS'] === '1'

let cluster: PostgresCluster | undefined
before(async function () {
  cluster = await requirePostgres(this)
})
after(() => cluster?.stop())

const postgres = (): PostgresCluster => cluster ?? assert.fail('no cluster')

describe('PostgreSQL: kill -9 of a writer', () => {
  const rounds = LONG ? 30 : 4

  it(`keeps every acknowledged write and no half of another, ${rounds} rounds`, async function () {
    this.timeout(rounds * 20_000)
    const address = await postgres().newAddress()
    const acknowledged = new Map<number, number>()
    for (let round = 0; round < rounds; round += 1) {
      await writeUntilKilled(address, 1 + Math.floor(Math.random() * 40), acknowledged)
      const store = await openStore(address)
      await checkStore(store, acknowledged)
      await store.close()
    }
  })
})

/** Writers on several stores that never give up, and what was acknowledged to them. */
class Load {
  readonly acknowledged = new Map<number, number>()
  readonly refusals: unknown[] = []
  readonly #stores: readonly Store[]
  readonly #writers: Promise<void>[]
  #batch = 0
  #stopped = false
  #onAck: () => void = () => undefined

  constructor(stores: readonly Store[]) {
    this.#stores = stores
    this.#writers = stores.flatMap((store) => [this.#write(store), this.#write(store), this.#write(store)])
  }

  async #write(store: Store): Promise<void> {
    while (!this.#stopped) {
      const mine = (this.#batch += 1)
      try {
        const { revision } = await store.write(AUTHOR, async (tx) => {
          for (let part = 0; part < BATCH_SIZE; part += 1) await tx.put(node(`b${mine}-${part}`))
          await tx.put(node('counter', mine))
        })
        this.acknowledged.set(mine, revision)
        this.#onAck()
      } catch (error) {
        this.refusals.push(error)
        await sleep(20)
      }
    }
  }

  /** Resolves after so many further acknowledgements. */
  async more(count: number): Promise<void> {
    const end = this.acknowledged.size + count
    while (this.acknowledged.size < end) await new Promise<void>((resolve) => (this.#onAck = resolve))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#writers)
    for (const error of this.refusals) assert.ok(error instanceof StoreUnavailableError, inspect(error))
    for (const store of this.#stores) {
      // One of them may have been slower to come back than the other, which took the last writes.
      await eventually({ what: 'the store is back' }, () => store.ping().then(() => true))
      await checkStore(store, this.acknowledged)
    }
  }
}

describe('PostgreSQL under load', function () {
  this.timeout(LONG ? 600_000 : 120_000)
  const stores: Store[] = []
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())))

  async function startLoad(): Promise<Load> {
    const address = await postgres().newAddress()
    for (let replica = 0; replica < 2; replica += 1) stores.push(await openStore(address))
    return new Load(stores)
  }

  const restarts = LONG ? 10 : 3

  it(`killed and started again ${restarts} times: no acknowledged write is lost, and followers catch up`, async () => {
    const load = await startLoad()
    let hints = 0
    stores[1]!.onChange(() => (hints += 1))
    for (let round = 0; round < restarts; round += 1) {
      await load.more(10 + Math.floor(Math.random() * 30))
      await postgres().kill()
      await postgres().start()
      const before = hints
      await load.more(10)
      while (hints === before) await load.more(1)
    }
    await load.stop()
    assert.ok(load.refusals.length > 0)
  })

  for (const seconds of LONG ? [2, 14, 30] : [2, 14])
    it(`paused for ${seconds} s: no acknowledged write is lost`, async () => {
      const load = await startLoad()
      await load.more(20)
      postgres().pause()
      try {
        await sleep(seconds * 1000)
        // Longer than any answer may take: reads and writes are refused, and at once, however many there are.
        if (seconds > 12) {
          const asked = performance.now()
          await assert.rejects(stores[0]!.ping(), StoreUnavailableError)
          await assert.rejects(stores[0]!.head(), StoreUnavailableError)
          for (let write = 0; write < 5; write += 1)
            await assert.rejects(putAll(stores[0]!, node('refused')), StoreUnavailableError)
          assert.ok(performance.now() - asked < 1000)
        }
      } finally {
        postgres().resume()
      }
      await load.more(30)
      await load.stop()
      assert.equal(load.refusals.length > 0, seconds > 12)
    })
})

describe('PostgreSQL: conflicting writes of three replicas', () => {
  const total = LONG ? 10_000 : 900

  it(`${total} of them end in a model that satisfies every rule of references`, async function () {
    this.timeout(LONG ? 900_000 : 120_000)
    const address = await postgres().newAddress()
    const script = fileURLToPath(new URL('conflicting-writer.ts', import.meta.url))
    const run = async () => {
      const args = ['--import', 'tsx', script, address, String(Math.ceil(total / 3))]
      const { stdout } = await promisify(execFile)(process.execPath, args)
      return JSON.parse(stdout) as Record<string, number>
    }
    const answers = await Promise.all([run(), run(), run()])
    const store = await openStore(address)
    try {
      const { revision, resources } = await store.image()
      checkReferences(resources)
      const log = await store.changesAfter(0, 1_000_000)
      assert.deepEqual(new Map(resources.map((resource) => [resource.metadata.arn, resource])), replay(log))
      assert.equal(log.at(-1)?.revision, revision)
      for (const kind of ['done', 'ResourceInUseException', 'NotFoundException', 'ConflictException'])
        assert.ok(
          answers.some((answer) => (answer[kind] ?? 0) > 0),
          `no answer was ${kind}`,
        )
      const done = answers.reduce((sum, answer) => sum + (answer['done'] ?? 0), 0)
      assert.ok(revision <= done && revision > 0)
    } finally {
      await store.close()
    }
  })
})

/** Everything has its mesh and its parent, and what it points at; only the backends of a node may be missing. */
function checkReferences(resources: readonly Resource[]): void {
  const there = new Set(resources.map(({ ref }) => refKey(ref)))
  for (const resource of resources) {
    const { kind, meshOwner, meshName, parentName } = resource.ref
    const place = { meshOwner, meshName }
    const parent = PARENT_KIND[kind]
    const needed = [
      { ...place, kind: 'mesh' as const, name: meshName },
      ...(parent ? [{ ...place, kind: parent, name: parentName ?? '' }] : []),
      ...(kind === 'virtualNode' ? [] : referencesOf(resource)),
    ]
    for (const ref of needed) assert.ok(there.has(refKey(ref)), `${refKey(resource.ref)} needs ${refKey(ref)}`)
  }
}
