/** Retries, timeouts, outlier detection and connection pools, on applications that misbehave. */
import assert from 'node:assert/strict'
import type { HttpRetryPolicy } from '@aws-sdk/client-app-mesh'
import { eventually } from './eventually.js'
import { backends, dns, httpRoute, listener, serverNode } from './mesh-writer.js'
import { useWorld } from './world.js'

const SERVERS = [{ protocol: 'http', port: 8080 }] as const
const FLAKY = 'flaky.local'
const DIRECT = 'direct.local'
const SLOW = 'slow.local'
const WATCHED = 'watched.local'
const POOLED = 'pooled.local'
const POOLED2 = 'pooled2.local'

const RETRY: HttpRetryPolicy = { maxRetries: 1, perRetryTimeout: { unit: 's', value: 5 } }

describe('resilience', function () {
  const world = useWorld(this, async (world) => {
    const { mesh, network } = world
    const services = [FLAKY, DIRECT, SLOW, WATCHED, POOLED, POOLED2]
    world.nameServices(...services)
    await mesh.mesh()
    await mesh.node('flaky', serverNode('flaky', listener('http', 8080)))
    await mesh.node('slow', serverNode('slow', listener('http', 8080)))
    await mesh.node('watched', {
      listeners: [
        listener('http', 8080, {
          outlierDetection: {
            maxServerErrors: 5,
            interval: { unit: 's', value: 1 },
            baseEjectionDuration: { unit: 's', value: 2 },
            maxEjectionPercent: 50,
          },
        }),
      ],
      serviceDiscovery: dns('watched.pods', 'ENDPOINTS'),
    })
    const pool = { connectionPool: { http: { maxConnections: 1, maxPendingRequests: 1 } } }
    await mesh.node('pooled', serverNode('pooled', listener('http', 8080, pool)))
    const pool2 = { connectionPool: { http2: { maxRequests: 2 } } }
    await mesh.node('pooled2', serverNode('pooled2', listener('http2', 8081, pool2)))
    for (const [service, node] of [
      [FLAKY, 'flaky'],
      [SLOW, 'slow'],
      [WATCHED, 'watched'],
      [POOLED, 'pooled'],
    ] as const) {
      await mesh.routedService(service, 'http', 8080)
      await mesh.route(service, 'all', httpRoute({ [node]: 1 }))
    }
    await mesh.service(DIRECT, { virtualNode: { virtualNodeName: 'flaky' } })
    await mesh.service(POOLED2, { virtualNode: { virtualNodeName: 'pooled2' } })
    await mesh.node('front', { backends: backends(...services) })
    await world.startPods({
      front: {},
      flaky: { servers: SERVERS },
      slow: { servers: SERVERS },
      watched1: { servers: SERVERS, virtualNode: 'watched' },
      watched2: { servers: SERVERS, virtualNode: 'watched' },
      pooled: { servers: SERVERS },
      pooled2: { servers: [{ protocol: 'http2', port: 8081 }] },
    })
    network.dns.set('watched.pods', [world.pod('watched1').address, world.pod('watched2').address])
  })
  const front = () => world.pod('front')
  const get = (service: string, path = '/') => front().agent.http(`http://${service}:8080${path}`)

  /** The status of one request when the application fails `failures` times first, and how often the application was asked. */
  async function askFlaky(service: string, failures: number, failStatus: number) {
    const { agent } = world.pod('flaky')
    await agent.reset()
    await agent.behave({ failures, failStatus })
    const { status } = await get(service)
    const { requests } = await agent.counts()
    await agent.behave({ failures: 0 })
    return { status, requests }
  }

  describe('retries', () => {
    for (const service of [FLAKY, DIRECT]) {
      it(`asks twice more after a 503 when ${service} has no policy`, async () => {
        assert.deepEqual(await askFlaky(service, 2, 503), { status: 200, requests: 3 })
        assert.deepEqual(await askFlaky(service, 3, 503), { status: 503, requests: 3 })
      })

      it(`does not ask again after a 500 when ${service} has no policy`, async () => {
        assert.deepEqual(await askFlaky(service, 1, 500), { status: 500, requests: 1 })
      })
    }

    const policies: { events: string[]; status: number; requests: number }[] = [
      { events: ['server-error'], status: 500, requests: 2 },
      { events: ['server-error'], status: 503, requests: 2 },
      { events: ['gateway-error'], status: 500, requests: 1 },
      { events: ['gateway-error'], status: 502, requests: 2 },
      { events: ['client-error'], status: 409, requests: 2 },
      { events: ['client-error'], status: 503, requests: 1 },
      { events: ['client-error', 'gateway-error'], status: 504, requests: 2 },
    ]
    for (const [index, { events, status, requests }] of policies.entries()) {
      it(`follows a policy of ${events.join(' and ')} after a ${status}`, async () => {
        // A harmless difference makes every case a change that can be waited for.
        const timeout = { perRequest: { unit: 's', value: 20 + index } } as const
        const route = httpRoute({ flaky: 1 }, { retryPolicy: { ...RETRY, httpRetryEvents: events }, timeout })
        await front().envoy.changedBy('routes', () => world.mesh.route(FLAKY, 'all', route))
        assert.deepEqual(await askFlaky(FLAKY, 1, status), { status: requests === 2 ? 200 : status, requests })
      })
    }
  })

  describe('timeouts', () => {
    it("answers 504 after the route's time per request", async () => {
      const timeout = { perRequest: { unit: 'ms', value: 300 } } as const
      const route = httpRoute({ slow: 1 }, { timeout })
      await front().envoy.changedBy('routes', () => world.mesh.route(SLOW, 'all', route))
      const { status, millis } = await get(SLOW, '/?delay=3000')
      assert.equal(status, 504)
      assert.ok(millis >= 300 && millis < 2500, `after ${millis} ms`)
      assert.equal((await get(SLOW, '/?delay=50')).status, 200)
    })

    it("answers 504 after the listener's time per request", async () => {
      const timeout = { http: { perRequest: { unit: 'ms', value: 300 } } } as const
      await front().envoy.changedBy('routes', () => world.mesh.route(SLOW, 'all', httpRoute({ slow: 1 })))
      await world
        .pod('slow')
        .envoy.changedBy('routes', () =>
          world.mesh.node('slow', serverNode('slow', listener('http', 8080, { timeout }))),
        )
      const { status, millis } = await get(SLOW, '/?delay=3000')
      assert.equal(status, 504)
      assert.ok(millis >= 300 && millis < 2500, `after ${millis} ms`)
    })

    it('lets a request take as long as it likes when the time is 0', async () => {
      const none = { perRequest: { unit: 'ms', value: 0 } } as const
      const open = serverNode('slow', listener('http', 8080, { timeout: { http: none } }))
      await front().envoy.changedBy('routes', () =>
        world.mesh.route(SLOW, 'all', httpRoute({ slow: 1 }, { timeout: none })),
      )
      await world.pod('slow').envoy.changedBy('routes', () => world.mesh.node('slow', open))
      assert.equal((await get(SLOW, '/?delay=15500')).status, 200)
    })
  })

  describe('outlier detection', () => {
    it('ejects the endpoint that fails, and takes it back after its time', async () => {
      const ejected = () =>
        front().envoy.stat('cluster.cds_egress_shop_watched_http_8080.outlier_detection.ejections_active')
      const bad = world.pod('watched1').agent
      await bad.behave({ failures: 1_000_000, failStatus: 500 })
      const call = { kind: 'http', url: `http://${WATCHED}:8080/` } as const
      const load = await front().agent.startLoad({ call, concurrency: 2 })
      await eventually({ what: 'the ejection' }, async () => (await ejected()) === 1)
      await bad.behave({ failures: 0 })
      await load.stop()
      const during = await front().agent.load({ call, requests: 20, concurrency: 1 })
      assert.deepEqual(during.from, { watched2: 20 })
      await eventually({ what: 'the end of the ejection' }, async () => (await ejected()) === 0)
      const after = await front().agent.load({ call, requests: 20, concurrency: 1 })
      assert.deepEqual(Object.keys(after.from).sort(), ['watched1', 'watched2'])
      assert.equal(after.failed, 0)
    })
  })

  describe('connection pools', () => {
    it('answer 503 beyond their connections and pending requests', async () => {
      const call = { kind: 'http', url: `http://${POOLED}:8080/?delay=500` } as const
      const report = await front().agent.load({ call, requests: 20, concurrency: 20 })
      assert.deepEqual(Object.keys(report.failures), ['503'], JSON.stringify(report))
      assert.ok(report.from['pooled']! >= 1, 'some pass')
      const stat = 'cluster.cds_ingress_shop_pooled_http_8080.upstream_rq_pending_overflow'
      assert.ok((await world.pod('pooled').envoy.stat(stat)) > 0)
    })

    it('answer 503 beyond their http2 requests', async () => {
      const call = { kind: 'http', protocol: 'http2', url: `http://${POOLED2}:8081/?delay=500` } as const
      const report = await front().agent.load({ call, requests: 20, concurrency: 20 })
      assert.deepEqual(Object.keys(report.failures), ['503'], JSON.stringify(report))
      assert.ok(report.from['pooled2']! >= 1, 'some pass')
      // envoy-config.md section 10: which overflow counter moves is the pool's own affair.
      const overflows = await world.pod('pooled2').envoy.stats('^cluster\\.cds_ingress_.*overflow$')
      assert.ok(Math.max(...overflows.values()) > 0, JSON.stringify([...overflows]))
    })
  })
})
