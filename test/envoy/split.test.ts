/** The product in one test: a mesh written with the real aws CLI becomes traffic through real Envoys, and a change reaches them at once. */
import assert from 'node:assert/strict'
import { requireClients } from '../clients/install.js'
import { awsCli, type AwsCli } from './aws-cli.js'
import { MESH, useWorld } from './world.js'

const SERVICE = 'color.local'
const SERVERS = [{ protocol: 'http', port: 8080 }] as const
const REQUESTS = 2_000

describe('the main job', function () {
  let aws: AwsCli
  let executable = ''
  before(async function () {
    executable = (await requireClients(this)).aws
  })
  const world = useWorld(this, async (world) => {
    const { keeper } = world
    world.nameServices(SERVICE)
    aws = awsCli(executable, keeper.api)
    await aws('create-mesh', { meshName: MESH, spec: {} })
    const nodes = ['blue', 'green'].map((name) =>
      aws('create-virtual-node', {
        meshName: MESH,
        virtualNodeName: name,
        spec: {
          listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
          serviceDiscovery: { dns: { hostname: `${name}.pod` } },
        },
      }),
    )
    const router = aws('create-virtual-router', {
      meshName: MESH,
      virtualRouterName: 'color',
      spec: { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] },
    })
    const front = aws('create-virtual-node', {
      meshName: MESH,
      virtualNodeName: 'front',
      spec: { backends: [{ virtualService: { virtualServiceName: SERVICE } }] },
    })
    await Promise.all([...nodes, router, front])
    await Promise.all([
      aws('create-route', routeInput({ blue: 90, green: 10 })),
      aws('create-virtual-service', {
        meshName: MESH,
        virtualServiceName: SERVICE,
        spec: { provider: { virtualRouter: { virtualRouterName: 'color' } } },
      }),
    ])
    const [frontSidecar, blueSidecar, greenSidecar] = await Promise.all([
      sidecar('front'),
      sidecar('blue'),
      sidecar('green'),
    ])
    await world.startPods({
      front: { sidecar: frontSidecar },
      blue: { servers: SERVERS, sidecar: blueSidecar },
      green: { servers: SERVERS, sidecar: greenSidecar },
    })
  })

  /** By the command line, as an operator would make it. */
  async function sidecar(virtualNode: string) {
    const bootstrap = await world.keeper.command(['bootstrap', '--format', 'yaml', '--no-host-info'], {
      APPMESH_RESOURCE_ARN: `arn:aws:appmesh:us-east-1:000000000000:mesh/${MESH}/virtualNode/${virtualNode}`,
      APPMESH_XDS_ENDPOINT: `${world.keeper.xdsHost}:${world.keeper.xdsPort}`,
    })
    return { bootstrap, args: ['--disable-hot-restart', '--concurrency', '2'] }
  }

  const front = () => world.pod('front')
  const call = { kind: 'http', url: `http://${SERVICE}:8080/` } as const

  async function assertSplit(share: number): Promise<void> {
    const { from, failures } = await front().agent.load({ call, requests: REQUESTS, concurrency: 8 })
    assert.deepEqual(failures, {})
    const deviation = Math.sqrt(REQUESTS * share * (1 - share))
    const blue = from['blue'] ?? 0
    assert.ok(Math.abs(blue - REQUESTS * share) <= 5 * deviation, `${blue} of ${REQUESTS} for ${share}`)
    assert.equal(blue + (from['green'] ?? 0), REQUESTS)
  }

  it('splits traffic 90 to 10', () => assertSplit(0.9))

  it('moves the split under load without a failed request, in well under a second', async () => {
    const load = await front().agent.startLoad({ call, concurrency: 8 })
    await load.more(200)
    const { fingerprint } = await front().envoy.config()
    await aws('update-route', routeInput({ blue: 20, green: 80 }))
    const written = performance.now()
    await front().envoy.until('the new weights', (config) => config.fingerprint !== fingerprint, 1_000)
    const reached = performance.now() - written
    await load.more(500)
    const { failed, failures } = await load.stop()
    assert.equal(failed, 0, JSON.stringify(failures))
    assert.ok(reached < 1_000, `${reached} ms`)
    await assertSplit(0.2)
  })

  it('shows the aws CLI what it has written', async () => {
    const answer = await aws('describe-route', { meshName: MESH, virtualRouterName: 'color', routeName: 'all' })
    const { route } = answer as { route: { metadata: { version: number }; spec: object; status: object } }
    assert.equal(route.metadata.version, 2)
    assert.deepEqual(route.spec, routeInput({ blue: 20, green: 80 }).spec)
    assert.deepEqual(route.status, { status: 'ACTIVE' })
  })

  it('stops sending to a target of weight 0', async () => {
    await front().envoy.changedBy('routes', () => aws('update-route', routeInput({ blue: 0, green: 100 })))
    const { from } = await front().agent.load({ call, requests: 100, concurrency: 4 })
    assert.deepEqual(from, { green: 100 })
  })
})

function routeInput(weights: Readonly<Record<string, number>>) {
  const weightedTargets = Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }))
  return {
    meshName: MESH,
    virtualRouterName: 'color',
    routeName: 'all',
    spec: { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } },
  }
}
