/** What the list operations answer with. Without `nextToken` the page is the last one. */
import Type, { type Static } from 'typebox'
import {
  GatewayRouteRef,
  MeshRef,
  RouteRef,
  VirtualGatewayRef,
  VirtualNodeRef,
  VirtualRouterRef,
  VirtualServiceRef,
} from './responses.js'
import { shape } from './schema.js'
import { TagList } from './tag.js'

export const ListMeshesOutput = shape('ListMeshesOutput', {
  meshes: Type.Array(MeshRef),
  nextToken: Type.Optional(Type.String()),
})
export type ListMeshesOutput = Static<typeof ListMeshesOutput>

export const ListVirtualNodesOutput = shape('ListVirtualNodesOutput', {
  nextToken: Type.Optional(Type.String()),
  virtualNodes: Type.Array(VirtualNodeRef),
})
export type ListVirtualNodesOutput = Static<typeof ListVirtualNodesOutput>

export const ListVirtualRoutersOutput = shape('ListVirtualRoutersOutput', {
  nextToken: Type.Optional(Type.String()),
  virtualRouters: Type.Array(VirtualRouterRef),
})
export type ListVirtualRoutersOutput = Static<typeof ListVirtualRoutersOutput>

export const ListRoutesOutput = shape('ListRoutesOutput', {
  nextToken: Type.Optional(Type.String()),
  routes: Type.Array(RouteRef),
})
export type ListRoutesOutput = Static<typeof ListRoutesOutput>

export const ListVirtualServicesOutput = shape('ListVirtualServicesOutput', {
  nextToken: Type.Optional(Type.String()),
  virtualServices: Type.Array(VirtualServiceRef),
})
export type ListVirtualServicesOutput = Static<typeof ListVirtualServicesOutput>

export const ListVirtualGatewaysOutput = shape('ListVirtualGatewaysOutput', {
  nextToken: Type.Optional(Type.String()),
  virtualGateways: Type.Array(VirtualGatewayRef),
})
export type ListVirtualGatewaysOutput = Static<typeof ListVirtualGatewaysOutput>

export const ListGatewayRoutesOutput = shape('ListGatewayRoutesOutput', {
  gatewayRoutes: Type.Array(GatewayRouteRef),
  nextToken: Type.Optional(Type.String()),
})
export type ListGatewayRoutesOutput = Static<typeof ListGatewayRoutesOutput>

export const ListTagsForResourceOutput = shape('ListTagsForResourceOutput', {
  nextToken: Type.Optional(Type.String()),
  tags: TagList,
})
export type ListTagsForResourceOutput = Static<typeof ListTagsForResourceOutput>
