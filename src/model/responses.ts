/** What the operations on one resource answer with, and the items of listings. Timestamps are epoch seconds with a fraction. */
import Type, { type TProperties, type TSchema } from 'typebox'
import { GatewayRouteSpec } from './gateway-route.js'
import { MeshSpec } from './mesh.js'
import { RouteSpec } from './route.js'
import { AccountId, Arn, ResourceName, ServiceName } from './scalars.js'
import { long, shape } from './schema.js'
import { VirtualGatewaySpec } from './virtual-gateway.js'
import { VirtualNodeSpec } from './virtual-node.js'
import { VirtualRouterSpec } from './virtual-router.js'
import { VirtualServiceSpec } from './virtual-service.js'

const METADATA = {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshOwner: AccountId,
  resourceOwner: AccountId,
  version: long(),
}

/** App Mesh's metadata on the wire; resource.ts has the stored form. */
export const ResourceMetadata = shape('ResourceMetadata', { ...METADATA, uid: Type.String() })

const STATUS = Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED'])

/** The model does not require `status` here; it is always sent. */
export const MeshStatus = shape('MeshStatus', { status: Type.Optional(STATUS) })
export const VirtualNodeStatus = shape('VirtualNodeStatus', { status: STATUS })
export const VirtualRouterStatus = shape('VirtualRouterStatus', { status: STATUS })
export const RouteStatus = shape('RouteStatus', { status: STATUS })
export const VirtualServiceStatus = shape('VirtualServiceStatus', { status: STATUS })
export const VirtualGatewayStatus = shape('VirtualGatewayStatus', { status: STATUS })
export const GatewayRouteStatus = shape('GatewayRouteStatus', { status: STATUS })

const NODE = { virtualNodeName: ResourceName }
const ROUTER = { virtualRouterName: ResourceName }
const ROUTE = { ...ROUTER, routeName: ResourceName }
const SERVICE = { virtualServiceName: ServiceName }
const GATEWAY = { virtualGatewayName: ResourceName }
const GATEWAY_ROUTE = { ...GATEWAY, gatewayRouteName: ResourceName }

export const MeshData = dataOf('MeshData', {}, MeshSpec, MeshStatus)
export const VirtualNodeData = dataOf('VirtualNodeData', NODE, VirtualNodeSpec, VirtualNodeStatus)
export const VirtualRouterData = dataOf('VirtualRouterData', ROUTER, VirtualRouterSpec, VirtualRouterStatus)
export const RouteData = dataOf('RouteData', ROUTE, RouteSpec, RouteStatus)
export const VirtualServiceData = dataOf('VirtualServiceData', SERVICE, VirtualServiceSpec, VirtualServiceStatus)
export const VirtualGatewayData = dataOf('VirtualGatewayData', GATEWAY, VirtualGatewaySpec, VirtualGatewayStatus)
export const GatewayRouteData = dataOf('GatewayRouteData', GATEWAY_ROUTE, GatewayRouteSpec, GatewayRouteStatus)

export const MeshRef = refOf('MeshRef', {})
export const VirtualNodeRef = refOf('VirtualNodeRef', NODE)
export const VirtualRouterRef = refOf('VirtualRouterRef', ROUTER)
export const RouteRef = refOf('RouteRef', ROUTE)
export const VirtualServiceRef = refOf('VirtualServiceRef', SERVICE)
export const VirtualGatewayRef = refOf('VirtualGatewayRef', GATEWAY)
export const GatewayRouteRef = refOf('GatewayRouteRef', GATEWAY_ROUTE)

/** A whole resource, `names` beside the name of its mesh. */
function dataOf<Names extends TProperties, Spec extends TSchema, Status extends TSchema>(
  title: string,
  names: Names,
  spec: Spec,
  status: Status,
) {
  return shape(title, { meshName: ResourceName, ...names, metadata: ResourceMetadata, spec, status })
}

/** One item of a listing. */
function refOf<Names extends TProperties>(title: string, names: Names) {
  return shape(title, { meshName: ResourceName, ...names, ...METADATA })
}
