/** The operations on gateway routes. */
import { CreateGatewayRouteInput, UpdateGatewayRouteInput } from '../model/gateway-route.js'
import { referencesOf } from '../model/references.js'
import { DeleteGatewayRouteInput, DescribeGatewayRouteInput, ListGatewayRoutesInput } from '../model/requests.js'
import { isKind, type Resource } from '../model/resource.js'
import { checkGatewayRouteInGateway, checkGatewayRouteTarget } from '../model/rules.js'
import type { ReadTransaction } from '../store/store.js'
import type { KindApi } from './kind.js'
import { requireResource } from './place.js'

export const GATEWAY_ROUTE: KindApi<'gatewayRoute'> = {
  kind: 'gatewayRoute',
  plural: 'gatewayRoutes',
  path: '/meshes/:meshName/virtualGateway/:virtualGatewayName/gatewayRoutes',
  inputs: {
    create: CreateGatewayRouteInput,
    describe: DescribeGatewayRouteInput,
    update: UpdateGatewayRouteInput,
    delete: DeleteGatewayRouteInput,
    list: ListGatewayRoutesInput,
  },
  /** The service that it leads to must exist; the route must fit the listeners of its gateway and of the service's provider. */
  async checkInMesh(tx, resource) {
    const { ref, spec } = resource
    const { meshOwner, meshName, parentName = '' } = ref
    const gateway = await requireResource(tx, { kind: 'virtualGateway', meshOwner, meshName, name: parentName })
    const ports: number[] = []
    for (const target of referencesOf(resource))
      ports.push(...(await providerPorts(tx, await requireResource(tx, target))))
    return [...checkGatewayRouteInGateway(spec, gateway.spec), ...checkGatewayRouteTarget(spec, ports)]
  },
}

/** The listener ports of the node or router that provides `service`; none without a provider. */
async function providerPorts(tx: ReadTransaction, service: Resource): Promise<number[]> {
  const ports: number[] = []
  for (const ref of referencesOf(service)) {
    const provider = await requireResource(tx, ref)
    if (isKind(provider, 'virtualNode') || isKind(provider, 'virtualRouter'))
      ports.push(...(provider.spec.listeners ?? []).map(({ portMapping }) => portMapping.port))
  }
  return ports
}
