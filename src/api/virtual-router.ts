/** The operations on virtual routers. */
import { DeleteVirtualRouterInput, DescribeVirtualRouterInput, ListVirtualRoutersInput } from '../model/requests.js'
import { checkRouterWithRoutes } from '../model/rules.js'
import { CreateVirtualRouterInput, UpdateVirtualRouterInput } from '../model/virtual-router.js'
import { listChildren } from './children.js'
import type { KindApi } from './kind.js'

export const VIRTUAL_ROUTER: KindApi<'virtualRouter'> = {
  kind: 'virtualRouter',
  plural: 'virtualRouters',
  path: '/meshes/:meshName/virtualRouters',
  inputs: {
    create: CreateVirtualRouterInput,
    describe: DescribeVirtualRouterInput,
    update: UpdateVirtualRouterInput,
    delete: DeleteVirtualRouterInput,
    list: ListVirtualRoutersInput,
  },
  async checkInMesh(tx, { ref, spec }) {
    return checkRouterWithRoutes(spec, await listChildren(tx, 'route', ref))
  },
}
