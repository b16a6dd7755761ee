/** Which requests a gateway takes and what the application sees of them, through a gateway's Envoy and the Envoy of a node behind it. */
import assert from 'node:assert/strict'
import type { HttpGatewayRouteMatch, HttpGatewayRouteRewrite } from '@aws-sdk/client-app-mesh'
import { echoOf } from './agent.js'
import { gatewayListener, httpGatewayRoute, httpRoute, listener, serverNode } from './mesh-writer.js'
import { ROUTING_CASES, type Call } from './routing-cases.js'
import { useWorld } from './world.js'

const CART = 'cart.local'
const HTTP = { servers: [{ protocol: 'http', port: 8080 }] } as const

describe('a virtual gateway', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    await mesh.mesh()
    for (const name of ['cart', 'left']) {
      await mesh.node(name, serverNode(name, listener('http', 8080)))
      await mesh.routedService(`${name}.local`, 'http', 8080)
      await mesh.route(`${name}.local`, 'all', httpRoute({ [name]: 1 }))
    }
    await mesh.gateway('edge', { listeners: [gatewayListener('http', 8088)] })
    await world.startPods({
      cart: HTTP,
      left: HTTP,
      edge: { virtualGateway: 'edge' },
      client: { virtualGateway: 'edge' },
    })
  })

  const call = ({ path = '/', ...rest }: Call) =>
    world.pod('client').agent.http({ url: `http://edge.pod:8088${path}`, ...rest })

  it('answers through a gateway route', async () => {
    const { envoy } = world.pod('edge')
    await envoy.changedBy('routes', () => world.mesh.gatewayRoute('edge', 'case', httpGatewayRoute(CART)))
    const answer = await call({ path: '/hello?x=1' })
    assert.equal(answer.from, 'cart', JSON.stringify(answer))
    const { url, headers } = echoOf(answer)
    assert.deepEqual([url, headers['host']], ['/hello?x=1', CART])
  })

  const REWRITES: readonly {
    readonly name: string
    readonly match: HttpGatewayRouteMatch
    readonly rewrite?: HttpGatewayRouteRewrite
    /** Path of the request → path that the application sees, or undefined for 404. */
    readonly paths: Readonly<Record<string, string | undefined>>
    readonly host?: string
  }[] = []
  void REWRITES
  void ROUTING_CASES
})
