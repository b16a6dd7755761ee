/** meshkeeper goes away and comes back: traffic does not notice, and Envoys are not sent again what they have. */
import assert from 'node:assert/strict'
import { eventually } from './eventually.js'
import { httpRoute } from './mesh-writer.js'
import { openShop, SHOP } from './shop.js'
import { useWorld } from './world.js'

/** Envoy's own pause between attempts to reach its control plane grows up to 30 s. */
const RECONNECT_MS = 45_000

describe('a restart of meshkeeper', function () {
  const world = useWorld(this, openShop)
  const front = () => world.pod('front')
  const connected = async () => (await front().envoy.stat('control_plane.connected_state')) === 1
  /** What Envoy has been sent of clusters and listeners; a response that brings nothing new counts as well. */
  const sent = () =>
    front().envoy.stats('(cluster_manager\\.cds|listener_manager\\.lds)\\.(update_success|update_rejected|version)$')

  for (const { signal, how, weights } of [
    { signal: 'SIGTERM', how: 'an orderly restart', weights: { v1: 0, v2: 100 } },
    { signal: 'SIGKILL', how: 'a crash', weights: { v1: 100, v2: 0 } },
  ] as const) {
    it(`${how} leaves traffic alone and sends no CDS or LDS again`, async () => {
      const { agent, envoy } = front()
      const call = { kind: 'http', url: `http://${SHOP}:8080/` } as const
      const load = await agent.startLoad({ call, concurrency: 4 })
      await load.more(200)
      const before = await sent()
      assert.ok(before.get('cluster_manager.cds.update_success')! > 0)
      await world.keeper.stop(signal)
      await eventually({ what: 'Envoy alone' }, async () => !(await connected()))
      await load.more(200)
      await world.keeper.start()
      await eventually({ what: 'Envoy connected again', timeoutMs: RECONNECT_MS }, connected)
      // Changes a route configuration only; its answer comes after whatever the new stream began with.
      await envoy.changedBy('routes', () => world.mesh.route(SHOP, 'all', httpRoute(weights)))
      assert.deepEqual(await sent(), before)
      await load.more(100)
      const { failed, failures } = await load.stop()
      assert.equal(failed, 0, JSON.stringify(failures))
      const { from } = await agent.load({ call, requests: 20, concurrency: 1 })
      assert.deepEqual(from, { [weights.v1 ? 'v1' : 'v2']: 20 })
    })
  }

  it('an Envoy that starts while meshkeeper is away gets its configuration once it is back', async () => {
    await world.keeper.stop('SIGKILL')
    const pod = await world.startPod('early', { virtualNode: 'front' })
    assert.equal((await pod.envoy.admin('/ready')).status, 503)
    await world.keeper.start()
    await pod.envoy.ready(RECONNECT_MS)
    assert.equal((await pod.agent.http(`http://${SHOP}:8080/`)).from, 'v1')
  })
})
