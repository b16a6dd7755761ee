/** A virtual service: a name that clients call, and the virtual node or router that provides it. */
import Type, { type Static } from 'typebox'
import { AccountId, ResourceName, ServiceName } from './scalars.js'
import { shape, union } from './schema.js'
import { TagList } from './tag.js'

export const VirtualNodeServiceProvider = shape('VirtualNodeServiceProvider', {
  virtualNodeName: ResourceName,
})
export type VirtualNodeServiceProvider = Static<typeof VirtualNodeServiceProvider>

export const VirtualRouterServiceProvider = shape('VirtualRouterServiceProvider', {
  virtualRouterName: ResourceName,
})
export type VirtualRouterServiceProvider = Static<typeof VirtualRouterServiceProvider>

/** Exactly one member. */
export const VirtualServiceProvider = union('VirtualServiceProvider', {
  virtualNode: Type.Optional(VirtualNodeServiceProvider),
  virtualRouter: Type.Optional(VirtualRouterServiceProvider),
})
export type VirtualServiceProvider = Static<typeof VirtualServiceProvider>

/** Without a provider the service takes no traffic. */
export const VirtualServiceSpec = shape('VirtualServiceSpec', {
  provider: Type.Optional(VirtualServiceProvider),
})
export type VirtualServiceSpec = Static<typeof VirtualServiceSpec>

export const CreateVirtualServiceInput = shape('CreateVirtualServiceInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualServiceSpec,
  tags: Type.Optional(TagList),
  virtualServiceName: ServiceName,
})
export type CreateVirtualServiceInput = Static<typeof CreateVirtualServiceInput>

export const UpdateVirtualServiceInput = shape('UpdateVirtualServiceInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualServiceSpec,
  virtualServiceName: ServiceName,
})
export type UpdateVirtualServiceInput = Static<typeof UpdateVirtualServiceInput>
