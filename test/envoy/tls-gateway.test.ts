/** TLS of a gateway on both of its sides: clients from outside of the mesh, and the nodes that it calls. */
import assert from 'node:assert/strict'
import type { ClientPolicyTls } from '@aws-sdk/client-app-mesh'
import type { KeyPair } from './certificates.js'
import { eventually } from './eventually.js'
import { callFromOutside, type OutsideCall } from './https.js'
import { gatewayListener, httpGatewayRoute, listener, serverNode } from './mesh-writer.js'
import { TlsFiles } from './tls-files.js'
import { useWorld } from './world.js'

const SERVICE = 'web.local'
const PORTS = { strict: 8443, permissive: 8444, mutual: 8445, plain: 8446 } as const
type Port = keyof typeof PORTS

describe('TLS of a virtual gateway', function () {
  let files: TlsFiles
  let client: KeyPair
  let stranger: KeyPair

  const world = useWorld(this, async (world) => {
    const { mesh, network } = world
    files = await TlsFiles.create(network.directory)
    await files.issue('edge', { names: ['edge.example'] })
    await files.issue('web', { names: ['web.pod'] })
    client = await files.issue('client', { names: ['spiffe://outside/client'] })
    stranger = await files.issue('stranger', { names: ['spiffe://outside/client'], unknown: true })
    await mesh.mesh()
    const tls = { mode: 'STRICT', certificate: { file: files.names('web') } } as const
    const trust = { file: { certificateChain: files.trusted } }
    await mesh.node('web', serverNode('web', listener('http', 8080, { tls: { ...tls, validation: { trust } } })))
    await mesh.service(SERVICE, { virtualNode: { virtualNodeName: 'web' } })
    await setPolicy(['web.pod'])
    for (const [name, port] of Object.entries(PORTS)) {
      await mesh.gatewayRoute('edge', name, httpGatewayRoute(SERVICE, { prefix: '/', port }))
    }
    await world.startPods({
      edge: { virtualGateway: 'edge' },
      web: { servers: [{ protocol: 'http', port: 8080 }] },
    })
  })

  /** Writes the gateway with a client policy that expects these names. */
  async function setPolicy(names: string[]): Promise<void> {
    const certificate = { file: files.names('edge') }
    const trust = { file: { certificateChain: files.trusted } }
    const tls: ClientPolicyTls = {
      certificate,
      validation: { trust, subjectAlternativeNames: { match: { exact: names } } },
    }
    await world.mesh.gateway('edge', {
      listeners: [
        gatewayListener('http', PORTS.strict, { tls: { mode: 'STRICT', certificate } }),
        gatewayListener('http', PORTS.permissive, { tls: { mode: 'PERMISSIVE', certificate } }),
        gatewayListener('http', PORTS.mutual, { tls: { mode: 'STRICT', certificate, validation: { trust } } }),
        gatewayListener('http', PORTS.plain),
      ],
      backendDefaults: { clientPolicy: { tls } },
    })
  }

  const call = (port: Port, tls?: OutsideCall['tls']) =>
    callFromOutside({ address: world.pod('edge').address, port: PORTS[port], ...(tls && { tls }) })
  const trusting = () => ({ ca: files.authority.certificate, servername: 'edge.example' })
  const showing = (pair: KeyPair) => ({ ...trusting(), cert: pair.certificate, key: pair.privateKey })

  it('shows its certificate to clients, and its own to nodes that demand one', async () => {
    await eventually({ what: 'an answer' }, async () => (await call('strict', trusting())) === 'web')
    assert.match(await call('strict', { ...trusting(), servername: 'other.example' }), /altnames/)
    assert.ok((await world.pod('edge').envoy.stat('cluster.cds_egress_shop_web_http_8080.ssl.handshake')) > 0)
  })

  it('takes plain text on PERMISSIVE listeners and those without TLS, and not on STRICT ones', async () => {
    assert.equal(await call('permissive'), 'web')
    assert.equal(await call('permissive', trusting()), 'web')
    assert.equal(await call('plain'), 'web')
    assert.match(await call('plain', trusting()), /^error/)
    assert.match(await call('strict'), /^error/)
  })

  it('lets in with a validation only clients with a certificate that it trusts', async () => {
    assert.equal(await call('mutual', showing(client)), 'web')
    assert.match(await call('mutual', trusting()), /^error/)
    assert.match(await call('mutual', showing(stranger)), /^error/)
  })

  it('answers 503 for nodes that are not called as the client policy expects', async () => {
    await world.pod('edge').envoy.changedBy('clusters', () => setPolicy(['elsewhere.pod']))
    await eventually({ what: 'a refusal' }, async () => (await call('plain')) === '503')
    await world.pod('edge').envoy.changedBy('clusters', () => setPolicy(['elsewhere.pod', 'web.pod']))
    await eventually({ what: 'an answer again' }, async () => (await call('plain')) === 'web')
  })
})
