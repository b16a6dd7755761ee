/** DNS service discovery: one address at a time, or all of them, and addresses that change. */
import assert from 'node:assert/strict'
import { eventually } from './eventually.js'
import { backends, dns, listener } from './mesh-writer.js'
import { useWorld } from './world.js'

const MANY = 'many.local'
const ONE = 'one.local'
const SERVERS = [{ protocol: 'http', port: 8080 }] as const
const PODS = ['a', 'b', 'c'] as const

describe('DNS discovery', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    world.nameServices(MANY, ONE)
    await mesh.mesh()
    await mesh.node('many', { listeners: [listener('http', 8080)], serviceDiscovery: dns('many.pods', 'ENDPOINTS') })
    await mesh.node('one', { listeners: [listener('http', 8080)], serviceDiscovery: dns('one.pods', 'LOADBALANCER') })
    await mesh.service(MANY, { virtualNode: { virtualNodeName: 'many' } })
    await mesh.service(ONE, { virtualNode: { virtualNodeName: 'one' } })
    await mesh.node('front', { backends: backends(MANY, ONE) })
    const backing = { servers: SERVERS, virtualNode: 'many' }
    await world.startPods({ front: {}, a: backing, b: backing, c: backing })
    resolve('many.pods', PODS)
    resolve('one.pods', ['a', 'b'])
  })

  function resolve(name: string, pods: readonly string[]): void {
    world.network.dns.set(
      name,
      pods.map((pod) => world.pod(pod).address),
    )
  }

  /** Who answered 60 requests, none of which may fail. */
  async function answerers(service: string): Promise<string[]> {
    const call = { kind: 'http', url: `http://${service}:8080/` } as const
    const { from, failures } = await world.pod('front').agent.load({ call, requests: 60, concurrency: 4 })
    assert.deepEqual(failures, {})
    return Object.keys(from).sort()
  }

  async function settled(service: string, expected: readonly string[]): Promise<void> {
    const probe = () => world.pod('front').agent.http(`http://${service}:8080/`)
    await eventually({ what: `${service} resolved` }, async () => (await probe()).status === 200)
    await eventually({ what: `${service} answered by ${expected.join()}` }, async () => {
      return (await answerers(service)).join() === expected.join()
    })
  }

  it('spreads over every address of an ENDPOINTS name', async () => {
    await settled(MANY, ['a', 'b', 'c'])
    const call = { kind: 'http', url: `http://${MANY}:8080/` } as const
    const { from } = await world.pod('front').agent.load({ call, requests: 300, concurrency: 4 })
    for (const pod of PODS) assert.ok(Math.abs(from[pod]! - 100) <= 20, JSON.stringify(from))
  })

  it('uses one address of a LOADBALANCER name', async () => {
    await settled(ONE, ['a'])
  })

  it('follows an ENDPOINTS name that loses an address, without a failed request', async () => {
    resolve('many.pods', ['a', 'c'])
    await settled(MANY, ['a', 'c'])
  })

  it('follows a LOADBALANCER name that moves away from an address that goes', async () => {
    resolve('one.pods', ['b'])
    // Connections to the old address live on: 1.36 uses them as long as there are some, 1.40 does not.
    await world.pod('a').stop()
    await settled(ONE, ['b'])
  })
})
