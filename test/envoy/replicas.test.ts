/**
 * Replicas as deploy/compose sets them up, with real Envoys: replicas and PostgreSQL are killed, paused, cut off and come back under load, and neither the
 * traffic nor the Envoys notice.
 */
import assert from 'node:assert/strict'
import { ApiLoad, callApi } from './api-load.js'
import { eventually } from './eventually.js'
import { backends, httpRoute, listener, serverNode } from './mesh-writer.js'
import type { Pod } from './pod.js'
import { ReplicatedWorld, type Replica } from './replicated-world.js'

const SHOP = 'shop.local'
const SERVERS = [{ protocol: 'http', port: 8080 }] as const
const CALL = { kind: 'http', url: `http://${SHOP}:8080/` } as const
/** Envoy's own pause between attempts to reach its control plane grows up to 30 s. */
const MOVE_MS = 60_000
/** Longer than the time after which a replica that does not post is forgotten. */
const FORGOTTEN_MS = 20_000

describe('replicas behind one address', function () {
  this.timeout(180_000)
  let world: ReplicatedWorld
  let a: Replica
  let b: Replica
  /** Origin of the API behind the front. */
  let api: string
  /** Envoys that call the shop: state of the world and delta by the front, and one that knows the addresses of all replicas. */
  let callers: Pod[]
  let envoys: Pod[]
  let weight = 1

  before(async function () {
    world = await ReplicatedWorld.open(this)
    this.timeout(300_000)
    ;[a, b] = [await world.replica('meshkeeper-a'), await world.replica('meshkeeper-b')]
    world.network.dns.set('all', [a.pod.address, b.pod.address])
    world.network.dns.set(SHOP, [world.network.virtualAddress])
    await a.start()
    api = `http://${(await world.startFront()).address}:4080`
    await writeShop()
    const servers = await Promise.all(['v1', 'v2'].map((name) => world.startPod(name, { servers: SERVERS })))
    callers = await Promise.all([
      world.startPod('sotw'),
      world.startPod('delta', { variant: 'delta' }),
      world.startPod('direct', { endpoint: 'all' }),
    ])
    envoys = [...servers, ...callers]
    await Promise.all(envoys.map(({ envoy }) => envoy.ready(MOVE_MS)))
    await b.start()
  })
  after(() => (world as ReplicatedWorld | undefined)?.close())
  /** Of the test that runs: one that fails leaves it behind. */
  let writers: ApiLoad | undefined
  afterEach(() => writers?.stop())
  const startWriters = async (prefix: string): Promise<ApiLoad> => (writers = await ApiLoad.start(api, prefix))

  async function writeShop(): Promise<void> {
    const mesh = world.writer(api)
    await mesh.mesh()
    for (const name of ['v1', 'v2']) await mesh.node(name, serverNode(name, listener('http', 8080)))
    await mesh.routedService(SHOP, 'http', 8080)
    await mesh.route(SHOP, 'all', httpRoute({ v1: weight, v2: 100 - weight }))
    for (const name of ['sotw', 'delta', 'direct']) await mesh.node(name, { backends: backends(SHOP) })
  }

  /** Changes the route of the shop, which concerns the callers, by way of `origin`. */
  async function write(origin: string): Promise<void> {
    weight += 1
    const spec = httpRoute({ v1: weight, v2: 100 - weight })
    const { status, body } = await callApi(origin, 'PUT', `meshes/shop/virtualRouter/${SHOP}/routes/all`, { spec })
    assert.equal(status, 200, JSON.stringify(body))
  }

  /** Resolves when every caller has the last change. */
  async function arrived(): Promise<void> {
    const wanted = `"name":"cds_egress_shop_v1_http_8080","weight":${weight}`
    const has = ({ name, envoy }: Pod) =>
      envoy.until(`weight ${weight} at ${name}`, (config) => config.text('routes').includes(wanted), MOVE_MS)
    await Promise.all(callers.map(has))
  }

  /** Runs `work` while every caller calls the shop, and asserts that not one call failed. */
  async function undisturbed(work: () => Promise<void>): Promise<void> {
    const loads = await Promise.all(callers.map(({ agent }) => agent.startLoad({ call: CALL, concurrency: 2 })))
    const more = () => Promise.all(loads.map((load) => load.more(50, MOVE_MS)))
    try {
      await more()
      await work()
      await more()
    } finally {
      const reports = await Promise.all(loads.map((load) => load.stop()))
      for (const { failed, failures } of reports) assert.equal(failed, 0, JSON.stringify(failures))
    }
  }

  const connected = (...replicas: readonly Replica[]) =>
    eventually(
      { what: `all Envoys at ${replicas.map(({ pod }) => pod.name).join()}`, timeoutMs: MOVE_MS },
      async () => (await sum(replicas, 'meshkeeper_xds_clients')) === envoys.length,
    )

  /**
   * How often each Envoy was sent clusters and listeners, and how often what it has has changed. The one with delta is told that there is nothing new of
   * those, which counts as an update, and is sent no routes; a stream of state of the world may be sent the routes that it has.
   */
  async function received(): Promise<unknown> {
    const updates = '^(cluster_manager\\.cds|listener_manager\\.lds)\\.(update_rejected|version)$'
    const changes =
      '^(cluster_manager\\.cluster|listener_manager\\.listener)_(added|modified|removed)$|\\.config_reload$'
    const counts = async ({ name, envoy }: Pod) => {
      const sent = `\\.${name === 'delta' ? 'rds\\..*' : '(cds|lds)'}\\.update_success$`
      const stats = await envoy.stats(`${updates}|${changes}|${sent}`)
      assert.ok([...stats].some(([stat, count]) => stat.endsWith('.update_success') && count > 0))
      return [name, Object.fromEntries(stats)] as const
    }
    return Object.fromEntries(await Promise.all(envoys.map(counts)))
  }

  /** Bytes of clusters and listeners that a replica has sent. */
  const pushed = (replica: Replica): Promise<number> =>
    replica.metric('meshkeeper_xds_config_size_bytes_sum', /type="(Cluster|Listener)"/)

  /** A replica dies under load; its Envoys move to another, which has nothing to tell them. */
  async function dies(victim: Replica, ...others: readonly Replica[]): Promise<void> {
    await undisturbed(async () => {
      const [before, bytes] = [await received(), await Promise.all(others.map(pushed))]
      await victim.stop('SIGKILL')
      await connected(...others)
      await settled(others[0]!)
      assert.deepEqual(await received(), before)
      assert.deepEqual(await Promise.all(others.map(pushed)), bytes)
      await write(api)
      await arrived()
    })
  }

  /** Every Envoy is in step, as `replica` tells it. */
  const settled = (replica: Replica) =>
    eventually({ what: 'all Envoys in step', timeoutMs: FORGOTTEN_MS }, async () => {
      const { proxies, notice } = await replica.proxies()
      assert.deepEqual(
        proxies.map(({ nodeId, state }) => `${nodeId.split('/').at(-1)} ${state}`).sort(),
        envoys.map(({ name }) => `${name} SYNCED`).sort(),
      )
      return notice === undefined
    })

  it('what is written on one reaches the Envoys of the other', async () => {
    await connected(a)
    const times: number[] = []
    for (let change = 0; change < 15; change += 1) {
      await write(b.api)
      const start = performance.now()
      await arrived()
      times.push(performance.now() - start)
    }
    const median = Math.round(times.sort((x, y) => x - y)[7] ?? 0)
    console.log(`      from the answer of one to the routes of the Envoys of the other: ${median} ms at the median`)
    // Who only looks once a second takes longer.
    assert.ok(median < 500, `${median} ms`)
  })

  it('what is written while the wake-up connections are cut is not missed', async () => {
    const application = `application_name = 'meshkeeper (follows)'`
    for (let change = 0; change < 5; change += 1) {
      const cut = await world.cluster.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where ${application}`,
      )
      assert.ok(change > 0 || cut.length === 2, `${cut.length} connections`)
      await write(change % 2 === 0 ? a.api : b.api)
      await arrived()
    }
  })

  it('the Envoys of one that is killed move without a word, there and back', async () => {
    await connected(a)
    assert.ok((await pushed(a)) > 0)
    await dies(a, b)
    await a.start()
    assert.equal(await a.metric('meshkeeper_applied_revision'), await b.metric('meshkeeper_applied_revision'))
    await dies(b, a)
    await b.start()
  })

  it('no write that was acknowledged is lost with the one that is killed', async () => {
    await connected(a)
    const load = await startWriters('killed')
    await undisturbed(async () => {
      await load.more(20)
      await a.stop('SIGKILL')
      await load.more(20)
      await connected(b)
    })
    await a.start()
    await load.more(20)
    await load.stop()
    for (const { api } of [a, b]) await load.assertKept(api)
  })

  for (const { how, strike, heal } of [
    { how: 'killed and started again', strike: () => world.cluster.kill(), heal: () => world.cluster.start() },
    { how: 'paused', strike: async () => world.cluster.pause(), heal: async () => world.cluster.resume() },
  ])
    it(`PostgreSQL is ${how}: no write is lost and no Envoy disturbed`, async () => {
      const load = await startWriters(`postgres-${how.split(' ')[0]}`)
      await undisturbed(async () => {
        await load.more(20)
        const before = await disturbances()
        await strike()
        try {
          await eventually({ what: 'refused writes', timeoutMs: MOVE_MS }, () => load.refusals.length > 0)
          for (const replica of [a, b]) await away(replica)
          assert.deepEqual(await disturbances(), before)
        } finally {
          await heal()
        }
        await load.more(20)
        for (const replica of [a, b])
          await eventually({ what: 'ready again' }, async () => (await replica.status('/readyz')) === 200)
        assert.deepEqual(await disturbances(), before)
      })
      await load.stop()
      assert.deepEqual([...new Set(load.refusals)], ['503 ServiceUnavailableException'])
      for (const { api } of [a, b]) await load.assertKept(api)
      await write(a.api)
      await arrived()
    })

  /** Says that it takes no writes, takes none, and goes on serving Envoys. */
  async function away(replica: Replica): Promise<void> {
    await eventually({ what: '/readyz: 503' }, async () => (await replica.status('/readyz')) === 503)
    assert.equal(await replica.status('/readyz/xds'), 200)
    const { status, error } = await callApi(replica.api, 'PUT', 'meshes', { meshName: 'refused' })
    assert.deepEqual([status, error], [503, 'ServiceUnavailableException'])
  }

  /** Ends of streams, and all that Envoys were sent. */
  const disturbances = async (): Promise<unknown[]> => [
    await sum([a, b], 'meshkeeper_xds_stream_duration_seconds_count'),
    await sum([a, b], 'meshkeeper_xds_pushes_total'),
    await received(),
  ]

  it('with three of them two may die', async () => {
    const c = await world.replica('meshkeeper-c')
    world.network.dns.set('meshkeeper-b', [b.pod.address, c.pod.address])
    world.network.dns.set(
      'all',
      [a, b, c].map(({ pod }) => pod.address),
    )
    await c.start()
    await write(c.api)
    await arrived()
    for (const [victim, ...others] of [
      [a, b, c],
      [b, c],
    ] as const)
      await dies(victim, ...others)
  })
})

async function sum(replicas: readonly Replica[], metric: string): Promise<number> {
  const values = await Promise.all(replicas.map((replica) => replica.metric(metric)))
  return values.reduce((total, value) => total + value, 0)
}
