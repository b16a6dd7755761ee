/** TLS under every protocol, health checks included, and listeners that take plain text as well. */
import assert from 'node:assert/strict'
import type { HealthCheckPolicy, Listener, ListenerTlsMode, PortProtocol } from '@aws-sdk/client-app-mesh'
import type { Agent } from './agent.js'
import { eventually } from './eventually.js'
import { backends, dns, listener } from './mesh-writer.js'
import type { Pod } from './pod.js'
import { TlsFiles } from './tls-files.js'
import { useWorld } from './world.js'

const HOST = 'server.pod'
const SERVICE = 'server.local'
const GREETING_PORT = 8089

/** Health checks of a protocol other than the listener's, too: each must be agreed upon by itself. */
const LISTENERS: readonly { protocol: PortProtocol; port: number; mode: ListenerTlsMode; check: PortProtocol }[] = [
  { protocol: 'http', port: 8080, mode: 'STRICT', check: 'http' },
  { protocol: 'http2', port: 8081, mode: 'STRICT', check: 'http' },
  { protocol: 'grpc', port: 8082, mode: 'STRICT', check: 'grpc' },
  { protocol: 'tcp', port: 8083, mode: 'STRICT', check: 'tcp' },
  { protocol: 'http', port: 8084, mode: 'PERMISSIVE', check: 'http2' },
  { protocol: 'http2', port: 8085, mode: 'PERMISSIVE', check: 'http2' },
  { protocol: 'grpc', port: 8086, mode: 'PERMISSIVE', check: 'grpc' },
  { protocol: 'tcp', port: 8087, mode: 'PERMISSIVE', check: 'tcp' },
]

describe('TLS under every protocol', function () {
  let outside: Pod
  const world = useWorld(this, async (world) => {
    const { mesh, network } = world
    const files = await TlsFiles.create(network.directory)
    await files.issue('server', { names: [HOST] })
    world.nameServices(SERVICE)
    await mesh.mesh()
    const tls = (mode: ListenerTlsMode): Pick<Listener, 'tls'> => ({
      tls: { mode, certificate: { file: files.names('server') } },
    })
    await mesh.node('server', {
      listeners: [
        ...LISTENERS.map(({ protocol, port, mode, check }) =>
          listener(protocol, port, { ...tls(mode), healthCheck: healthCheck(check) }),
        ),
        listener('tcp', GREETING_PORT, tls('PERMISSIVE')),
      ],
      serviceDiscovery: dns(HOST, 'ENDPOINTS'),
    })
    await mesh.service(SERVICE, { virtualNode: { virtualNodeName: 'server' } })
    const validation = { trust: { file: { certificateChain: files.trusted } } }
    await mesh.node('front', {
      backends: backends(SERVICE),
      backendDefaults: { clientPolicy: { tls: { validation } } },
    })
    await world.startPods({ server: { servers: [...LISTENERS, { protocol: 'greeting', port: GREETING_PORT }] } })
    // A check that fails because the server is not there yet is made again only after a minute.
    await world.startPods({ front: {} })
    outside = await network.pod('outside')
    await outside.startAgent()
  })
  const front = () => world.pod('front')
  const stat = (protocol: PortProtocol, port: number, name: string) =>
    front().envoy.stat(`cluster.cds_egress_shop_server_${protocol}_${port}.${name}`)

  /** The name of the application that answers on `host`, to a client in the pod of `agent`. */
  const CALLS: Record<PortProtocol, (agent: Agent, host: string, port: number) => Promise<string>> = {
    http: async (agent, host, port) => (await agent.http(`http://${host}:${port}/`)).from,
    http2: async (agent, host, port) => (await agent.http({ url: `http://${host}:${port}/`, protocol: 'http2' })).from,
    grpc: async (agent, host, port) => (await agent.grpc({ target: `${host}:${port}`, path: '/shop.Cart/Add' })).from,
    tcp: async (agent, host, port) => (await agent.tcp({ host, port, send: 'hello' })).reply.replace(/:hello$/, ''),
  }

  for (const { protocol, port, mode, check } of LISTENERS) {
    it(`${protocol}, ${mode}: callers and their ${check} health checks get through by TLS`, async () => {
      const call = () => CALLS[protocol](front().agent, SERVICE, port)
      await eventually({ what: 'an answer' }, async () => (await call()) === 'server')
      assert.ok((await stat(protocol, port, 'ssl.handshake')) > 0)
      await eventually({ what: 'a successful health check', timeoutMs: 15_000 }, async () => {
        return (await stat(protocol, port, 'health_check.success')) > 0
      })
    })
  }

  const PERMISSIVE = LISTENERS.filter(({ mode }) => mode === 'PERMISSIVE')
  for (const { protocol, port } of PERMISSIVE) {
    it(`${protocol}, PERMISSIVE: plain text from outside gets through`, async () => {
      assert.equal(await CALLS[protocol](outside.agent, HOST, port), 'server')
    })
  }

  it('tcp, PERMISSIVE: a plain client that waits for the server to speak first is let through in the end', async () => {
    const call = { host: HOST, port: GREETING_PORT, greeting: true, send: 'x' }
    assert.deepEqual(await outside.agent.tcp(call), { greeting: 'hello from server\n', reply: 'server:x', error: '' })
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
