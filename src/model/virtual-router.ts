/** A virtual router: the ports on which its routes take requests for virtual services. */
import Type, { type Static } from 'typebox'
import { PortMapping } from './port-mapping.js'
import { AccountId, ResourceName } from './scalars.js'
import { shape } from './schema.js'
import { TagList } from './tag.js'

export const VirtualRouterListener = shape('VirtualRouterListener', {
  portMapping: PortMapping,
})
export type VirtualRouterListener = Static<typeof VirtualRouterListener>

export const VirtualRouterSpec = shape('VirtualRouterSpec', {
  listeners: Type.Optional(Type.Array(VirtualRouterListener)),
})
export type VirtualRouterSpec = Static<typeof VirtualRouterSpec>

export const CreateVirtualRouterInput = shape('CreateVirtualRouterInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualRouterSpec,
  tags: Type.Optional(TagList),
  virtualRouterName: ResourceName,
})
export type CreateVirtualRouterInput = Static<typeof CreateVirtualRouterInput>

export const UpdateVirtualRouterInput = shape('UpdateVirtualRouterInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualRouterSpec,
  virtualRouterName: ResourceName,
})
export type UpdateVirtualRouterInput = Static<typeof UpdateVirtualRouterInput>
