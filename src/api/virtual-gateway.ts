/** The operations on virtual gateways. */
import { DeleteVirtualGatewayInput, DescribeVirtualGatewayInput, ListVirtualGatewaysInput } from '../model/requests.js'
import { checkGatewayWithRoutes } from '../model/rules.js'
import { CreateVirtualGatewayInput, UpdateVirtualGatewayInput } from '../model/virtual-gateway.js'
import { listChildren } from './children.js'
import type { KindApi } from './kind.js'

export const VIRTUAL_GATEWAY: KindApi<'virtualGateway'> = {
  kind: 'virtualGateway',
  plural: 'virtualGateways',
  path: '/meshes/:meshName/virtualGateways',
  inputs: {
    create: CreateVirtualGatewayInput,
    describe: DescribeVirtualGatewayInput,
    update: UpdateVirtualGatewayInput,
    delete: DeleteVirtualGatewayInput,
    list: ListVirtualGatewaysInput,
  },
  async checkInMesh(tx, { ref, spec }) {
    return checkGatewayWithRoutes(spec, await listChildren(tx, 'gatewayRoute', ref))
  },
}
