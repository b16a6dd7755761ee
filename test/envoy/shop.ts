/** A small shop: `front` calls `shop.local`, whose route sends everything to `v1` and nothing to `v2`. */
import type { AppServer } from './agent/protocol.js'
import { backends, httpRoute, listener, serverNode } from './mesh-writer.js'
import type { World } from './world.js'

export const SHOP = 'shop.local'
const SERVERS: readonly AppServer[] = [{ protocol: 'http', port: 8080 }]

/** Writes the mesh and starts its three pods. */
export async function openShop(world: World): Promise<void> {
  const { mesh } = world
  world.nameServices(SHOP)
  await mesh.mesh()
  for (const name of ['v1', 'v2']) await mesh.node(name, serverNode(name, listener('http', 8080)))
  await mesh.routedService(SHOP, 'http', 8080)
  await mesh.route(SHOP, 'all', httpRoute({ v1: 100, v2: 0 }))
  await mesh.node('front', { backends: backends(SHOP) })
  await world.startPods({ front: {}, v1: { servers: SERVERS }, v2: { servers: SERVERS } })
}
