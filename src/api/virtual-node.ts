/** The operations on virtual nodes. */
import { DeleteVirtualNodeInput, DescribeVirtualNodeInput, ListVirtualNodesInput } from '../model/requests.js'
import { isKind } from '../model/resource.js'
import { checkNodeWithRoutes } from '../model/rules.js'
import { CreateVirtualNodeInput, UpdateVirtualNodeInput } from '../model/virtual-node.js'
import type { KindApi } from './kind.js'

export const VIRTUAL_NODE: KindApi<'virtualNode'> = {
  kind: 'virtualNode',
  plural: 'virtualNodes',
  path: '/meshes/:meshName/virtualNodes',
  inputs: {
    create: CreateVirtualNodeInput,
    describe: DescribeVirtualNodeInput,
    update: UpdateVirtualNodeInput,
    delete: DeleteVirtualNodeInput,
    list: ListVirtualNodesInput,
  },
  /** Backends may name services that do not exist yet; routes to the node bind its listeners. */
  async checkInMesh(tx, { ref, spec }) {
    const routes = (await tx.referrers(ref)).filter((resource) => isKind(resource, 'route'))
    return checkNodeWithRoutes(ref.name, spec, routes)
  },
}
