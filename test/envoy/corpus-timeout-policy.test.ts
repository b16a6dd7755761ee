/**
 * AWS's walkthrough of request timeouts, from its recorded calls and with the changes that it makes by hand in between: what is answered
 * after how many seconds, on real Envoys.
 */
import assert from 'node:assert/strict'
import { Replay, requireAwsCli } from './corpus.js'
import { eventually } from './eventually.js'
import { useWorld } from './world.js'

const SERVICE = 'colorteller.mesh.local'
const SERVERS = [{ protocol: 'http', port: 80 }] as const

describe('the recorded mesh timeout-policy', function () {
  let executable = ''
  let replay: Replay
  before(async function () {
    executable = await requireAwsCli(this)
  })
  const world = useWorld(this, async (world) => {
    replay = new Replay(world, 'timeout-policy', executable)
    await replay.next(6)
    await start('white', 'ColorTellerWhite', SERVICE)
    await start('front', 'ColorGateway', 'colorgateway.mesh.local')
    await Promise.all(['white', 'front'].map((name) => world.pod(name).envoy.ready()))
  })

  async function start(name: string, node: string, hostname: string): Promise<void> {
    const sidecar = await replay.sidecar(`virtualNode/${node}`)
    const pod = await world.startPod(name, { servers: SERVERS, sidecar })
    world.network.dns.set(hostname, [pod.address])
  }

  /** The status of a request that the application takes so many seconds for; through the application `front` or the gateway. */
  async function ask(client: 'front' | 'gateway', path: string, seconds: number): Promise<string> {
    const host = client === 'front' ? SERVICE : 'gateway.pod'
    const { status, from } = await world.pod(client).agent.http(`http://${host}${path}?delay=${seconds * 1000}`)
    return from || String(status)
  }

  const seconds = (value: number) => ({ perRequest: { unit: 's', value } })
  const setRoute = (routeName: string, prefix: string, virtualNode: string, value: number) =>
    replay.make('update-route', {
      virtualRouterName: 'colorteller-vr',
      routeName,
      spec: {
        priority: 1,
        httpRoute: {
          action: { weightedTargets: [{ virtualNode, weight: 1 }] },
          match: { prefix },
          timeout: seconds(value),
        },
      },
    })
  const setNode = (virtualNodeName: string, hostname: string, value: number, spec: object = {}) =>
    replay.make('update-virtual-node', {
      virtualNodeName,
      spec: {
        listeners: [{ portMapping: { port: 80, protocol: 'http' }, timeout: { http: seconds(value) } }],
        serviceDiscovery: { dns: { hostname } },
        ...spec,
      },
    })

  it('waits 15 s unless told otherwise', async () => {
    await eventually({ what: 'an answer' }, async () => (await ask('front', '/color', 0)) === 'white')
    assert.deepEqual(await Promise.all([ask('front', '/color', 7), ask('front', '/color', 17)]), ['white', '504'])
  })

  it('waits for less where the route says less', async () => {
    const { envoy } = world.pod('front')
    await envoy.changedBy('routes', () => setRoute('colorteller-route', '/', 'ColorTellerWhite', 5))
    assert.equal(await ask('front', '/color', 7), '504')
  })

  it('waits for more where the route and the listeners say more, at a new gateway too', async () => {
    const { front, white } = { front: world.pod('front').envoy, white: world.pod('white').envoy }
    await front.changedBy('routes', () => setRoute('colorteller-route', '/', 'ColorTellerWhite', 20))
    const backends = [{ virtualService: { virtualServiceName: SERVICE } }]
    await setNode('ColorGateway', 'colorgateway.mesh.local', 20, { backends })
    await white.changedBy('routes', () => setNode('ColorTellerWhite', SERVICE, 20))
    await replay.next(2)
    const sidecar = await replay.sidecar('virtualGateway/publicgateway-vg')
    await world.startPods({ gateway: { virtualGateway: 'publicgateway-vg', sidecar } })
    await eventually({ what: 'white' }, async () => (await ask('gateway', '/color', 0)) === 'white')
    const slow = [ask('front', '/color', 17), ask('gateway', '/color', 17)]
    assert.deepEqual(await Promise.all(slow), ['white', 'white'])
  })

  it('tells two routes apart when the one is deleted and made anew beside another', async () => {
    await replay.next(4)
    assert.equal(replay.left, 0)
    await start('red', 'ColorTellerRed', 'colorteller-red.mesh.local')
    await eventually({ what: 'white' }, async () => (await ask('gateway', '/color1', 0)) === 'white')
    await eventually({ what: 'red' }, async () => (await ask('gateway', '/color2', 0)) === 'red')
    assert.equal(await ask('gateway', '/color', 0), '404')
  })

  it('gives each route its own timeout behind a gateway that waits for the longest', async () => {
    const { envoy } = world.pod('gateway')
    await world.pod('white').envoy.changedBy('routes', () => setNode('ColorTellerWhite', SERVICE, 18))
    await envoy.changedBy('routes', () => setRoute('colorteller-route', '/color1', 'ColorTellerWhite', 18))
    await envoy.changedBy('routes', () => setRoute('colorteller-route2', '/color2', 'ColorTellerRed', 10))
    const asked = [
      ask('gateway', '/color1', 17),
      ask('gateway', '/color2', 5),
      ask('gateway', '/color1', 19),
      ask('gateway', '/color2', 12),
    ]
    assert.deepEqual(await Promise.all(asked), ['white', 'red', '504', '504'])
  })

  it('goes in the order of the cleanup', async () => {
    const [virtualGatewayName, virtualRouterName] = ['publicgateway-vg', 'colorteller-vr']
    await replay.make('delete-gateway-route', { virtualGatewayName, gatewayRouteName: 'publicgateway-route' })
    await replay.make('delete-virtual-gateway', { virtualGatewayName })
    await replay.make('delete-route', { virtualRouterName, routeName: 'colorteller-route2' })
    await replay.make('delete-virtual-node', { virtualNodeName: 'ColorTellerRed' })
    await replay.make('delete-virtual-service', { virtualServiceName: SERVICE })
    await replay.make('delete-route', { virtualRouterName, routeName: 'colorteller-route' })
    await replay.make('delete-virtual-router', { virtualRouterName })
    for (const virtualNodeName of ['ColorGateway', 'ColorTellerWhite']) {
      await replay.make('delete-virtual-node', { virtualNodeName })
    }
    await replay.make('delete-mesh')
  })
})
