/** The inputs of the operations that carry no spec: describe, delete, list and the tag operations. */
import Type, { type Static } from 'typebox'
import { AccountId, Arn, ResourceName, ServiceName } from './scalars.js'
import { integer, shape } from './schema.js'
import { TagList } from './tag.js'

export const DescribeMeshInput = shape('DescribeMeshInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
})
export type DescribeMeshInput = Static<typeof DescribeMeshInput>

export const DeleteMeshInput = shape('DeleteMeshInput', {
  meshName: ResourceName,
})
export type DeleteMeshInput = Static<typeof DeleteMeshInput>

export const DescribeVirtualNodeInput = shape('DescribeVirtualNodeInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualNodeName: ResourceName,
})
export type DescribeVirtualNodeInput = Static<typeof DescribeVirtualNodeInput>

export const DeleteVirtualNodeInput = shape('DeleteVirtualNodeInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualNodeName: ResourceName,
})
export type DeleteVirtualNodeInput = Static<typeof DeleteVirtualNodeInput>

export const DescribeVirtualRouterInput = shape('DescribeVirtualRouterInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualRouterName: ResourceName,
})
export type DescribeVirtualRouterInput = Static<typeof DescribeVirtualRouterInput>

export const DeleteVirtualRouterInput = shape('DeleteVirtualRouterInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualRouterName: ResourceName,
})
export type DeleteVirtualRouterInput = Static<typeof DeleteVirtualRouterInput>

export const DescribeRouteInput = shape('DescribeRouteInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  routeName: ResourceName,
  virtualRouterName: ResourceName,
})
export type DescribeRouteInput = Static<typeof DescribeRouteInput>

export const DeleteRouteInput = shape('DeleteRouteInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  routeName: ResourceName,
  virtualRouterName: ResourceName,
})
export type DeleteRouteInput = Static<typeof DeleteRouteInput>

export const DescribeVirtualServiceInput = shape('DescribeVirtualServiceInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualServiceName: ServiceName,
})
export type DescribeVirtualServiceInput = Static<typeof DescribeVirtualServiceInput>

export const DeleteVirtualServiceInput = shape('DeleteVirtualServiceInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualServiceName: ServiceName,
})
export type DeleteVirtualServiceInput = Static<typeof DeleteVirtualServiceInput>

export const DescribeVirtualGatewayInput = shape('DescribeVirtualGatewayInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualGatewayName: ResourceName,
})
export type DescribeVirtualGatewayInput = Static<typeof DescribeVirtualGatewayInput>

export const DeleteVirtualGatewayInput = shape('DeleteVirtualGatewayInput', {
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualGatewayName: ResourceName,
})
export type DeleteVirtualGatewayInput = Static<typeof DeleteVirtualGatewayInput>

export const DescribeGatewayRouteInput = shape('DescribeGatewayRouteInput', {
  gatewayRouteName: ResourceName,
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualGatewayName: ResourceName,
})
export type DescribeGatewayRouteInput = Static<typeof DescribeGatewayRouteInput>

export const DeleteGatewayRouteInput = shape('DeleteGatewayRouteInput', {
  gatewayRouteName: ResourceName,
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  virtualGatewayName: ResourceName,
})
export type DeleteGatewayRouteInput = Static<typeof DeleteGatewayRouteInput>

export const ListMeshesInput = shape('ListMeshesInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 100 })),
  nextToken: Type.Optional(Type.String()),
})
export type ListMeshesInput = Static<typeof ListMeshesInput>

export const ListVirtualNodesInput = shape('ListVirtualNodesInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 100 })),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  nextToken: Type.Optional(Type.String()),
})
export type ListVirtualNodesInput = Static<typeof ListVirtualNodesInput>

export const ListVirtualRoutersInput = shape('ListVirtualRoutersInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 100 })),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  nextToken: Type.Optional(Type.String()),
})
export type ListVirtualRoutersInput = Static<typeof ListVirtualRoutersInput>

export const ListRoutesInput = shape('ListRoutesInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 100 })),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  nextToken: Type.Optional(Type.String()),
  virtualRouterName: ResourceName,
})
export type ListRoutesInput = Static<typeof ListRoutesInput>

export const ListVirtualServicesInput = shape('ListVirtualServicesInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 100 })),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  nextToken: Type.Optional(Type.String()),
})
export type ListVirtualServicesInput = Static<typeof ListVirtualServicesInput>

export const ListVirtualGatewaysInput = shape('ListVirtualGatewaysInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 100 })),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  nextToken: Type.Optional(Type.String()),
})
export type ListVirtualGatewaysInput = Static<typeof ListVirtualGatewaysInput>

export const ListGatewayRoutesInput = shape('ListGatewayRoutesInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 100 })),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  nextToken: Type.Optional(Type.String()),
  virtualGatewayName: ResourceName,
})
export type ListGatewayRoutesInput = Static<typeof ListGatewayRoutesInput>

export const TagResourceInput = shape('TagResourceInput', {
  resourceArn: Arn,
  tags: TagList,
})
export type TagResourceInput = Static<typeof TagResourceInput>

export const UntagResourceInput = shape('UntagResourceInput', {
  resourceArn: Arn,
  tagKeys: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 50 }),
})
export type UntagResourceInput = Static<typeof UntagResourceInput>

export const ListTagsForResourceInput = shape('ListTagsForResourceInput', {
  limit: Type.Optional(integer({ minimum: 1, maximum: 50 })),
  nextToken: Type.Optional(Type.String()),
  resourceArn: Arn,
})
export type ListTagsForResourceInput = Static<typeof ListTagsForResourceInput>
