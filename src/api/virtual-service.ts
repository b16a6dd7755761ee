/** The operations on virtual services. */
import { referencesOf } from '../model/references.js'
import { DeleteVirtualServiceInput, DescribeVirtualServiceInput, ListVirtualServicesInput } from '../model/requests.js'
import { CreateVirtualServiceInput, UpdateVirtualServiceInput } from '../model/virtual-service.js'
import type { KindApi } from './kind.js'
import { requireResource } from './place.js'

export const VIRTUAL_SERVICE: KindApi<'virtualService'> = {
  kind: 'virtualService',
  plural: 'virtualServices',
  path: '/meshes/:meshName/virtualServices',
  inputs: {
    create: CreateVirtualServiceInput,
    describe: DescribeVirtualServiceInput,
    update: UpdateVirtualServiceInput,
    delete: DeleteVirtualServiceInput,
    list: ListVirtualServicesInput,
  },
  /** The provider may be left out, but one that is named must exist. */
  async checkInMesh(tx, service) {
    for (const provider of referencesOf(service)) await requireResource(tx, provider)
    return []
  },
}
