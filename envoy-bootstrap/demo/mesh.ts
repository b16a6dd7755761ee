/** The example mesh: `front` calls `color.local`, which is shared between the nodes `blue` and `green`. */
import { backends, httpRoute, listener, serverNode, type MeshWriter } from '../../test/envoy/mesh-writer.js'

export const MESH = 'demo'
export const SERVICE = 'color.local'
export const PORT = 8080

export async function writeMesh(mesh: MeshWriter): Promise<void> {
  await mesh.mesh()
  for (const name of ['blue', 'green']) await mesh.node(name, serverNode(name, listener('http', PORT)))
  await mesh.router('color', 'http', PORT)
  await mesh.route('color', 'all', httpRoute({ blue: 90, green: 10 }))
  await mesh.service(SERVICE, { virtualRouter: { virtualRouterName: 'color' } })
  const logging = { accessLog: { file: { path: '/dev/stdout' } } }
  await mesh.node('front', {
    ...serverNode('front', listener('http', PORT)),
    backends: backends(SERVICE),
    logging,
  })
}
