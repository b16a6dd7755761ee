/** The mesh's egress filter on traffic to what is no backend, and its change under running Envoys. */
import assert from 'node:assert/strict'
import { eventually } from './eventually.js'
import { backends, listener, serverNode } from './mesh-writer.js'
import { useWorld } from './world.js'

const INSIDE = 'inside.local'

describe('the egress filter', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    world.nameServices(INSIDE)
    await mesh.mesh()
    await mesh.node('inside', serverNode('inside', listener('http', 8080)))
    await mesh.service(INSIDE, { virtualNode: { virtualNodeName: 'inside' } })
    await mesh.node('front', { backends: backends(INSIDE) })
    const outside = await world.network.pod('outside')
    await Promise.all([
      world.startPods({ front: {}, inside: { servers: [{ protocol: 'http', port: 8080 }] } }),
      outside.startAgent([
        { protocol: 'http', port: 8090 },
        { protocol: 'greeting', port: 8091 },
      ]),
    ])
  })
  const front = () => world.pod('front')
  const outside = () => front().agent.http('http://outside.pod:8090/')
  const inside = () => front().agent.http(`http://${INSIDE}:8080/`)

  /** Changes the filter and waits until the Envoy has, or has not, its catch-all. */
  async function setFilter(type: 'ALLOW_ALL' | 'DROP_ALL'): Promise<void> {
    await world.mesh.mesh({ egressFilter: { type } })
    await front().envoy.until(
      type,
      ({ clusters }) => clusters.has('cds_egress_shop_mesh-allow-all') === (type === 'ALLOW_ALL'),
    )
    await front().envoy.until(
      type,
      (config) => config.fingerprint.includes('mesh-allow-all') === (type === 'ALLOW_ALL'),
    )
  }

  it('drops by default what is no backend, and passes what is one', async () => {
    const { status, error } = await outside()
    assert.deepEqual({ status, error }, { status: 0, error: 'ECONNRESET' })
    assert.ok((await front().envoy.stat('listener.0.0.0.0_15001.no_filter_chain_match')) > 0)
    assert.equal((await inside()).from, 'inside')
  })

  it('ALLOW_ALL passes any TCP, also where the server speaks first', async () => {
    await setFilter('ALLOW_ALL')
    await eventually({ what: 'the way out' }, async () => (await outside()).from === 'outside')
    const call = { host: 'outside.pod', port: 8091, greeting: true, send: 'x' }
    assert.deepEqual(await front().agent.tcp(call), { greeting: 'hello from outside\n', reply: 'outside:x', error: '' })
    assert.equal((await inside()).from, 'inside')
  })

  it('DROP_ALL drops again, while backends go on', async () => {
    const call = { kind: 'http', url: `http://${INSIDE}:8080/` } as const
    const load = await front().agent.startLoad({ call, concurrency: 2 })
    await setFilter('DROP_ALL')
    await eventually({ what: 'no way out' }, async () => (await outside()).error === 'ECONNRESET')
    await load.more(50)
    const { failed, failures } = await load.stop()
    assert.equal(failed, 0, JSON.stringify(failures))
  })

  it('answers 404 for another host on a port that a backend has', async () => {
    await setFilter('ALLOW_ALL')
    assert.equal((await front().agent.http('http://outside.pod:8080/')).status, 404)
  })
})
