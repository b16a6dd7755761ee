/** TLS from files between a caller's Envoy and listeners of every mode, with good certificates and bad ones. */
import assert from 'node:assert/strict'
import type { ClientPolicyTls, ListenerTls, ListenerTlsMode } from '@aws-sdk/client-app-mesh'
import type { KeyPair } from './certificates.js'
import { eventually } from './eventually.js'
import { callFromOutside } from './https.js'
import { dns, listener } from './mesh-writer.js'
import { TlsFiles } from './tls-files.js'
import { useWorld } from './world.js'

const HOST = 'server.pod'
const SERVICE = 'server.local'
const CLIENT_NAME = 'spiffe://shop/front'

/** Listeners of the one server, by what is special about them. */
const PORTS = {
  strict: 8080,
  permissive: 8081,
  disabled: 8082,
  plain: 8083,
  expired: 8084,
  wrongName: 8085,
  unknown: 8086,
  mutual: 8087,
  mutualNames: 8088,
  mutualPermissive: 8089,
} as const
type Port = keyof typeof PORTS

describe('TLS from files', function () {
  let files: TlsFiles
  const clients = new Map<string, KeyPair>()

  const world = useWorld(this, async (world) => {
    const { mesh, network } = world
    files = await TlsFiles.create(network.directory)
    await files.issue('good', { names: [HOST] })
    await files.issue('expired', { names: [HOST], expired: true })
    await files.issue('wrongName', { names: ['elsewhere.pod'] })
    await files.issue('unknown', { names: [HOST], unknown: true })
    clients.set('good', await files.issue('client-good', { names: [CLIENT_NAME] }))
    clients.set('expired', await files.issue('client-expired', { names: [CLIENT_NAME], expired: true }))
    clients.set('wrongName', await files.issue('client-wrongName', { names: ['spiffe://shop/other'] }))
    clients.set('unknown', await files.issue('client-unknown', { names: [CLIENT_NAME], unknown: true }))
    world.nameServices(SERVICE)
    await mesh.mesh()
    const listeners = (Object.keys(PORTS) as Port[]).map((port) => listener('http', PORTS[port], tlsOf(files, port)))
    await mesh.node('server', { listeners, serviceDiscovery: dns(HOST) })
    await mesh.service(SERVICE, { virtualNode: { virtualNodeName: 'server' } })
    await mesh.node('front', { backends: [{ virtualService: { virtualServiceName: SERVICE } }] })
    const servers = Object.values(PORTS).map((port) => ({ protocol: 'http', port }) as const)
    await world.startPods({ front: {}, server: { servers } })
  })

  const outside = (port: Port, client?: string) => {
    const pair = client === undefined ? undefined : clients.get(client)
    const call = { address: world.pod('server').address, port: PORTS[port] }
    return callFromOutside({ ...call, tls: pair ? { cert: pair.certificate, key: pair.privateKey } : {} })
  }
  const outsidePlain = (port: Port) => callFromOutside({ address: world.pod('server').address, port: PORTS[port] })
  const ask = async (port: Port) => (await world.pod('front').agent.http(`http://${SERVICE}:${PORTS[port]}/`)).status
  const stat = (port: Port, name: string) =>
    world.pod('front').envoy.stat(`cluster.cds_egress_shop_server_http_${PORTS[port]}.${name}`)

  describe('a listener', () => {
    const TABLE: Record<Port, { readonly plain: boolean; readonly tls: boolean }> = {
      strict: { plain: false, tls: true },
      permissive: { plain: true, tls: true },
      disabled: { plain: true, tls: false },
      plain: { plain: true, tls: false },
      expired: { plain: false, tls: true },
      wrongName: { plain: false, tls: true },
      unknown: { plain: false, tls: true },
      mutual: { plain: false, tls: false },
      mutualNames: { plain: false, tls: false },
      mutualPermissive: { plain: true, tls: false },
    }
    for (const [port, { plain, tls }] of Object.entries(TABLE) as [Port, (typeof TABLE)[Port]][]) {
      it(`${port}: ${plain ? 'takes' : 'refuses'} plain text, ${tls ? 'takes' : 'refuses'} TLS without a certificate`, async () => {
        assert.equal((await outsidePlain(port)) === 'server', plain, await outsidePlain(port))
        assert.equal((await outside(port)) === 'server', tls, await outside(port))
      })
    }

    const CLIENTS = [
      { port: 'mutual', client: 'good', taken: true },
      { port: 'mutual', client: 'wrongName', taken: true },
      { port: 'mutual', client: 'expired', taken: false },
      { port: 'mutual', client: 'unknown', taken: false },
      { port: 'mutualNames', client: 'good', taken: true },
      { port: 'mutualNames', client: 'wrongName', taken: false },
      { port: 'mutualNames', client: 'expired', taken: false },
      { port: 'mutualNames', client: 'unknown', taken: false },
      { port: 'mutualPermissive', client: 'good', taken: true },
      { port: 'mutualPermissive', client: 'unknown', taken: false },
    ] as const
    for (const { port, client, taken } of CLIENTS) {
      it(`${port}: ${taken ? 'takes' : 'refuses'} the client certificate ${client}`, async () => {
        const answer = await outside(port, client)
        assert.equal(answer === 'server', taken, answer)
      })
    }
  })

  /** Writes the caller's policy as default, or as the backend's own beside another default, and waits until its Envoy has it. */
  async function setPolicy(tls?: ClientPolicyTls, own?: ClientPolicyTls): Promise<void> {
    const spec = {
      backends: [{ virtualService: { virtualServiceName: SERVICE, ...(own && { clientPolicy: { tls: own } }) } }],
      ...(tls && { backendDefaults: { clientPolicy: { tls } } }),
    }
    await world.pod('front').envoy.changedBy('clusters', () => world.mesh.node('front', spec))
  }

  const validation = (names?: readonly string[]) => ({
    trust: { file: { certificateChain: files.trusted } },
    ...(names && { subjectAlternativeNames: { match: { exact: [...names] } } }),
  })
  const certificate = (client: string) => ({ file: files.names(`client-${client}`) })

  async function expect(expected: Readonly<Partial<Record<Port, number>>>): Promise<void> {
    for (const [port, status] of Object.entries(expected) as [Port, number][]) {
      await eventually({ what: `${port} answers ${status}` }, async () => {
        const actual = await ask(port)
        if (actual !== status) throw new Error(`it answers ${actual}`)
        return true
      })
    }
  }

  const FOLLOWS = { strict: 200, permissive: 200, disabled: 200, plain: 200, mutual: 503, mutualPermissive: 503 }

  it('without a policy a caller follows the listener, and looks at no certificate', async () => {
    await expect({ ...FOLLOWS, expired: 200, wrongName: 200, unknown: 200 })
    for (const port of ['strict', 'permissive'] as const) assert.ok((await stat(port, 'ssl.handshake')) > 0, port)
    for (const port of ['disabled', 'plain'] as const) assert.equal(await stat(port, 'ssl.handshake'), 0, port)
  })

  it('an enforced policy takes TLS only, from a server that it trusts and knows by the name of its discovery', async () => {
    await setPolicy({ validation: validation() })
    await expect({
      strict: 200,
      permissive: 200,
      disabled: 503,
      plain: 503,
      expired: 503,
      wrongName: 503,
      unknown: 503,
    })
    assert.ok((await stat('expired', 'ssl.fail_verify_error')) > 0)
    assert.ok((await stat('unknown', 'ssl.fail_verify_error')) > 0)
    assert.ok((await stat('wrongName', 'ssl.fail_verify_san')) > 0)
    assert.ok((await stat('plain', 'ssl.connection_error')) > 0)
  })

  it('names of the policy stand in the place of that name', async () => {
    await setPolicy({ validation: validation(['elsewhere.pod', 'nowhere.pod']) })
    await expect({ wrongName: 200, strict: 503 })
  })

  it('a policy that is not enforced leaves it to the listener', async () => {
    await setPolicy({ enforce: false, validation: validation() })
    await expect({ ...FOLLOWS, expired: 200, unknown: 200 })
  })

  it('a policy is enforced on its ports only', async () => {
    await setPolicy({ ports: [PORTS.strict, PORTS.expired, PORTS.plain], validation: validation() })
    await expect({ strict: 200, expired: 503, plain: 503, unknown: 200, disabled: 200 })
  })

  for (const { client, mutual, mutualNames } of [
    { client: 'good', mutual: 200, mutualNames: 200 },
    { client: 'wrongName', mutual: 200, mutualNames: 503 },
    { client: 'expired', mutual: 503, mutualNames: 503 },
    { client: 'unknown', mutual: 503, mutualNames: 503 },
  ]) {
    it(`a policy with the client certificate ${client} gets ${mutual} and, where names count, ${mutualNames}`, async () => {
      await setPolicy({ certificate: certificate(client), validation: validation() })
      await expect({ strict: 200, mutual, mutualNames, mutualPermissive: mutual })
    })
  }

  it("a backend's own policy stands in the place of the default", async () => {
    await setPolicy(
      { validation: validation(['nowhere.pod']) },
      { certificate: certificate('good'), validation: validation() },
    )
    await expect({ strict: 200, mutualNames: 200, plain: 503 })
  })

  it('a rotated file counts from the next change of the policy on', async () => {
    await files.issue('client-rotated', { names: ['spiffe://shop/other'] })
    await setPolicy({ certificate: certificate('rotated'), validation: validation() })
    await expect({ mutualNames: 503 })
    await files.issue('client-rotated', { names: [CLIENT_NAME] })
    await setPolicy({ certificate: certificate('rotated'), validation: validation([HOST, 'other.pod']) })
    await expect({ mutualNames: 200 })
  })
})

function tlsOf(files: TlsFiles, port: Port): { tls?: ListenerTls } {
  const tls = (mode: ListenerTlsMode, certificate = 'good', validation?: ListenerTls['validation']) => ({
    tls: { mode, certificate: { file: files.names(certificate) }, ...(validation && { validation }) },
  })
  const trust = { trust: { file: { certificateChain: files.trusted } } }
  const named = { ...trust, subjectAlternativeNames: { match: { exact: [CLIENT_NAME] } } }
  const byPort: Record<Port, { tls?: ListenerTls }> = {
    strict: tls('STRICT'),
    permissive: tls('PERMISSIVE'),
    disabled: tls('DISABLED'),
    plain: {},
    expired: tls('STRICT', 'expired'),
    wrongName: tls('STRICT', 'wrongName'),
    unknown: tls('STRICT', 'unknown'),
    mutual: tls('STRICT', 'good', trust),
    mutualNames: tls('STRICT', 'good', named),
    mutualPermissive: tls('PERMISSIVE', 'good', trust),
  }
  return byPort[port]
}
