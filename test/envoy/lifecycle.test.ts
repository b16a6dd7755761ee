/** Resources that come and go under running Envoys. */
import assert from 'node:assert/strict'
import { eventually } from './eventually.js'
import { backends, httpRoute, listener, serverNode } from './mesh-writer.js'
import { useWorld } from './world.js'

const SHOP = 'shop.local'
const OTHER = 'other.local'
const FAR = 'far.local'
const SERVERS = [
  { protocol: 'http', port: 8080 },
  { protocol: 'http', port: 8090 },
] as const

describe('resources that come and go', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    world.nameServices(SHOP, OTHER, FAR)
    await mesh.mesh()
    await mesh.node('v1', serverNode('v1', listener('http', 8080)))
    await mesh.node('v2', serverNode('v2', listener('http', 8080)))
    await mesh.node('far', serverNode('far', listener('http', 8090)))
    await mesh.routedService(SHOP, 'http', 8080)
    await mesh.node('front', { backends: backends(SHOP) })
    await world.startPods({
      front: {},
      v1: { servers: SERVERS },
      v2: { servers: SERVERS },
      far: { servers: SERVERS },
    })
  })
  const front = () => world.pod('front')
  const call = { kind: 'http', url: `http://${SHOP}:8080/` } as const
  const status = async (url: string) => (await front().agent.http(url)).status
  const get = () => status(call.url)

  /** Runs `work` under load and asserts that not one request failed. */
  async function underLoad(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
    const load = await front().agent.startLoad({ call, concurrency: 8 })
    await load.more(200)
    await work()
    await load.more(400)
    const { from, failed, failures } = await load.stop()
    assert.equal(failed, 0, JSON.stringify(failures))
    return from
  }

  it('the first route of an empty router reaches a running Envoy', async () => {
    assert.equal(await get(), 404)
    await front().envoy.changedBy('routes', () => world.mesh.route(SHOP, 'all', httpRoute({ v1: 1 })))
    await eventually({ what: 'the first route' }, async () => (await get()) === 200)
  })

  it('a deleted route is gone, and comes back', async () => {
    await front().envoy.changedBy('routes', () => world.mesh.deleteRoute(SHOP, 'all'))
    await eventually({ what: 'no route' }, async () => (await get()) === 404)
    await front().envoy.changedBy('routes', () => world.mesh.route(SHOP, 'all', httpRoute({ v1: 1 })))
    await eventually({ what: 'the route again' }, async () => (await get()) === 200)
  })

  it('a new route target takes traffic without a failed request', async () => {
    const both = httpRoute({ v1: 50, v2: 50 })
    const from = await underLoad(() => front().envoy.changedBy('routes', () => world.mesh.route(SHOP, 'all', both)))
    assert.ok(from['v2']! > 0, JSON.stringify(from))
  })

  it('targets that come and go fail no request', async () => {
    const turns = [{ v1: 1 }, { v2: 1 }, { v1: 50, v2: 50 }]
    await underLoad(async () => {
      for (const weights of [...turns, ...turns, ...turns, ...turns]) {
        await front().envoy.changedBy('routes', () => world.mesh.route(SHOP, 'all', httpRoute(weights)))
      }
    })
  })

  it('a route target removed with its virtual node fails no request', async () => {
    const gone = 'cds_egress_shop_v2_http_8080'
    await underLoad(async () => {
      await world.mesh.route(SHOP, 'all', httpRoute({ v1: 1 }))
      await world.mesh.deleteNode('v2')
      await front().envoy.until('v2 is gone', ({ clusters }) => !clusters.has(gone))
    })
    assert.deepEqual(await underLoad(async () => undefined).then(Object.keys), ['v1'])
  })

  it('a backend on the same port comes and goes without a failed request', async () => {
    await world.mesh.service(OTHER, { virtualNode: { virtualNodeName: 'v1' } })
    await underLoad(async () => {
      await front().envoy.changedBy('routes', () => world.mesh.node('front', { backends: backends(SHOP, OTHER) }))
      await eventually({ what: 'the new backend' }, async () => (await status(`http://${OTHER}:8080/`)) === 200)
      await front().envoy.changedBy('routes', () => world.mesh.node('front', { backends: backends(SHOP) }))
      await eventually({ what: 'the old backend gone' }, async () => (await status(`http://${OTHER}:8080/`)) === 404)
    })
  })

  it('a backend on another port comes and goes without a failed request', async () => {
    await world.mesh.service(FAR, { virtualNode: { virtualNodeName: 'far' } })
    await underLoad(async () => {
      await front().envoy.changedBy('listeners', () => world.mesh.node('front', { backends: backends(SHOP, FAR) }))
      await eventually({ what: 'the new port' }, async () => (await status(`http://${FAR}:8090/`)) === 200)
      await front().envoy.changedBy('listeners', () => world.mesh.node('front', { backends: backends(SHOP) }))
      await eventually({ what: 'the old port gone' }, async () => (await status(`http://${FAR}:8090/`)) === 0)
    })
  })

  it('a virtual service that moves to another provider fails no request', async () => {
    await world.mesh.node('v2', serverNode('v2', listener('http', 8080)))
    const v2 = { virtualNode: { virtualNodeName: 'v2' } }
    const from = await underLoad(() => front().envoy.changedBy('routes', () => world.mesh.service(SHOP, v2)))
    assert.ok(from['v2']! > 0, JSON.stringify(from))
  })

  it('an Envoy of an unknown virtual node is told so, and recovers once there is one', async () => {
    const pod = await world.startPod('late')
    await eventually({ what: 'status 3 in the log of Envoy' }, async () => {
      return /closed: 3, .*mesh\/shop\/virtualNode\/late/.test(await pod.envoy.log())
    })
    assert.equal((await pod.envoy.admin('/ready')).status, 503)
    await world.mesh.node('late', { backends: backends(SHOP) })
    await pod.envoy.ready(60_000)
    assert.equal((await pod.agent.http(call.url)).from, 'v2')
  })

  it('an Envoy whose virtual node is deleted goes on with its last configuration', async () => {
    const { agent, envoy } = world.pod('late')
    const load = await agent.startLoad({ call, concurrency: 4 })
    await load.more(100)
    const before = await envoy.config()
    await world.mesh.deleteNode('late')
    await eventually({ what: 'the end of the stream' }, async () => {
      const ends = (await envoy.log()).match(/closed: 3, /g) ?? []
      return ends.length >= 2 && (await envoy.stat('control_plane.connected_state')) === 0
    })
    await load.more(200)
    const { failed, failures } = await load.stop()
    assert.equal(failed, 0, JSON.stringify(failures))
    assert.equal((await envoy.config()).fingerprint, before.fingerprint)
  })

  it('an Envoy whose virtual node is created again follows it', async () => {
    const { envoy, agent } = world.pod('late')
    await world.mesh.node('late', {})
    await envoy.until(
      'no backend',
      ({ clusters }) => ![...clusters.keys()].some((name) => name.includes('_v2_')),
      60_000,
    )
    await eventually({ what: 'no way to the backend' }, async () => (await agent.http(call.url)).status === 0)
  })
})
