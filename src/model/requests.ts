/** The inputs of the operations that carry no spec: describe, delete, list and the tag operations. */
import Type, { type TProperties } from 'typebox'
import { AccountId, Arn, ResourceName, ServiceName } from './scalars.js'
import { integer, shape } from './schema.js'
import { TagList } from './tag.js'

const MESH = { meshName: ResourceName }
/** The mesh that something is in, which may be shared by its owner. */
const IN_MESH = { ...MESH, meshOwner: Type.Optional(AccountId) }
const NODE = { ...IN_MESH, virtualNodeName: ResourceName }
const ROUTER = { ...IN_MESH, virtualRouterName: ResourceName }
const ROUTE = { ...ROUTER, routeName: ResourceName }
const SERVICE = { ...IN_MESH, virtualServiceName: ServiceName }
const GATEWAY = { ...IN_MESH, virtualGatewayName: ResourceName }
const GATEWAY_ROUTE = { ...GATEWAY, gatewayRouteName: ResourceName }

export const DescribeMeshInput = shape('DescribeMeshInput', IN_MESH)
export const DescribeVirtualNodeInput = shape('DescribeVirtualNodeInput', NODE)
export const DescribeVirtualRouterInput = shape('DescribeVirtualRouterInput', ROUTER)
export const DescribeRouteInput = shape('DescribeRouteInput', ROUTE)
export const DescribeVirtualServiceInput = shape('DescribeVirtualServiceInput', SERVICE)
export const DescribeVirtualGatewayInput = shape('DescribeVirtualGatewayInput', GATEWAY)
export const DescribeGatewayRouteInput = shape('DescribeGatewayRouteInput', GATEWAY_ROUTE)

/** Only its owner deletes a mesh. */
export const DeleteMeshInput = shape('DeleteMeshInput', MESH)
export const DeleteVirtualNodeInput = shape('DeleteVirtualNodeInput', NODE)
export const DeleteVirtualRouterInput = shape('DeleteVirtualRouterInput', ROUTER)
export const DeleteRouteInput = shape('DeleteRouteInput', ROUTE)
export const DeleteVirtualServiceInput = shape('DeleteVirtualServiceInput', SERVICE)
export const DeleteVirtualGatewayInput = shape('DeleteVirtualGatewayInput', GATEWAY)
export const DeleteGatewayRouteInput = shape('DeleteGatewayRouteInput', GATEWAY_ROUTE)

export const ListMeshesInput = pageOf('ListMeshesInput', {})
export const ListVirtualNodesInput = pageOf('ListVirtualNodesInput', IN_MESH)
export const ListVirtualRoutersInput = pageOf('ListVirtualRoutersInput', IN_MESH)
export const ListRoutesInput = pageOf('ListRoutesInput', ROUTER)
export const ListVirtualServicesInput = pageOf('ListVirtualServicesInput', IN_MESH)
export const ListVirtualGatewaysInput = pageOf('ListVirtualGatewaysInput', IN_MESH)
export const ListGatewayRoutesInput = pageOf('ListGatewayRoutesInput', GATEWAY)

export const TagResourceInput = shape('TagResourceInput', {
  resourceArn: Arn,
  tags: TagList,
})
export const UntagResourceInput = shape('UntagResourceInput', {
  resourceArn: Arn,
  tagKeys: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 50 }),
})
export const ListTagsForResourceInput = pageOf('ListTagsForResourceInput', { resourceArn: Arn }, 50)

/** A page of what is at `place`, with at most `most` items. */
function pageOf<Place extends TProperties>(title: string, place: Place, most = 100) {
  const limit = Type.Optional(integer({ minimum: 1, maximum: most }))
  return shape(title, { ...place, limit, nextToken: Type.Optional(Type.String()) })
}
