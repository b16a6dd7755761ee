/** Health checks of every protocol, on one virtual node with a listener for each. */
import assert from 'node:assert/strict'
import type { HealthCheckPolicy, PortProtocol } from '@aws-sdk/client-app-mesh'
import { eventually } from './eventually.js'
import type { LoadCall } from './agent/protocol.js'
import { backends, dns, listener } from './mesh-writer.js'
import { useWorld } from './world.js'

const SERVICE = 'checked.local'
const EJECTED = 'ejected.local'
const SERVERS = [
  { protocol: 'http', port: 8080 },
  { protocol: 'http2', port: 8081 },
  { protocol: 'grpc', port: 8082 },
  { protocol: 'tcp', port: 8083 },
] as const
const OTHER_SERVERS = [{ protocol: 'http', port: 8090 }] as const

const CALLS: Readonly<Record<'http' | 'http2' | 'grpc', LoadCall>> = {
  http: { kind: 'http', url: `http://${SERVICE}:8080/` },
  http2: { kind: 'http', protocol: 'http2', url: `http://${SERVICE}:8081/` },
  grpc: { kind: 'grpc', target: `${SERVICE}:8082`, path: '/shop.Cart/Add' },
}

describe('health checks', function () {
  const world = useWorld(this, async (world) => {
    const { mesh, network } = world
    world.nameServices(SERVICE, EJECTED)
    await mesh.mesh()
    await mesh.node('checked', {
      listeners: SERVERS.map(({ protocol, port }) => listener(protocol, port, { healthCheck: healthCheck(protocol) })),
      serviceDiscovery: dns('checked.pods', 'ENDPOINTS'),
    })
    const outlierDetection = {
      maxServerErrors: 3,
      interval: { unit: 's', value: 1 },
      baseEjectionDuration: { unit: 's', value: 15 },
      maxEjectionPercent: 50,
    } as const
    await mesh.node('ejected', {
      listeners: [listener('http', 8090, { healthCheck: healthCheck('http'), outlierDetection })],
      serviceDiscovery: dns('ejected.pods', 'ENDPOINTS'),
    })
    await mesh.service(SERVICE, { virtualNode: { virtualNodeName: 'checked' } })
    await mesh.service(EJECTED, { virtualNode: { virtualNodeName: 'ejected' } })
    await mesh.node('front', { backends: backends(SERVICE, EJECTED) })
    await world.startPods({
      front: {},
      bad: { servers: SERVERS, virtualNode: 'checked' },
      good: { servers: SERVERS, virtualNode: 'checked' },
      e1: { servers: OTHER_SERVERS, virtualNode: 'ejected' },
      e2: { servers: OTHER_SERVERS, virtualNode: 'ejected' },
    })
    // Envoy checks an endpoint once a minute while nobody has used its cluster: the others join when somebody has.
    network.dns.set('checked.pods', [world.pod('good').address])
    network.dns.set('ejected.pods', [world.pod('e2').address])
  })
  const front = () => world.pod('front')
  const clusterStat = (cluster: string, name: string) =>
    front().envoy.stat(`cluster.cds_egress_shop_${cluster}.${name}`)

  it('take a bad endpoint out and back without a failed request, for http, http2 and gRPC', async () => {
    const loads = await Promise.all(
      Object.entries(CALLS).map(async ([name, call]) => {
        const from = async () => (await front().agent.load({ call, requests: 1, concurrency: 1 })).from
        await eventually({ what: `${name} traffic to the good endpoint` }, async () => (await from())['good'] === 1)
        return { name, load: await front().agent.startLoad({ call, concurrency: 1 }) }
      }),
    )
    world.network.dns.set('checked.pods', [world.pod('bad').address, world.pod('good').address])
    const taken = async (name: string, is: (count: number) => boolean) => {
      const { load } = loads.find((entry) => entry.name === name)!
      const before = (await load.report()).from['bad'] ?? 0
      await load.more(40)
      return is(((await load.report()).from['bad'] ?? 0) - before)
    }
    for (const { name } of loads) {
      await eventually({ what: `${name} traffic to both` }, () => taken(name, (count) => count > 0))
    }
    await world.pod('bad').agent.behave({ healthy: false })
    for (const { name } of loads) {
      await eventually({ what: `${name}: out`, timeoutMs: 25_000 }, () => taken(name, (count) => count === 0))
    }
    await world.pod('bad').agent.behave({ healthy: true })
    for (const { name } of loads) {
      await eventually({ what: `${name}: back`, timeoutMs: 25_000 }, () => taken(name, (count) => count > 0))
    }
    for (const { name, load } of loads) {
      const { failed, failures } = await load.stop()
      assert.equal(failed, 0, `${name}: ${JSON.stringify(failures)}`)
    }
  })

  it('of TCP are connections', async () => {
    const { reply } = await front().agent.tcp({ host: SERVICE, port: 8083, send: 'hi' })
    assert.match(reply, /^(good|bad):hi$/)
    assert.ok((await clusterStat('checked_tcp_8083', 'health_check.success')) > 0)
    assert.equal(await clusterStat('checked_tcp_8083', 'membership_healthy'), 2)
  })

  it('that succeed do not bring an ejected endpoint back before its time', async () => {
    const call = { kind: 'http', url: `http://${EJECTED}:8090/` } as const
    const ask = () => front().agent.load({ call, requests: 20, concurrency: 1 })
    await ask()
    world.network.dns.set('ejected.pods', [world.pod('e1').address, world.pod('e2').address])
    await eventually({ what: 'two healthy endpoints', timeoutMs: 15_000 }, async () => {
      return (await clusterStat('ejected_http_8090', 'membership_healthy')) === 2
    })
    await world.pod('e1').agent.behave({ failures: 1_000_000, failStatus: 500 })
    await eventually({ what: 'the ejection' }, async () => {
      await ask()
      return (await clusterStat('ejected_http_8090', 'outlier_detection.ejections_active')) === 1
    })
    await world.pod('e1').agent.reset()
    await eventually({ what: 'two successful checks of the ejected endpoint', timeoutMs: 14_000 }, async () => {
      return (await world.pod('e1').agent.counts()).healthChecks >= 2
    })
    assert.equal(await clusterStat('ejected_http_8090', 'outlier_detection.ejections_active'), 1)
    assert.deepEqual((await ask()).from, { e2: 20 })
  })
})

function healthCheck(protocol: PortProtocol): HealthCheckPolicy {
  return {
    protocol,
    ...(protocol.startsWith('http') && { path: '/health' }),
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    intervalMillis: 5000,
    timeoutMillis: 2000,
  }
}
