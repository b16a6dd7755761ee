/** A mesh: the outermost boundary, what traffic may leave it, and its address family. */
import Type, { type Static } from 'typebox'
import { IpPreference, ResourceName } from './scalars.js'
import { shape } from './schema.js'
import { TagList } from './tag.js'

export const EgressFilterType = Type.Enum(['ALLOW_ALL', 'DROP_ALL'])
export type EgressFilterType = Static<typeof EgressFilterType>

/** Whether traffic may leave the mesh to places it does not know. */
export const EgressFilter = shape('EgressFilter', {
  type: EgressFilterType,
})
export type EgressFilter = Static<typeof EgressFilter>

export const MeshServiceDiscovery = shape('MeshServiceDiscovery', {
  ipPreference: Type.Optional(IpPreference),
})
export type MeshServiceDiscovery = Static<typeof MeshServiceDiscovery>

/** Without an egress filter traffic may leave to AWS only (DROP_ALL). */
export const MeshSpec = shape('MeshSpec', {
  egressFilter: Type.Optional(EgressFilter),
  serviceDiscovery: Type.Optional(MeshServiceDiscovery),
})
export type MeshSpec = Static<typeof MeshSpec>

export const CreateMeshInput = shape('CreateMeshInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  spec: Type.Optional(MeshSpec),
  tags: Type.Optional(TagList),
})
export type CreateMeshInput = Static<typeof CreateMeshInput>

export const UpdateMeshInput = shape('UpdateMeshInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  spec: Type.Optional(MeshSpec),
})
export type UpdateMeshInput = Static<typeof UpdateMeshInput>
