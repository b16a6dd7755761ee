/** What the operations on one resource answer with, and the items of listings. Timestamps are epoch seconds with a fraction. */
import Type, { type Static } from 'typebox'
import { GatewayRouteSpec } from './gateway-route.js'
import { MeshSpec } from './mesh.js'
import { RouteSpec } from './route.js'
import { AccountId, Arn, ResourceName, ServiceName } from './scalars.js'
import { long, shape } from './schema.js'
import { VirtualGatewaySpec } from './virtual-gateway.js'
import { VirtualNodeSpec } from './virtual-node.js'
import { VirtualRouterSpec } from './virtual-router.js'
import { VirtualServiceSpec } from './virtual-service.js'

/** App Mesh's metadata on the wire; resource.ts has the stored form. */
export const ResourceMetadata = shape('ResourceMetadata', {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshOwner: AccountId,
  resourceOwner: AccountId,
  uid: Type.String(),
  version: long(),
})
export type ResourceMetadata = Static<typeof ResourceMetadata>

/** The model does not require `status` here; it is always sent. */
export const MeshStatus = shape('MeshStatus', {
  status: Type.Optional(Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED'])),
})
export type MeshStatus = Static<typeof MeshStatus>

export const MeshData = shape('MeshData', {
  meshName: ResourceName,
  metadata: ResourceMetadata,
  spec: MeshSpec,
  status: MeshStatus,
})
export type MeshData = Static<typeof MeshData>

export const MeshRef = shape('MeshRef', {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshName: ResourceName,
  meshOwner: AccountId,
  resourceOwner: AccountId,
  version: long(),
})
export type MeshRef = Static<typeof MeshRef>

export const VirtualNodeStatus = shape('VirtualNodeStatus', {
  status: Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED']),
})
export type VirtualNodeStatus = Static<typeof VirtualNodeStatus>

export const VirtualNodeData = shape('VirtualNodeData', {
  meshName: ResourceName,
  metadata: ResourceMetadata,
  spec: VirtualNodeSpec,
  status: VirtualNodeStatus,
  virtualNodeName: ResourceName,
})
export type VirtualNodeData = Static<typeof VirtualNodeData>

export const VirtualNodeRef = shape('VirtualNodeRef', {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshName: ResourceName,
  meshOwner: AccountId,
  resourceOwner: AccountId,
  version: long(),
  virtualNodeName: ResourceName,
})
export type VirtualNodeRef = Static<typeof VirtualNodeRef>

export const VirtualRouterStatus = shape('VirtualRouterStatus', {
  status: Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED']),
})
export type VirtualRouterStatus = Static<typeof VirtualRouterStatus>

export const VirtualRouterData = shape('VirtualRouterData', {
  meshName: ResourceName,
  metadata: ResourceMetadata,
  spec: VirtualRouterSpec,
  status: VirtualRouterStatus,
  virtualRouterName: ResourceName,
})
export type VirtualRouterData = Static<typeof VirtualRouterData>

export const VirtualRouterRef = shape('VirtualRouterRef', {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshName: ResourceName,
  meshOwner: AccountId,
  resourceOwner: AccountId,
  version: long(),
  virtualRouterName: ResourceName,
})
export type VirtualRouterRef = Static<typeof VirtualRouterRef>

export const RouteStatus = shape('RouteStatus', {
  status: Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED']),
})
export type RouteStatus = Static<typeof RouteStatus>

export const RouteData = shape('RouteData', {
  meshName: ResourceName,
  metadata: ResourceMetadata,
  routeName: ResourceName,
  spec: RouteSpec,
  status: RouteStatus,
  virtualRouterName: ResourceName,
})
export type RouteData = Static<typeof RouteData>

export const RouteRef = shape('RouteRef', {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshName: ResourceName,
  meshOwner: AccountId,
  resourceOwner: AccountId,
  routeName: ResourceName,
  version: long(),
  virtualRouterName: ResourceName,
})
export type RouteRef = Static<typeof RouteRef>

export const VirtualServiceStatus = shape('VirtualServiceStatus', {
  status: Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED']),
})
export type VirtualServiceStatus = Static<typeof VirtualServiceStatus>

export const VirtualServiceData = shape('VirtualServiceData', {
  meshName: ResourceName,
  metadata: ResourceMetadata,
  spec: VirtualServiceSpec,
  status: VirtualServiceStatus,
  virtualServiceName: ServiceName,
})
export type VirtualServiceData = Static<typeof VirtualServiceData>

export const VirtualServiceRef = shape('VirtualServiceRef', {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshName: ResourceName,
  meshOwner: AccountId,
  resourceOwner: AccountId,
  version: long(),
  virtualServiceName: ServiceName,
})
export type VirtualServiceRef = Static<typeof VirtualServiceRef>

export const VirtualGatewayStatus = shape('VirtualGatewayStatus', {
  status: Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED']),
})
export type VirtualGatewayStatus = Static<typeof VirtualGatewayStatus>

export const VirtualGatewayData = shape('VirtualGatewayData', {
  meshName: ResourceName,
  metadata: ResourceMetadata,
  spec: VirtualGatewaySpec,
  status: VirtualGatewayStatus,
  virtualGatewayName: ResourceName,
})
export type VirtualGatewayData = Static<typeof VirtualGatewayData>

export const VirtualGatewayRef = shape('VirtualGatewayRef', {
  arn: Arn,
  createdAt: Type.Number(),
  lastUpdatedAt: Type.Number(),
  meshName: ResourceName,
  meshOwner: AccountId,
  resourceOwner: AccountId,
  version: long(),
  virtualGatewayName: ResourceName,
})
export type VirtualGatewayRef = Static<typeof VirtualGatewayRef>

export const GatewayRouteStatus = shape('GatewayRouteStatus', {
  status: Type.Enum(['ACTIVE', 'INACTIVE', 'DELETED']),
})
export type GatewayRouteStatus = Static<typeof GatewayRouteStatus>

export const GatewayRouteData = shape('GatewayRouteData', {
  gatewayRouteName: ResourceName,
  meshName: ResourceName,
  metadata: ResourceMetadata,
  spec: GatewayRouteSpec,
  status: GatewayRouteStatus,
  virtualGatewayName: ResourceName,
})
export type GatewayRouteData = Static<typeof GatewayRouteData>

export const GatewayRouteRef = shape('GatewayRouteRef', {
  arn: Arn,
  createdAt: Type.Number(),
  gatewayRouteName: ResourceName,
  lastUpdatedAt: Type.Number(),
  meshName: ResourceName,
  meshOwner: AccountId,
  resourceOwner: AccountId,
  version: long(),
  virtualGatewayName: ResourceName,
})
export type GatewayRouteRef = Static<typeof GatewayRouteRef>
