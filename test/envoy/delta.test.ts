/**
 * Twenty real Envoys on meshkeeper/xds, in either variant of the protocol: warming, order, what a reconnect costs, and traffic while
 * clusters come and go (xds.md section 3). Times are printed and not judged: other work shares the machine.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Variant } from '../../src/xds/index.js'
import { eventually } from './eventually.js'
import { buildContent, type Content } from './fleet-content.js'
import { Fleet } from './fleet.js'
import { HttpLoad } from './http-load.js'
import { requireEnvoy } from './install.js'
import { RecordingServer, type Push } from './recording-server.js'

const ENVOYS = 20
const CLUSTERS = Array.from({ length: 20 }, (_, index) => `cluster-${String(index).padStart(2, '0')}`)
const [FIRST = ''] = CLUSTERS
/** Well below the 15 s after which Envoy gives up on endpoints that do not come. */
const WARMING_TIMEOUT_MS = 10_000

describe('a fleet of real Envoys', function () {
  this.timeout(120_000)
  let binary: string
  /** Each answers with its own name. */
  let upstreams: Server[]
  const portOf = (index: number) => (upstreams[index]!.address() as AddressInfo).port

  before(async function () {
    binary = await requireEnvoy(this)
    upstreams = ['0', '1'].map((name) => createServer((_request, response) => response.end(name)))
    for (const upstream of upstreams) {
      // Envoy keeps its connections for as long as it likes.
      upstream.keepAliveTimeout = 0
      await once(upstream.listen(0, '127.0.0.1'), 'listening')
    }
  })
  after(() => {
    for (const upstream of upstreams) upstream.close().closeAllConnections()
  })

  for (const variant of ['sotw', 'delta'] as const) describe(variant, () => testVariant(variant))

  function testVariant(variant: Variant): void {
    let fleet: Fleet
    let server: RecordingServer
    let content: Content
    /** Changes of clusters so far, of each Envoy. */
    let modified = 0

    before(async () => {
      content = { upstreams: Object.fromEntries(CLUSTERS.map((name) => [name, portOf(0)])), target: FIRST }
      server = await RecordingServer.start(0, buildContent(content))
      const nodes = Array.from({ length: ENVOYS }, (_, index) => (index === 0 ? 'carrier' : 'idle'))
      const start = performance.now()
      fleet = await Fleet.start({ binary, variant, xdsPort: server.port, nodes })
      report(`${ENVOYS} Envoys ready`, start)
    })
    after(async () => {
      await (fleet as Fleet | undefined)?.stop()
      await (server as RecordingServer | undefined)?.close()
    })
    afterEach(() => assert.deepEqual(server.rejections, []))

    function report(what: string, start: number): void {
      console.log(`      ${variant}: ${what} after ${Math.round(performance.now() - start)} ms`)
    }

    async function publish(next: Partial<Content>): Promise<void> {
      content = { ...content, ...next }
      server.pushes.length = 0
      server.publish(buildContent(content))
      await server.synced(ENVOYS)
    }

    /** Every cluster of every Envoy is active, has its endpoint, and never waited for it in vain. */
    async function allActive(): Promise<void> {
      const names = Object.keys(content.upstreams)
      const filter = '^cluster_manager\\.(active|warming)_clusters$|init_fetch_timeout$|membership_total$'
      await eventually({ what: 'all clusters active', timeoutMs: WARMING_TIMEOUT_MS }, async () => {
        for (const stats of await fleet.stats(filter)) {
          const members = names.map((name) => stats.get(`cluster.${name}.membership_total`))
          const [active, warming] = ['active', 'warming'].map((state) => stats.get(`cluster_manager.${state}_clusters`))
          const expected = { active: names.length + 1, warming: 0, members: names.map(() => 1) }
          assert.deepEqual({ active, warming, members }, expected)
        }
        return true
      })
      for (const stats of await fleet.stats('init_fetch_timeout$'))
        assert.deepEqual(
          [...stats].filter(([, count]) => count > 0),
          [],
        )
    }

    it('is ready, in make-before-break order', async () => {
      await server.synced(ENVOYS)
      await allActive()
      for (const pushes of server.byStream()) {
        const first = ['CDS', 'EDS', 'LDS', 'RDS'].map((type) => pushes.findIndex((push) => push.type === type))
        assert.deepEqual(
          first,
          first.toSorted((a, b) => a - b),
        )
        assert.deepEqual(namesOf(pushes, 'CDS'), CLUSTERS)
        assert.deepEqual(namesOf(pushes, 'EDS'), CLUSTERS)
      }
    })

    for (const { name, changed } of [
      { name: 'all clusters', changed: CLUSTERS },
      { name: 'one cluster', changed: CLUSTERS.slice(1) },
    ]) {
      it(`warms at once after a change of ${name} alone`, async () => {
        const before = content.changed ?? []
        const differing = CLUSTERS.filter((name) => before.includes(name) !== changed.includes(name))
        const start = performance.now()
        await publish({ changed })
        await allActive()
        report(`${differing.length} changed clusters active in all`, start)
        modified += differing.length
        assert.equal(server.byStream().length, ENVOYS)
        for (const pushes of server.byStream()) {
          assert.equal(pushes[0]?.type, 'CDS')
          assert.deepEqual(pushes[0].names, variant === 'delta' ? differing : CLUSTERS)
          assert.deepEqual(namesOf(pushes.slice(1), 'EDS'), differing)
          assert.deepEqual([...new Set(pushes.map(({ type }) => type))], ['CDS', 'EDS'])
          assert.deepEqual(removedOf(pushes), [])
        }
        for (const stats of await fleet.stats('^cluster_manager\\.cluster_modified$'))
          assert.equal(stats.get('cluster_manager.cluster_modified'), modified)
      })
    }

    /** Ends the server and starts another on its port, with `next` to serve. */
    async function restart(next: Partial<Content> = {}): Promise<void> {
      const { port } = server
      await server.close()
      content = { ...content, ...next }
      server = await RecordingServer.start(port, buildContent(content))
      const start = performance.now()
      await server.synced(ENVOYS)
      report('connected again', start)
    }

    it('is sent nothing that it has when the server comes back', async () => {
      await restart()
      await allActive()
      const { pushes } = server
      if (variant === 'delta') assert.deepEqual([...pushes.flatMap(({ names }) => names), ...removedOf(pushes)], [])
      else assert.deepEqual([...new Set(pushes.map(({ type }) => type))].sort(), ['EDS', 'RDS'])
    })

    it('is sent exactly what changed while the server was away', async () => {
      const [, second = ''] = CLUSTERS
      await restart({
        upstreams: { ...without(content.upstreams, second), added: portOf(0) },
        changed: (content.changed ?? []).filter((name) => name !== CLUSTERS[2]),
      })
      await allActive()
      for (const pushes of server.byStream()) {
        if (variant === 'sotw') continue
        assert.deepEqual(namesOf(pushes, 'CDS'), ['added', CLUSTERS[2]])
        assert.deepEqual(namesOf(pushes, 'EDS'), ['added', CLUSTERS[2]])
        assert.deepEqual([...new Set(removedOf(pushes))], [second])
        assert.deepEqual([...namesOf(pushes, 'LDS'), ...namesOf(pushes, 'RDS')], [])
      }
    })

    async function startLoad(): Promise<HttpLoad> {
      const { body } = await fleet.envoys[0]!.admin('/listeners?format=json')
      const [, port] = /"port_value":\s*(\d+)/.exec(body) ?? []
      const load = new HttpLoad(Number(port))
      await load.more(50)
      return load
    }

    /** The traffic on a new cluster, which leads to the upstream of that index. */
    function added(name: string, upstream: number): Content {
      return { ...content, upstreams: { ...content.upstreams, [name]: portOf(upstream) }, target: name }
    }

    /** The same, and the cluster that had the traffic is gone. */
    function moved(name: string, upstream: number): Content {
      const next = added(name, upstream)
      return { ...next, upstreams: without(next.upstreams, content.target) }
    }

    it('fails no request while clusters come and go, and traffic moves to the new ones', async () => {
      const load = await startLoad()
      for (let round = 1; round < 7; round++) {
        await publish(moved(`round-${round}`, round % 2))
        await load.until(String(round % 2))
        await load.more(50)
      }
      await load.stop()
      assert.deepEqual(load.failures, [])
      await allActive()
    })

    it('fails no request when traffic must move to a new cluster after a reconnect', async () => {
      const load = await startLoad()
      for (let round = 1; round < 4; round++) {
        // A state-of-the-world client does not say what it has: what is gone cannot be kept for it while its routes move.
        const next = variant === 'delta' ? moved : added
        await restart(next(`restart-${round}`, round % 2))
        await load.until(String(round % 2))
        await load.more(50)
      }
      await load.stop()
      assert.deepEqual(load.failures, [])
      await allActive()
    })
  }
})

function without(upstreams: Content['upstreams'], name: string): Content['upstreams'] {
  return Object.fromEntries(Object.entries(upstreams).filter(([other]) => other !== name))
}

function namesOf(pushes: readonly Push[], type: string): string[] {
  const names = pushes.filter((push) => push.type === type).flatMap((push) => push.names)
  return [...new Set(names)].sort()
}

function removedOf(pushes: readonly Push[]): string[] {
  return pushes.flatMap(({ removed }) => removed)
}
