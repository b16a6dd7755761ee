import assert from 'node:assert/strict'
import pg from 'pg'
import { openStore } from '../../src/store/open-store.js'
import type { ReplicaBoard, ReplicaPost } from '../../src/store/replica-board.js'
import type { Store } from '../../src/store/store.js'
import { requirePostgres, type PostgresCluster } from './postgres-cluster.js'
import { node, putAll } from './resources.js'

const HOUR = 3_600_000

function post(replica: string, fields: Partial<ReplicaPost> = {}): ReplicaPost {
  return {
    replica,
    name: `name of ${replica}`,
    appliedRevision: 1,
    ttlMillis: HOUR,
    changed: new Map(),
    gone: [],
    ...fields,
  }
}

const entries = (...pairs: readonly (readonly [number, string])[]): { number: number; text: string }[] =>
  pairs.map(([number, text]) => ({ number, text }))

describe('the board of replicas', () => {
  let cluster: PostgresCluster | undefined
  let address: string
  const stores: Store[] = []
  before(async function () {
    cluster = await requirePostgres(this)
  })
  after(() => cluster?.stop())
  beforeEach(async () => void (address = await (cluster ?? assert.fail('no cluster')).newAddress()))
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())))

  const open = async (): Promise<Store> => {
    const store = await openStore(address)
    stores.push(store)
    return store
  }
  const board = async (): Promise<ReplicaBoard> => (await open()).board ?? assert.fail('no board')

  it('is where the one reads what the other has posted', async () => {
    const [a, b] = [await board(), await board()]
    assert.equal(
      await a.post(
        post('a', {
          changed: new Map([
            [1, 'one'],
            [3, 'three'],
          ]),
        }),
      ),
      false,
    )
    assert.equal(await b.post(post('b', { appliedRevision: 7, changed: new Map([[2, 'two']]) })), false)
    assert.deepEqual(await b.read(), [
      { replica: 'a', name: 'name of a', appliedRevision: 1, entries: entries([1, 'one'], [3, 'three']) },
      { replica: 'b', name: 'name of b', appliedRevision: 7, entries: entries([2, 'two']) },
    ])
  })

  it('keeps what was not mentioned again, replaces what changed and drops what is gone', async () => {
    const a = await board()
    await a.post(
      post('a', {
        changed: new Map([
          [1, 'one'],
          [2, 'two'],
          [3, 'three'],
        ]),
      }),
    )
    assert.equal(await a.post(post('a', { appliedRevision: 2, changed: new Map([[2, 'zwei']]), gone: [3, 99] })), true)
    const [replica] = await a.read()
    assert.deepEqual(replica?.entries, entries([1, 'one'], [2, 'zwei']))
    assert.equal(replica.appliedRevision, 2)
  })

  it('drops what was posted before when a post is complete', async () => {
    const a = await board()
    await a.post(
      post('a', {
        changed: new Map([
          [1, 'one'],
          [2, 'two'],
        ]),
      }),
    )
    await a.post(post('a', { complete: true, changed: new Map([[2, 'zwei']]) }))
    assert.deepEqual((await a.read())[0]?.entries, entries([2, 'zwei']))
  })

  it('takes more entries than a statement has parameters', async () => {
    const a = await board()
    const many = new Map(Array.from({ length: 5000 }, (_, index) => [index, `entry ${index}`]))
    await a.post(post('a', { changed: many }))
    await a.post(post('a', { gone: [...many.keys()].slice(1) }))
    assert.deepEqual((await a.read())[0]?.entries, entries([0, 'entry 0']))
  })

  it('does not show a replica that has not renewed its post, and forgets it', async () => {
    const [a, b] = [await board(), await board()]
    await a.post(post('a', { ttlMillis: -1, changed: new Map([[1, 'one']]) }))
    assert.deepEqual(await b.read(), [])
    await b.post(post('b'))
    assert.equal(await a.post(post('a')), false, 'it was swept, so it must post everything again')
    assert.deepEqual(
      (await b.read()).map(({ replica, entries }) => [replica, entries]),
      [
        ['a', []],
        ['b', []],
      ],
    )
  })

  it('does not wait for a replica that is late, and posts just now', async () => {
    const [a, b] = [await board(), await board()]
    await b.post(post('b'))
    const schema = /search_path%3D(\w+)/.exec(address)?.[1]
    // As the post of b between its own row and the rows of others.
    const client = new pg.Client({ connectionString: (cluster ?? assert.fail('no cluster')).address() })
    await client.connect()
    try {
      await client.query(`update ${schema ?? ''}.replica set expires_at = 1 where id = 'b'`)
      await client.query(`begin; update ${schema ?? ''}.replica set expires_at = ${Date.now() + HOUR} where id = 'b'`)
      await a.post(post('a'))
      await client.query('commit')
    } finally {
      await client.end()
    }
    assert.deepEqual(
      (await a.read()).map(({ replica }) => replica),
      ['a', 'b'],
    )
  })

  it('takes a replica off that says goodbye', async () => {
    const a = await board()
    await a.post(post('a', { changed: new Map([[1, 'one']]) }))
    await a.leave('a')
    assert.deepEqual(await a.read(), [])
    await a.post(post('a'))
    assert.deepEqual((await a.read())[0]?.entries, [])
  })

  it('makes no revision', async () => {
    const store = await open()
    await putAll(store, node('one'))
    const head = await store.head()
    await store.board?.post(post('a', { changed: new Map([[1, 'one']]) }))
    assert.equal(await store.head(), head)
    assert.equal((await store.changesAfter(head, 10)).length, 0)
  })

  it('does not wait for a writer', async () => {
    const [store, other] = [await open(), await board()]
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const write = store.write({ principal: 'p', operation: 'o' }, () => gate)
    assert.equal(await other.post(post('a')), false)
    release()
    await write
  })

  it('takes posts and sweeps of many replicas at once', async () => {
    const boards = await Promise.all(Array.from({ length: 4 }, board))
    const rounds = Array.from({ length: 10 }, (_, round) => round)
    await Promise.all(
      boards.flatMap((each, index) =>
        rounds.map((round) =>
          each.post(
            post(`replica ${(index + round) % 4}`, {
              ttlMillis: round % 2 ? -1 : HOUR,
              changed: new Map([[round, 'x']]),
            }),
          ),
        ),
      ),
    ).catch((error: unknown) => assert.match(String(error), /deadlock/))
    await boards[0]?.post(post('last'))
    assert.ok((await boards[1]?.read())?.some(({ replica }) => replica === 'last'))
  })

  it('is not there where one process has the store to itself', async () => {
    const store = await openStore('sqlite::memory:')
    assert.equal(store.board, undefined)
    await store.close()
  })
})
