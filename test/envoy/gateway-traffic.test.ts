/** Gateways with several listeners and protocols, services that fail or dawdle, pools, logs, and changes under load. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  GatewayRouteSpec,
  GrpcGatewayRoute,
  HttpGatewayRouteRewrite,
  VirtualGatewaySpec,
} from '@aws-sdk/client-app-mesh'
import { echoOf } from './agent.js'
import type { HttpCall } from './agent/protocol.js'
import { eventually } from './eventually.js'
import { gatewayListener, httpGatewayRoute, httpRoute, listener, serverNode, targets } from './mesh-writer.js'
import { useWorld } from './world.js'

const WEB = 'web.local'
const CART = 'cart.local'
const GRPC = 'grpc.local'
const H2 = 'h2.local'
const TWO = 'two.local'
const ADD = '/shop.Cart/Add'
const UNAVAILABLE = 14

const KEEP_HOST = { rewrite: { hostname: { defaultTargetHostname: 'DISABLED' } } } as const

const SPEC: VirtualGatewaySpec = {
  listeners: [
    gatewayListener('http', 8080),
    gatewayListener('http', 8081, { connectionPool: { http: { maxConnections: 1, maxPendingRequests: 1 } } }),
    gatewayListener('http2', 8082),
    gatewayListener('grpc', 8083),
  ],
}

describe('the traffic of a virtual gateway', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    await mesh.mesh()
    for (const name of ['web', 'cart']) {
      await mesh.node(name, serverNode(name, listener('http', 8080)))
      await mesh.routedService(`${name}.local`, 'http', 8080)
      await mesh.route(`${name}.local`, 'all', httpRoute({ [name]: 1 }))
    }
    await mesh.node('grpc', serverNode('grpc', listener('grpc', 9000)))
    await mesh.routedService(GRPC, 'grpc', 9000)
    await mesh.route(GRPC, 'all', { grpcRoute: { match: {}, action: { weightedTargets: targets({ grpc: 1 }) } } })
    await mesh.node('h2', serverNode('h2', listener('http2', 8090)))
    await mesh.service(H2, { virtualNode: { virtualNodeName: 'h2' } })
    const twice = [listener('http', 8080), listener('http', 8091)]
    await mesh.node('two', { ...serverNode('two', twice[0]!), listeners: twice })
    await mesh.service(TWO, { virtualNode: { virtualNodeName: 'two' } })
    await mesh.gateway('edge', SPEC)
    for (const [name, spec] of Object.entries(ROUTES)) await mesh.gatewayRoute('edge', name, spec)
    const http = { servers: [{ protocol: 'http', port: 8080 }] } as const
    await world.startPods({
      edge: { virtualGateway: 'edge' },
      web: http,
      cart: http,
      grpc: { servers: [{ protocol: 'grpc', port: 9000 }] },
      h2: { servers: [{ protocol: 'http2', port: 8090 }] },
      two: { servers: [...http.servers, { protocol: 'http', port: 8091 }] },
    })
  })

  const edge = () => world.pod('edge')
  const get = (path: string, port = 8080, more: Omit<HttpCall, 'url'> = {}) =>
    edge().agent.http({ url: `http://edge.pod:${port}${path}`, ...more })
  const changed = (write: () => Promise<unknown>) => edge().envoy.changedBy('routes', write)

  describe('listeners', () => {
    it('each have their own routes', async () => {
      assert.equal((await get('/')).from, 'web')
      assert.equal((await get('/', 8081)).from, 'cart')
    })

    it('of http2 go on as http2, to services of any protocol', async () => {
      for (const [path, from] of [
        ['/h2/x', 'h2'],
        ['/web/x', 'web'],
      ] as const) {
        const answer = await get(path, 8082, { protocol: 'http2' })
        assert.equal(answer.from, from, JSON.stringify(answer))
        assert.equal(echoOf(answer).url, '/x')
      }
    })

    it('lead to the port of a service that the gateway route names, which the application is not told', async () => {
      for (const port of [8080, 8091]) {
        const answer = await get(`/two-${port}`)
        const { name, port: served, headers } = echoOf(answer)
        assert.deepEqual([name, served, headers['host']], ['two', port, TWO])
        assert.equal(echoOf(await get(`/kept-${port}`)).port, port)
      }
    })

    it('have their statistics under the names that dashboards know', async () => {
      await get('/', 8081)
      const { envoy } = edge()
      assert.ok((await envoy.stat('http.ingress.http.8081.downstream_rq_2xx')) > 0)
      assert.ok((await envoy.stat('cluster.cds_ingress_shop_edge_self_redirect_8081_http_15001.upstream_rq_200')) > 0)
      assert.ok((await envoy.stat('cluster.cds_egress_shop_cart_http_8080.upstream_rq_200')) > 0)
      assert.ok((await envoy.stat('http.egress.downstream_rq_2xx')) > 0)
    })

    it('pass websockets on', async () => {
      const { status, reply } = await edge().agent.upgrade({ url: 'http://edge.pod:8080/socket', send: 'ping' })
      assert.deepEqual([status, reply], [101, 'web:ping'])
    })
  })

  describe('gRPC', () => {
    const call = (path: string, metadata: Record<string, string> = {}) =>
      edge().agent.grpc({ target: 'edge.pod:8083', path, metadata })

    it('goes by service and metadata', async () => {
      assert.deepEqual(await call(ADD), { code: 0, from: 'grpc', details: '' })
      assert.equal((await call('/shop.Search/Find', { 'x-user': 'beta' })).code, 0)
      assert.notEqual((await call('/shop.Search/Find', { 'x-user': 'alpha' })).code, 0)
      assert.notEqual((await call('/other.Service/Get')).code, 0)
    })

    it('is retried behind the gateway as the service says', async () => {
      const server = world.pod('grpc').agent
      await server.reset()
      await server.behave({ failures: 2 })
      assert.equal((await call(ADD)).code, 0)
      assert.equal((await server.counts()).requests, 3)
      await server.behave({ failures: 3 })
      assert.equal((await call(ADD)).code, UNAVAILABLE)
    })
  })

  describe('services', () => {
    it('are retried as they say, once and not at each hop', async () => {
      const server = world.pod('web').agent
      await server.reset()
      await server.behave({ failures: 100, failStatus: 503 })
      assert.equal((await get('/')).status, 503)
      await server.behave({ failures: 0 })
      assert.equal((await server.counts()).requests, 3)
    })

    it('end requests after their own time, which counts at the gateway, too', async () => {
      const timeout = { perRequest: { unit: 'ms', value: 300 } } as const
      // Not just any change of the routes: the end of what lingers of an earlier one is a change, too.
      const has = (time: string) =>
        edge().envoy.until(`routes with ${time}`, (config) => config.text('routes').includes(time))
      await world.mesh.route(WEB, 'all', httpRoute({ web: 1 }, { timeout }))
      await has('"0.300s"')
      const { status, millis } = await get('/?delay=3000')
      assert.equal(status, 504)
      assert.ok(millis >= 300 && millis < 2500, `after ${millis} ms`)
      const patient = { perRequest: { unit: 's', value: 20 } } as const
      await world.mesh.route(WEB, 'all', httpRoute({ web: 1 }, { timeout: patient }))
      await has('"20s"')
      const open = { timeout: { http: patient } }
      await world
        .pod('web')
        .envoy.changedBy('routes', () => world.mesh.node('web', serverNode('web', listener('http', 8080, open))))
      assert.equal((await get('/?delay=15500')).status, 200, "the gateway's listener waits no less")
    })
  })

  describe('the connection pool of a listener', () => {
    it('answers 503 beyond its limits, for that listener alone', async () => {
      const load = (port: number) =>
        edge().agent.load({
          call: { kind: 'http', url: `http://edge.pod:${port}/?delay=500` },
          requests: 12,
          concurrency: 12,
        })
      const pooled = await load(8081)
      assert.deepEqual(Object.keys(pooled.failures), ['503'], JSON.stringify(pooled))
      assert.ok(pooled.from['cart']! >= 1, 'some pass')
      const loopback = 'cluster.cds_ingress_shop_edge_self_redirect_8081_http_15001'
      assert.ok((await edge().envoy.stat(`${loopback}.upstream_rq_pending_overflow`)) > 0)
      assert.equal((await load(8080)).failed, 0)
    })
  })

  describe('the access log', () => {
    it('has a line on the way in and one on the way out', async () => {
      const file = join(edge().directory, 'access.log')
      const format = { text: '%REQ(:AUTHORITY)% %REQ(:PATH)% %UPSTREAM_CLUSTER%\n' }
      const logging = { accessLog: { file: { path: file, format } } }
      await edge().envoy.changedBy('listeners', () => world.mesh.gateway('edge', { ...SPEC, logging }))
      const lines = await eventually({ what: 'two lines' }, async () => {
        await get('/logged')
        const text = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes('/logged'))
        return new Set(text).size >= 2 && text
      })
      // Envoy logs the host and path that it sent on.
      assert.deepEqual([...new Set(lines)].sort(), [
        'web.local /logged cds_egress_shop_web_http_8080',
        'web.local /logged cds_ingress_shop_edge_self_redirect_8080_http_15001',
      ])
    })
  })

  describe('under load', () => {
    it('moves to other paths, targets, weights and known services without a failed request', async () => {
      const load = await edge().agent.startLoad({
        call: { kind: 'http', url: 'http://edge.pod:8080/load' },
        concurrency: 4,
      })
      await load.more(100)
      const { mesh } = world
      const steps: readonly (() => Promise<unknown>)[] = [
        () => mesh.gatewayRoute('edge', 'load', httpGatewayRoute(WEB, { prefix: '/load', port: 8080 })),
        () => mesh.route(WEB, 'all', httpRoute({ web: 1, cart: 1 })),
        () => mesh.route(WEB, 'all', httpRoute({ cart: 1 })),
        () => mesh.gatewayRoute('edge', 'load', httpGatewayRoute(CART, { prefix: '/load', port: 8080 })),
        () => mesh.gatewayRoute('edge', 'load', httpGatewayRoute(WEB, { prefix: '/load', port: 8080 })),
        () => mesh.route(WEB, 'all', httpRoute({ web: 1 })),
        () => mesh.deleteGatewayRoute('edge', 'load'),
      ]
      for (const step of steps) {
        await changed(step)
        await load.more(100)
      }
      const { failed, failures, from } = await load.stop()
      assert.equal(failed, 0, JSON.stringify(failures))
      assert.deepEqual(Object.keys(from).sort(), ['cart', 'web'])
    })

    for (const [host, rewrite] of [
      ["the service's name", undefined],
      ["the client's name", KEEP_HOST.rewrite],
    ] as const) {
      it(`moves between services that it calls for the first and the last time, by ${host}`, async () => {
        const { mesh } = world
        for (const name of ['first', 'second'])
          await mesh.service(`${name}.local`, { virtualNode: { virtualNodeName: 'cart' } })
        const to = (service: string) =>
          mesh.gatewayRoute('edge', 'load', httpGatewayRoute(service, { prefix: '/load', port: 8080 }, rewrite))
        await changed(() => to('first.local'))
        const load = await edge().agent.startLoad({
          call: { kind: 'http', url: 'http://edge.pod:8080/load' },
          concurrency: 16,
        })
        await load.more(100)
        for (let turn = 0; turn < 20; turn++) {
          await changed(() => to(turn % 2 ? 'first.local' : 'second.local'))
          await load.more(20)
        }
        const { failed, failures } = await load.stop()
        assert.equal(failed, 0, JSON.stringify(failures))
        await mesh.deleteGatewayRoute('edge', 'load')
      })
    }

    it('goes on while another listener comes, and names change', async () => {
      const load = await edge().agent.startLoad({
        call: { kind: 'http', url: 'http://edge.pod:8080/' },
        concurrency: 4,
      })
      await load.more(100)
      const more = { ...SPEC, listeners: [...SPEC.listeners!, gatewayListener('http', 8084)] }
      await edge().envoy.changedBy('listeners', () => world.mesh.gateway('edge', more))
      await load.more(100)
      const { failed, failures } = await load.stop()
      assert.equal(failed, 0, JSON.stringify(failures))
      assert.equal((await get('/none', 8084)).status, 404)
    })
  })

  describe('the last configuration', () => {
    it('stays when the gateway is deleted', async () => {
      const names = [...Object.keys(ROUTES)]
      for (const name of names) await world.mesh.deleteGatewayRoute('edge', name)
      await eventually({ what: 'no routes' }, async () => (await get('/')).status === 404)
      await world.mesh.gatewayRoute('edge', 'web', ROUTES['web']!)
      await eventually({ what: 'the route again' }, async () => (await get('/')).status === 200)
      await world.mesh.deleteGatewayRoute('edge', 'web')
      await eventually({ what: 'no route' }, async () => (await get('/')).status === 404)
      await world.mesh.deleteGateway('edge')
      await eventually({ what: 'the end of the stream' }, async () => {
        return (await edge().envoy.stat('control_plane.connected_state')) === 0
      })
      assert.equal((await get('/')).status, 404, 'what it had last')
    })
  })
})

const to = (service: string, prefix: string, port: number): GatewayRouteSpec =>
  httpGatewayRoute(service, { prefix, port })

const grpc = (match: GrpcGatewayRoute['match']): GatewayRouteSpec => ({
  grpcRoute: {
    match: { ...match, port: 8083 },
    action: { target: { virtualService: { virtualServiceName: GRPC } } },
  },
})

/** To one port of the service that has two. */
const toPort = (port: number, prefix: string, rewrite?: { rewrite: HttpGatewayRouteRewrite }): GatewayRouteSpec => ({
  httpRoute: {
    match: { prefix: `${prefix}-${port}`, port: 8080 },
    action: { target: { port, virtualService: { virtualServiceName: TWO } }, ...rewrite },
  },
})

const ROUTES: Readonly<Record<string, GatewayRouteSpec>> = {
  web: to(WEB, '/', 8080),
  cart: to(CART, '/', 8081),
  h2: { http2Route: httpGatewayRoute(H2, { prefix: '/h2', port: 8082 }).httpRoute },
  'web-by-h2': { http2Route: httpGatewayRoute(WEB, { prefix: '/web', port: 8082 }).httpRoute },
  'two-8080': toPort(8080, '/two'),
  'two-8091': toPort(8091, '/two'),
  'kept-8080': toPort(8080, '/kept', KEEP_HOST),
  'kept-8091': toPort(8091, '/kept', KEEP_HOST),
  grpc: grpc({ serviceName: 'shop.Cart' }),
  metadata: grpc({ serviceName: 'shop.Search', metadata: [{ name: 'x-user', match: { exact: 'beta' } }] }),
}
