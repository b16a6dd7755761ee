/** Mutual TLS with secrets from a local Unix socket, as SPIRE serves them: which are trusted, and what happens when they change. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { ClientPolicyTls } from '@aws-sdk/client-app-mesh'
import { Authority } from './certificates.js'
import { eventually } from './eventually.js'
import { dns, listener } from './mesh-writer.js'
import { SecretServer } from './secret-server.js'
import { useWorld } from './world.js'

const SERVICE = 'server.local'
const PORT = 8080
const SERVER = 'spiffe://shop/server'
const FRONT = 'spiffe://shop/front'
const TRUST = 'spiffe://shop'

describe('TLS with secrets by a Unix socket', function () {
  let authority: Authority
  let secrets: SecretServer
  let running: SecretServer | undefined

  const world = useWorld(this, async (world) => {
    const { mesh, network } = world
    authority = await Authority.create('Mesh CA')
    secrets = new SecretServer(join(network.directory, 'sds.sock'))
    secrets.setTrust(TRUST, authority.certificate)
    secrets.setCertificate(SERVER, await authority.issue({ names: [SERVER] }))
    secrets.setCertificate(FRONT, await authority.issue({ names: [FRONT] }))
    await secrets.start()
    running = secrets
    world.nameServices(SERVICE)
    await mesh.mesh()
    await mesh.node('server', {
      listeners: [
        listener('http', PORT, {
          tls: {
            mode: 'STRICT',
            certificate: { sds: { secretName: SERVER } },
            validation: {
              trust: { sds: { secretName: TRUST } },
              subjectAlternativeNames: { match: { exact: [FRONT] } },
            },
          },
        }),
      ],
      serviceDiscovery: dns('server.pod'),
    })
    await mesh.service(SERVICE, { virtualNode: { virtualNodeName: 'server' } })
    await mesh.node('front', nodeWith(policy([SERVER])))
    const environment = { APPMESH_SDS_SOCKET_PATH: secrets.path }
    await world.startPods({
      front: { environment },
      server: { environment, servers: [{ protocol: 'http', port: PORT }] },
    })
  })
  after(() => running?.stop())

  const nodeWith = (tls: ClientPolicyTls) => ({
    backends: [{ virtualService: { virtualServiceName: SERVICE, clientPolicy: { tls } } }],
  })
  const policy = (names: string[]): ClientPolicyTls => ({
    certificate: { sds: { secretName: FRONT } },
    validation: {
      trust: { sds: { secretName: TRUST } },
      subjectAlternativeNames: { match: { exact: names } },
    },
  })
  const front = () => world.pod('front')
  const ask = async () => (await front().agent.http(`http://${SERVICE}:${PORT}/`)).status
  const becomes = (status: number) =>
    eventually({ what: `an answer of ${status}` }, async () => (await ask()) === status)

  it('lets through those who know each other by their SPIFFE ids', async () => {
    await becomes(200)
    assert.ok((await front().envoy.stat(`cluster.cds_egress_shop_server_http_${PORT}.ssl.handshake`)) > 0)
  })

  it('takes new certificates without a failed request, and without the control plane', async () => {
    const call = { kind: 'http', url: `http://${SERVICE}:${PORT}/` } as const
    const load = await front().agent.startLoad({ call, concurrency: 2 })
    const updates = () =>
      world.pod('server').envoy.stat('listener.0.0.0.0_15000.server_ssl_socket_factory.ssl_context_update_by_sds')
    for (let round = 0; round < 3; round++) {
      const before = await updates()
      secrets.setCertificate(SERVER, await authority.issue({ names: [SERVER] }))
      secrets.setCertificate(FRONT, await authority.issue({ names: [FRONT] }))
      await eventually({ what: 'the new certificate' }, async () => (await updates()) > before)
      await load.more(30)
    }
    const { failed, failures } = await load.stop()
    assert.equal(failed, 0, JSON.stringify(failures))
  })

  it('stops trusting who is called something else', async () => {
    await front().envoy.changedBy('clusters', () => world.mesh.node('front', nodeWith(policy(['spiffe://shop/other']))))
    await becomes(503)
    await front().envoy.changedBy('clusters', () => world.mesh.node('front', nodeWith(policy([SERVER]))))
    await becomes(200)
    secrets.setCertificate(FRONT, await authority.issue({ names: ['spiffe://shop/other'] }))
    await front().envoy.changedBy('clusters', () => world.mesh.node('front', nodeWith(policy([SERVER, 'x']))))
    await becomes(503)
  })
})
