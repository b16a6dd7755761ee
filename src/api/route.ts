/** The operations on routes. */
import { targetsOf } from '../model/references.js'
import { DeleteRouteInput, DescribeRouteInput, ListRoutesInput } from '../model/requests.js'
import { CreateRouteInput, UpdateRouteInput } from '../model/route.js'
import { checkRouteInRouter, checkTargets } from '../model/rules.js'
import type { VirtualNodeSpec } from '../model/virtual-node.js'
import type { KindApi } from './kind.js'
import { requireResource } from './place.js'

export const ROUTE: KindApi<'route'> = {
  kind: 'route',
  plural: 'routes',
  path: '/meshes/:meshName/virtualRouter/:virtualRouterName/routes',
  inputs: {
    create: CreateRouteInput,
    describe: DescribeRouteInput,
    update: UpdateRouteInput,
    delete: DeleteRouteInput,
    list: ListRoutesInput,
  },
  /** Every target must exist; the route must fit the listeners of its router and of its targets. */
  async checkInMesh(tx, { ref: { meshOwner, meshName, parentName = '' }, spec }) {
    const router = await requireResource(tx, { kind: 'virtualRouter', meshOwner, meshName, name: parentName })
    const nodes = new Map<string, VirtualNodeSpec>()
    for (const { virtualNode: name } of targetsOf(spec)) {
      nodes.set(name, (await requireResource(tx, { kind: 'virtualNode', meshOwner, meshName, name })).spec)
    }
    return [...checkRouteInRouter(spec, router.spec), ...checkTargets(spec, nodes)]
  },
}
