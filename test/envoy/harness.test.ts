/** The harness itself, with configurations written by hand: when this fails, the other traffic tests say nothing about meshkeeper. */
import assert from 'node:assert/strict'
import { echoOf } from './agent.js'
import type { Network } from './network.js'
import type { Pod } from './pod.js'
import { requireNetwork } from './require.js'

describe('the harness', function () {
  this.timeout(60_000)
  let network: Network
  let front: Pod
  let back: Pod

  before(async function () {
    const { network: opened, binary } = await requireNetwork(this)
    network = opened
    network.dns.set('color.local', [network.virtualAddress])
    const pods = await Promise.all([network.pod('front'), network.pod('back')])
    ;[front, back] = pods
    const servers = [
      { protocol: 'http', port: 8080 },
      { protocol: 'grpc', port: 8082 },
      { protocol: 'greeting', port: 8083 },
    ] as const
    const args = ['--concurrency', '2', '--disable-hot-restart']
    await Promise.all([
      front.startAgent(),
      back.startAgent(servers),
      front.intercept([]),
      back.intercept([8080]),
      front.startEnvoy({ binary, bootstrap: bootstrap(15001, 'back.pod', 8080, 'front'), args }),
      back.startEnvoy({ binary, bootstrap: bootstrap(15000, '127.0.0.1', 8080, 'back'), args }),
    ])
    await Promise.all(pods.map((pod) => pod.envoy.ready()))
  })

  after(() => network.close())

  it('takes a call through both Envoys', async () => {
    const answer = await front.agent.http('http://color.local:8080/x?y=1')
    assert.equal(answer.status, 200, JSON.stringify(answer))
    assert.equal(answer.from, 'back')
    const { headers, url } = echoOf(answer)
    assert.equal(url, '/x?y=1')
    assert.deepEqual([headers['x-hop-front'], headers['x-hop-back']], ['1', '1'])
  })

  it('counts the calls of a load', async () => {
    await back.agent.reset()
    const call = { kind: 'http', url: 'http://color.local:8080/' } as const
    const report = await front.agent.load({ call, requests: 500, concurrency: 4 })
    assert.deepEqual(report, { running: false, total: 500, failed: 0, from: { back: 500 }, failures: {} })
    assert.equal((await back.agent.counts()).requests, 500)
  })

  it('sees failures that the application is asked for', async () => {
    await back.agent.behave({ failures: 3 })
    const call = { kind: 'http', url: 'http://color.local:8080/' } as const
    const report = await front.agent.load({ call, requests: 10, concurrency: 1 })
    assert.deepEqual(report.failures, { '503': 3 })
  })

  it('does not intercept what stays inside the pod', async () => {
    const direct = await back.agent.http('http://127.0.0.1:8080/')
    assert.equal(echoOf(direct).headers['x-hop-back'], undefined)
  })

  it('calls gRPC and server-first TCP inside a pod', async () => {
    const grpc = await back.agent.grpc({ target: '127.0.0.1:8082', path: '/shop.Cart/Add' })
    assert.deepEqual(grpc, { code: 0, from: 'back', details: '' })
    assert.equal((await back.agent.grpc({ target: '127.0.0.1:8082', path: '/shop.Cart/No' })).code, 12)
    const tcp = await back.agent.tcp({ host: '127.0.0.1', port: 8083, greeting: true, send: 'x' })
    assert.deepEqual(tcp, { greeting: 'hello from back\n', reply: 'back:x', error: '' })
  })

  it('runs Envoy as a user that is not intercepted', async () => {
    assert.equal(await front.envoy.stat('cluster.target.upstream_cx_connect_fail'), 0)
    assert.ok((await front.envoy.stat('cluster.target.upstream_rq_total')) > 0)
  })
})

/** One intercepting listener that sends everything to one address, as JSON. */
function bootstrap(listenPort: number, host: string, port: number, hop: string): string {
  const socket = (address: string, port_value: number) => ({ socket_address: { address, port_value } })
  const typed = (type: string, fields: object = {}) => ({
    name: type,
    typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.${type}`, ...fields },
  })
  const manager = typed('network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'test',
    route_config: {
      virtual_hosts: [
        { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'target' } }] },
      ],
      request_headers_to_add: [{ header: { key: `x-hop-${hop}`, value: '1' } }],
    },
    http_filters: [typed('http.router.v3.Router')],
  })
  const listener = {
    name: 'in',
    address: socket('0.0.0.0', listenPort),
    listener_filters: [typed('listener.original_dst.v3.OriginalDst')],
    filter_chains: [{ filter_chain_match: { destination_port: port }, filters: [manager] }],
  }
  const cluster = {
    name: 'target',
    type: 'STRICT_DNS',
    load_assignment: {
      cluster_name: 'target',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(host, port) } }] }],
    },
  }
  return JSON.stringify({
    admin: { address: socket('0.0.0.0', 9901) },
    static_resources: { listeners: [listener], clusters: [cluster] },
  })
}
