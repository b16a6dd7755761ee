/** AWS's walkthrough of an ingress gateway with TLS, from its recorded calls: what its curls are told step by step, on real Envoys. */
import assert from 'node:assert/strict'
import { assertShare, curl, Replay, requireAwsCli } from './corpus.js'
import { eventually } from './eventually.js'
import { useWorld } from './world.js'

const COLORS = ['white', 'blue', 'black', 'red'] as const
const CERTIFICATE = 'arn:aws:acm:us-west-2:111122223333:certificate/12345678-1234-1234-1234-123456789012'
const AUTHORITY = 'arn:aws:acm-pca:us-west-2:111122223333:certificate-authority/12345678-1234-1234-1234-123456789012'
const PORT = 9080
const REQUESTS = 400

describe('the recorded mesh ingress-gateway', function () {
  let executable = ''
  let replay: Replay
  before(async function () {
    executable = await requireAwsCli(this)
  })
  const world = useWorld(
    this,
    async (world) => {
      const { keeper, network } = world
      replay = new Replay(world, 'ingress-gateway', executable)
      const certs = ['--certs', keeper.certs]
      await keeper.command(['certs', 'create-ca', ...certs, '--arn', AUTHORITY])
      await keeper.command(['certs', 'issue', ...certs, '--arn', CERTIFICATE, '--name', '*.mesh.local'])
      await replay.next(14)
      for (const color of COLORS) {
        const sidecar = await replay.sidecar(`virtualNode/colorteller-${color}-vn`, { ENVOY_XDS_PROTOCOL: 'delta' })
        const pod = await world.startPod(color, { servers: [{ protocol: 'http', port: PORT }], sidecar })
        network.dns.set(`colorteller-${color}.mesh.local`, [pod.address])
      }
      const gateway = {
        sidecar: await replay.sidecar('virtualGateway/colorgateway-vg'),
        virtualGateway: 'colorgateway-vg',
      }
      await world.startPods({ gateway })
    },
    () => Promise.resolve(['--allow-unauthenticated-secrets']),
  )
  const gateway = () => world.pod('gateway')
  const ask = (path: string, count = 1) => curl(`https://${gateway().address}:${PORT}${path}`, count)

  /** How many of many requests each color has answered, and each status where none has. */
  async function count(path: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { status, body } of await ask(path, REQUESTS)) {
      const from = status === 200 ? (JSON.parse(body) as { name: string }).name : String(status)
      counts[from] = (counts[from] ?? 0) + 1
    }
    return counts
  }

  const colors = (counts: Record<string, number>) => Object.keys(counts).sort()
  const handshakes = (stat: string) => gateway().envoy.stat(`${stat}.ssl.handshake`)
  const clusterOf = (color: string) => `cds_egress_color-mesh_colorteller-${color}-vn_http_9080`
  const cluster = (color: string) => `cluster.${clusterOf(color)}`

  for (const [path, first, second] of [
    ['/color1/tell', 'white', 'blue'],
    ['/color2/tell', 'black', 'red'],
  ] as const) {
    it(`answers ${path} as ${first} and ${second}, half and half`, async () => {
      await eventually({ what: 'an answer' }, async () => (await ask(path))[0]?.status === 200)
      const counts = await count(path)
      assert.deepEqual(colors(counts), [first, second].sort())
      assertShare(counts[first]!, REQUESTS, 0.5)
    })
  }

  it('rewrites the prefix and the host, and answers 404 for what no route takes', async () => {
    const { body } = (await ask('/color1/tell'))[0]!
    const { url, headers } = JSON.parse(body) as { url: string; headers: Record<string, string> }
    assert.deepEqual([url, headers['host']], ['/tell?1', 'colorteller-1.mesh.local'])
    for (const path of ['/color1', '/color1/other', '/tell', '/']) assert.equal((await ask(path))[0]?.status, 404, path)
  })

  it('has TLS with its clients and none with the nodes', async () => {
    assert.ok((await handshakes('listener.0.0.0.0_9080')) > 0)
    for (const color of COLORS) assert.equal(await handshakes(cluster(color)), 0, color)
    const [plain] = await curl(`http://${gateway().address}:${PORT}/color1/tell`).catch(() => [])
    assert.equal(plain, undefined, 'no answer to plain text')
  })

  it('gets connection errors from nodes without TLS once its client policy enforces it', async () => {
    await replay.next(2)
    // Each cluster changes once it is warm, one after the other.
    await gateway().envoy.until('TLS to every node', ({ clusters }) =>
      COLORS.every((color) => 'transport_socket' in (clusters.get(clusterOf(color)) ?? {})),
    )
    await eventually({ what: 'white over TLS' }, async () => (await handshakes(cluster('white'))) > 0)
    const counts = await count('/color1/tell')
    assert.deepEqual(colors(counts), ['503', 'white'])
    assertShare(counts['white']!, REQUESTS, 0.5)
    assert.deepEqual(colors(await count('/color2/tell')), ['503'])
    assert.match((await ask('/color2/tell'))[0]!.body, /^upstream connect error/)
  })

  it('answers everything again, over TLS on both sides, when every node has it', async () => {
    await replay.next(3)
    assert.equal(replay.left, 0)
    for (const path of ['/color1/tell', '/color2/tell']) {
      await eventually({ what: `only answers to ${path}`, timeoutMs: 30_000 }, async () => {
        return (await ask(path, 20)).every(({ status }) => status === 200)
      })
      assertShare(Math.max(...Object.values(await count(path))), REQUESTS, 0.5)
    }
    for (const color of COLORS) assert.ok((await handshakes(cluster(color))) > 0, color)
  })

  it('goes in the order of the cleanup', async () => {
    const virtualGatewayName = 'colorgateway-vg'
    for (const i of [1, 2]) {
      await replay.make('delete-gateway-route', { virtualGatewayName, gatewayRouteName: `colorgateway-route-${i}` })
    }
    await replay.make('delete-virtual-gateway', { virtualGatewayName })
    for (const [i, nodes] of [COLORS.slice(0, 2), COLORS.slice(2)].entries()) {
      const virtualRouterName = `colorteller-vr-${i + 1}`
      await replay.make('delete-virtual-service', { virtualServiceName: `colorteller-${i + 1}.mesh.local` })
      await replay.make('delete-route', { virtualRouterName, routeName: `colorteller-route-${i + 1}` })
      await replay.make('delete-virtual-router', { virtualRouterName })
      for (const color of nodes)
        await replay.make('delete-virtual-node', { virtualNodeName: `colorteller-${color}-vn` })
    }
    await replay.make('delete-mesh')
  })
})
