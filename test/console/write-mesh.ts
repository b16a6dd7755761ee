/** Writes meshes into a server through its API, as a client would. */
import type { MapResource } from '../../src/console/data/map-graph.js'
import type { Kind } from '../../src/model/resource.js'
import type { World } from '../management/world.js'

const COLLECTIONS: Readonly<Record<Exclude<Kind, 'mesh'>, (parent: string) => string>> = {
  virtualNode: () => 'virtualNodes',
  virtualRouter: () => 'virtualRouters',
  virtualService: () => 'virtualServices',
  virtualGateway: () => 'virtualGateways',
  route: (router) => `virtualRouter/${router}/routes`,
  gatewayRoute: (gateway) => `virtualGateway/${gateway}/gatewayRoutes`,
}

/** Those that others need come first. */
const ORDER: readonly Kind[] = [
  'mesh',
  'virtualNode',
  'virtualRouter',
  'route',
  'virtualService',
  'virtualGateway',
  'gatewayRoute',
]

/** Every resource of one mesh, in an order that the API takes. `meshName` gives it another name. */
export async function writeMesh(world: World, resources: readonly MapResource[], meshName?: string): Promise<string> {
  const mesh = meshName ?? resources.find(({ kind }) => kind === 'mesh')?.name ?? 'mesh'
  const sorted = [...resources].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  for (const { kind, name, parentName, spec } of sorted) {
    if (kind === 'mesh') await world.put('meshes', { meshName: mesh, spec })
    else
      await world.put(`meshes/${encodeURIComponent(mesh)}/${COLLECTIONS[kind](parentName ?? '')}`, {
        [`${kind}Name`]: name,
        spec,
      })
  }
  return mesh
}
