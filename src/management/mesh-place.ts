/** The mesh that a path and `?meshOwner=` name. */
import { ApiError, notFound } from '../model/errors.js'
import Type from 'typebox'
import type { ResourceRef } from '../model/resource.js'
import type { ManagementContext } from './context.js'
import type { Call, Parameter } from './endpoint.js'
import { Name } from './shapes.js'

export const MESH_PARAMS: Readonly<Record<string, Parameter>> = {
  mesh: { schema: Name, description: 'name of the mesh' },
}

export const MESH_OWNER: Readonly<Record<string, Parameter>> = {
  meshOwner: {
    schema: Type.String({ pattern: '^[0-9]{12}$' }),
    description: 'account that owns the mesh; without, the account of this server',
  },
}

export interface MeshPlace {
  readonly meshName: string
  readonly meshOwner: string
}

/** Throws BadRequestException for an owner that is no account. */
export function readMeshPlace({ account }: Pick<ManagementContext, 'account'>, { params, query }: Call): MeshPlace {
  return { meshName: params['mesh'] ?? '', meshOwner: readOwner(query['meshOwner']) ?? account }
}

export function readOwner(text: string | undefined): string | undefined {
  if (text === undefined || /^\d{12}$/.test(text)) return text
  throw new ApiError('BadRequestException', 'meshOwner must be a 12-digit account id')
}

export function meshNotFound({ meshName, meshOwner }: MeshPlace): ApiError {
  const ref: ResourceRef = { kind: 'mesh', meshName, meshOwner, name: meshName }
  return notFound(ref)
}
