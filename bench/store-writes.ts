/**
 * Writes into the store, on both drivers: one after the other, and sixteen at once. Floors: the same rows in one transaction of the bare driver, made
 * durable, with nothing of ours.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Resource } from '../src/model/resource.js'
import { openStore } from '../src/store/open-store.js'
import { findPrograms, PostgresCluster } from '../test/store/postgres-cluster.js'
import { timeCommits } from './commit-floor.js'
import { buildMesh, LARGE_MESH } from './mesh.js'
import { pause } from './pause.js'
import { figure, floorOf, type Bench, type Figure } from './report.js'

export const STORE: Bench = {
  name: 'store',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bench-'))
    const programs = findPrograms()
    if (programs === undefined)
      console.error('PostgreSQL is missing (Debian package "postgresql"): measuring SQLite only')
    const cluster = programs === undefined ? undefined : await PostgresCluster.make(programs)
    try {
      const commits = await timeCommits(join(directory, 'floor.db'), TEXT, WRITES)
      const floor = measured('SQLite, floor: durable commit', commits)
      const figures = [floor, ...(await timeStore('SQLite', `sqlite:${join(directory, 'store.db')}`, floor))]
      if (!cluster) return figures
      const bare = measured('PostgreSQL, floor: durable commit', await timePostgres(await cluster.newAddress()))
      return [...figures, bare, ...(await timeStore('PostgreSQL', await cluster.newAddress(), bare))]
    } finally {
      await cluster?.stop()
      await rm(directory, { recursive: true })
    }
  },
}

const WRITES = 300
const AT_ONCE = 16

const ROUTE: Resource = buildMesh(LARGE_MESH).find(({ ref }) => ref.kind === 'route')!
const TEXT = JSON.stringify(ROUTE)

const measured = (name: string, samples: readonly number[], floor?: Figure): Figure =>
  figure(STORE.name, name, samples, floor && { floor: floorOf(floor) })

async function timeStore(name: string, address: string, floor: Figure): Promise<Figure[]> {
  const store = await openStore(address)
  let version = 0
  const write = (): Promise<unknown> => {
    const changed = { ...ROUTE, metadata: { ...ROUTE.metadata, version: (version += 1) } }
    return store.write({ principal: 'bench', operation: 'UpdateRoute' }, (tx) => tx.put(changed))
  }
  const singles: number[] = []
  for (let round = 0; round < WRITES; round++) {
    await pause()
    singles.push(await timed(write))
  }
  const rounds: number[] = []
  for (let round = 0; round < WRITES / AT_ONCE; round++) {
    await pause()
    rounds.push((await timed(() => Promise.all(Array.from({ length: AT_ONCE }, write)))) / AT_ONCE)
  }
  await store.close()
  return [measured(`${name}: one write`, singles, floor), measured(`${name}: ${AT_ONCE} at once, each`, rounds, floor)]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** As timeCommits does for SQLite. */
async function timePostgres(address: string): Promise<number[]> {
  const client = new pg.Client(address)
  await client.connect()
  await client.query('create table resource (name text primary key, spec text not null)')
  await client.query('create table change (revision bigserial primary key, before text not null, after text not null)')
  const times: number[] = []
  for (let round = 0; round < WRITES; round++) {
    await pause()
    times.push(
      await timed(async () => {
        await client.query('begin')
        await client.query('insert into change (before, after) values ($1, $1)', [TEXT])
        await client.query(
          'insert into resource values ($1, $2) on conflict (name) do update set spec = excluded.spec',
          ['route', `${TEXT}${round}`],
        )
        await client.query('commit')
      }),
    )
  }
  await client.end()
  return times
}
