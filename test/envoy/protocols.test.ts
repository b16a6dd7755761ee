/** TCP, websockets and http2 through Envoys. */
import assert from 'node:assert/strict'
import { echoOf } from './agent.js'
import { backends, httpRoute, listener, serverNode, targets } from './mesh-writer.js'
import { useWorld } from './world.js'

const ECHO = 'echo.local'
const GREETING = 'greeting.local'
const SHARED = 'shared.local'
const MODERN = 'modern.local'
const PLAIN = 'plain.local'

describe('TCP, websockets and http2', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    const services = [ECHO, GREETING, SHARED, MODERN, PLAIN]
    world.nameServices(...services)
    await mesh.mesh()
    await mesh.node('echo', serverNode('echo', listener('tcp', 7000)))
    await mesh.node('greeting', serverNode('greeting', listener('tcp', 7001)))
    await mesh.node('one', serverNode('one', listener('tcp', 7002)))
    await mesh.node('two', serverNode('two', listener('tcp', 7002)))
    await mesh.node('modern', serverNode('modern', listener('http2', 8080)))
    await mesh.node('plain', serverNode('plain', listener('http', 8090)))
    await mesh.service(PLAIN, { virtualNode: { virtualNodeName: 'plain' } })
    await mesh.service(ECHO, { virtualNode: { virtualNodeName: 'echo' } })
    await mesh.routedService(GREETING, 'tcp', 7001)
    await mesh.route(GREETING, 'all', tcpRoute({ greeting: 1 }))
    await mesh.routedService(SHARED, 'tcp', 7002)
    await mesh.route(SHARED, 'all', tcpRoute({ one: 50, two: 50 }))
    await mesh.routedService(MODERN, 'http2', 8080)
    await mesh.route(MODERN, 'all', { http2Route: httpRoute({ modern: 1 }).httpRoute! })
    await mesh.node('front', { backends: backends(...services) })
    await world.startPods({
      front: {},
      echo: { servers: [{ protocol: 'tcp', port: 7000 }] },
      greeting: { servers: [{ protocol: 'greeting', port: 7001 }] },
      one: { servers: [{ protocol: 'tcp', port: 7002 }] },
      two: { servers: [{ protocol: 'tcp', port: 7002 }] },
      plain: { servers: [{ protocol: 'http', port: 8090 }] },
      modern: { servers: [{ protocol: 'http2', port: 8080 }] },
    })
  })
  const front = () => world.pod('front').agent

  it('passes TCP to a virtual node', async () => {
    const answer = await front().tcp({ host: ECHO, port: 7000, send: 'hi' })
    assert.deepEqual(answer, { greeting: '', reply: 'echo:hi', error: '' })
    assert.equal(await world.pod('front').envoy.stat('cluster.cds_egress_shop_echo_tcp_7000.upstream_cx_total'), 1)
    assert.equal(await world.pod('echo').envoy.stat('cluster.cds_ingress_shop_echo_tcp_7000.upstream_cx_total'), 1)
  })

  it('passes TCP whose server speaks first', async () => {
    const answer = await front().tcp({ host: GREETING, port: 7001, greeting: true, send: 'hi' })
    assert.deepEqual(answer, { greeting: 'hello from greeting\n', reply: 'greeting:hi', error: '' })
  })

  it('shares TCP connections by weight, and follows a new weight', async () => {
    const call = { kind: 'tcp', host: SHARED, port: 7002, send: 'hi' } as const
    const report = await front().load({ call, requests: 400, concurrency: 4 })
    assert.equal(report.failed, 0, JSON.stringify(report.failures))
    // 5 standard deviations of a fair coin over 400 throws.
    assert.ok(Math.abs(report.from['one']! - 200) <= 50, JSON.stringify(report.from))
    await world
      .pod('front')
      .envoy.changedBy('listeners', () => world.mesh.route(SHARED, 'all', tcpRoute({ one: 0, two: 100 })))
    const moved = await front().load({ call, requests: 50, concurrency: 2 })
    assert.deepEqual(moved.from, { two: 50 })
  })

  it('passes a websocket', async () => {
    const answer = await front().upgrade({ url: `http://${PLAIN}:8090/`, send: 'hi' })
    assert.deepEqual(answer, { status: 101, reply: 'plain:hi' })
  })

  it('passes http2 end to end', async () => {
    const answer = await front().http({ url: `http://${MODERN}:8080/x`, protocol: 'http2' })
    assert.equal(answer.status, 200)
    assert.equal(echoOf(answer).headers[':path'], '/x')
    assert.ok(
      (await world.pod('front').envoy.stat('cluster.cds_egress_shop_modern_http2_8080.upstream_cx_http2_total')) > 0,
    )
    assert.ok((await world.pod('modern').envoy.stat('http.ingress.downstream_cx_http2_total')) > 0)
  })

  it('takes http/1.1 from a client of an http2 service', async () => {
    const answer = await front().http(`http://${MODERN}:8080/y`)
    assert.equal(answer.status, 200)
    assert.equal(echoOf(answer).headers[':path'], '/y')
  })
})

function tcpRoute(weights: Record<string, number>) {
  return { tcpRoute: { action: { weightedTargets: targets(weights) } } }
}
