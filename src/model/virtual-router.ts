/** A virtual router: the ports on which its routes take requests for virtual services. */
import Type, { type Static } from 'typebox'
import { PortMapping } from './port-mapping.js'
import { AccountId, ResourceName } from './scalars.js'
import { TagList } from './tag.js'

export const VirtualRouterListener = Type.Object({
  portMapping: PortMapping,
})
export type VirtualRouterListener = Static<typeof VirtualRouterListener>

export const VirtualRouterSpec = Type.Object({
  listeners: Type.Optional(Type.Array(VirtualRouterListener)),
})
export type VirtualRouterSpec = Static<typeof VirtualRouterSpec>

export const CreateVirtualRouterInput = Type.Object({
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualRouterSpec,
  tags: Type.Optional(TagList),
  virtualRouterName: ResourceName,
})
export type CreateVirtualRouterInput = Static<typeof CreateVirtualRouterInput>

export const UpdateVirtualRouterInput = Type.Object({
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualRouterSpec,
  virtualRouterName: ResourceName,
})
export type UpdateVirtualRouterInput = Static<typeof UpdateVirtualRouterInput>
