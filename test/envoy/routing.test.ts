/** Which requests a route takes, through a running Envoy whose route changes before every case. */
import assert from 'node:assert/strict'
import { backends, httpRoute, listener, serverNode } from './mesh-writer.js'
import { ROUTING_CASES, type Call } from './routing-cases.js'
import { useWorld } from './world.js'

const SERVICE = 'cart.local'
const SERVERS = [{ protocol: 'http', port: 8080 }] as const

describe('http routing', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    await mesh.mesh()
    for (const name of ['taken', 'left']) await mesh.node(name, serverNode(name, listener('http', 8080)))
    await mesh.routedService(SERVICE, 'http', 8080)
    await mesh.route(SERVICE, 'otherwise', { ...httpRoute({ left: 1 }), priority: 1000 })
    await mesh.node('front', { backends: backends(SERVICE) })
    world.nameServices(SERVICE)
    await world.startPods({ front: {}, taken: { servers: SERVERS }, left: { servers: SERVERS } })
  })

  async function answerer({ path = '/', ...call }: Call): Promise<string> {
    const answer = await world.pod('front').agent.http({ url: `http://${SERVICE}:8080${path}`, ...call })
    return answer.from || `${answer.status} ${answer.error}`
  }

  for (const { name, match, taken, left } of ROUTING_CASES) {
    it(`matches ${name}`, async () => {
      const route = { ...httpRoute({ taken: 1 }, { match }), priority: 0 }
      await world.pod('front').envoy.changedBy('routes', () => world.mesh.route(SERVICE, 'case', route))
      for (const call of taken) assert.equal(await answerer(call), 'taken', JSON.stringify(call))
      for (const call of left) assert.equal(await answerer(call), 'left', JSON.stringify(call))
    })
  }

  it('prefers the lower priority number, then the longer prefix', async () => {
    const { mesh } = world
    const { envoy } = world.pod('front')
    await envoy.changedBy('routes', () => mesh.deleteRoute(SERVICE, 'case'))
    const long = httpRoute({ taken: 1 }, { match: { prefix: '/a/b' } })
    const short = httpRoute({ left: 1 }, { match: { prefix: '/a' } })
    await envoy.changedBy('routes', () => mesh.route(SERVICE, 'long', { ...long, priority: 10 }))
    await envoy.changedBy('routes', () => mesh.route(SERVICE, 'short', { ...short, priority: 10 }))
    assert.equal(await answerer({ path: '/a/b/c' }), 'taken', 'the longer prefix first')
    await envoy.changedBy('routes', () => mesh.route(SERVICE, 'short', { ...short, priority: 5 }))
    assert.equal(await answerer({ path: '/a/b/c' }), 'left', 'the lower number first')
  })

  it('answers 404 where no route takes a request', async () => {
    const { mesh } = world
    await world.pod('front').envoy.changedBy('routes', () => mesh.deleteRoute(SERVICE, 'otherwise'))
    assert.equal(await answerer({ path: '/none' }), '404 ')
  })
})
