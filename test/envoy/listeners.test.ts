/** Routers with several listeners, backends by ARN, and IP preferences that change what Envoys bind. */
import assert from 'node:assert/strict'
import type { IpPreference } from '@aws-sdk/client-app-mesh'
import { eventually } from './eventually.js'
import { backends, httpRoute, listener, serverNode, targets } from './mesh-writer.js'
import { MESH, useWorld } from './world.js'

const SERVICE = 'two.local'
const SERVERS = [
  { protocol: 'http', port: 8080 },
  { protocol: 'http', port: 8090 },
] as const
const LISTENERS = SERVERS.map(({ protocol, port }) => listener(protocol, port))

describe('listeners', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    world.nameServices(SERVICE)
    await mesh.mesh()
    for (const name of ['a', 'b']) await mesh.node(name, { ...serverNode(name, LISTENERS[0]!), listeners: LISTENERS })
    await mesh.router(SERVICE, 'http', 8080, 8090)
    await mesh.service(SERVICE, { virtualRouter: { virtualRouterName: SERVICE } })
    for (const [node, port] of [
      ['a', 8080],
      ['b', 8090],
    ] as const) {
      // Crosswise: what the router's port takes goes to the other port of the node.
      const weightedTargets = targets({ [node]: 1 }).map((target) => ({ ...target, port: port === 8080 ? 8090 : 8080 }))
      await mesh.route(SERVICE, node, httpRoute({}, { match: { prefix: '/', port }, action: { weightedTargets } }))
    }
    const arn = `arn:aws:appmesh:us-east-1:000000000000:mesh/${MESH}/virtualService/${SERVICE}`
    await mesh.node('front', { backends: backends(arn) })
    await world.startPods({ front: {}, a: { servers: SERVERS }, b: { servers: SERVERS } })
  })
  const get = (port: number) => world.pod('front').agent.http(`http://${SERVICE}:${port}/`)

  async function assertRoutes(): Promise<void> {
    for (const { port, from, to } of [
      { port: 8080, from: 'a', to: 8090 },
      { port: 8090, from: 'b', to: 8080 },
    ]) {
      const answer = await get(port)
      assert.equal(answer.from, from, `${port}: ${answer.status} ${answer.error}`)
      assert.equal((JSON.parse(answer.body) as { port: number }).port, to)
    }
  }

  it('of a router each have their routes, to the port that the target names', assertRoutes)

  for (const ipPreference of ['IPv4_ONLY', 'IPv6_PREFERRED', 'IPv4_PREFERRED'] satisfies IpPreference[]) {
    it(`follow the mesh to ${ipPreference} while they run`, async () => {
      const { fingerprint } = await world.pod('a').envoy.config()
      await world.mesh.mesh({ serviceDiscovery: { ipPreference } })
      await world.pod('a').envoy.until('new clusters or listeners', (config) => config.fingerprint !== fingerprint)
      for (const name of ['front', 'a', 'b']) {
        await world.pod(name).envoy.until('listeners on ::', ({ listeners }) => {
          return listeners.size > 0 && [...listeners.values()].every((each) => JSON.stringify(each).includes('"::"'))
        })
      }
      await eventually({ what: 'traffic' }, async () => (await get(8080)).status === 200)
      await assertRoutes()
    })
  }

  it('go back to IPv4 alone when there is no preference any more', async () => {
    await world.mesh.mesh({})
    for (const name of ['front', 'a', 'b']) {
      await world.pod(name).envoy.until('listeners on 0.0.0.0', ({ listeners }) => {
        return listeners.size > 0 && [...listeners.keys()].every((each) => each.includes('_0.0.0.0_'))
      })
    }
    await eventually({ what: 'traffic' }, async () => (await get(8080)).status === 200)
    await assertRoutes()
  })
})
