/** What the list operations answer with. Without `nextToken` the page is the last one. */
import Type, { type TProperties } from 'typebox'
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

export const ListMeshesOutput = pageOf('ListMeshesOutput', { meshes: Type.Array(MeshRef) })
export const ListVirtualNodesOutput = pageOf('ListVirtualNodesOutput', { virtualNodes: Type.Array(VirtualNodeRef) })
export const ListVirtualRoutersOutput = pageOf('ListVirtualRoutersOutput', {
  virtualRouters: Type.Array(VirtualRouterRef),
})
export const ListRoutesOutput = pageOf('ListRoutesOutput', { routes: Type.Array(RouteRef) })
export const ListVirtualServicesOutput = pageOf('ListVirtualServicesOutput', {
  virtualServices: Type.Array(VirtualServiceRef),
})
export const ListVirtualGatewaysOutput = pageOf('ListVirtualGatewaysOutput', {
  virtualGateways: Type.Array(VirtualGatewayRef),
})
export const ListGatewayRoutesOutput = pageOf('ListGatewayRoutesOutput', { gatewayRoutes: Type.Array(GatewayRouteRef) })
export const ListTagsForResourceOutput = pageOf('ListTagsForResourceOutput', { tags: TagList })

function pageOf<Items extends TProperties>(title: string, items: Items) {
  return shape(title, { ...items, nextToken: Type.Optional(Type.String()) })
}
