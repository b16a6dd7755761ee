/** The resource that a request names, in its path or its query. */
import Type from 'typebox'
import { ApiError } from '../model/errors.js'
import { PARENT_KIND } from '../model/references.js'
import { KINDS, type Kind, type ResourceRef } from '../model/resource.js'
import type { Parameter } from './endpoint.js'
import type { MeshPlace } from './mesh-place.js'
import { readWord } from './query.js'
import { Name, ResourceKind } from './shapes.js'

export const PROXY_KINDS = ['virtualNode', 'virtualGateway'] as const

export type ProxyKind = (typeof PROXY_KINDS)[number]

export const PROXY_PARAMS: Readonly<Record<string, Parameter>> = {
  mesh: { schema: Name, description: 'name of the mesh' },
  kind: { schema: Type.Enum([...PROXY_KINDS]), description: 'what the Envoy stands for' },
  name: { schema: Name, description: 'name of the virtual node or gateway' },
}

export const KIND_PARAMETER: Parameter = { schema: ResourceKind, description: 'kind of the resource' }

export function readProxyRef(place: MeshPlace, params: Readonly<Record<string, string>>): ResourceRef<ProxyKind> {
  const kind = readWord(params['kind'] ?? '', 'kind', PROXY_KINDS)
  return { kind, ...place, name: params['name'] ?? '' }
}

/** Throws BadRequestException when the kind is none, or a parent is missing or too many. */
export function readRef(place: MeshPlace, given: { kind?: string; parent?: string; name?: string }): ResourceRef {
  const kind: Kind = readWord(given.kind ?? '', 'kind', KINDS)
  const { parent, name = kind === 'mesh' ? place.meshName : '' } = given
  const parentKind = PARENT_KIND[kind]
  if (parentKind && parent === undefined) throw refuse(`a ${kind} needs the name of its ${parentKind}`)
  if (!parentKind && parent !== undefined) throw refuse(`a ${kind} has no parent but its mesh`)
  if (name === '') throw refuse('name is missing')
  return { kind, ...place, ...(parent !== undefined && { parentName: parent }), name }
}

function refuse(message: string): ApiError {
  return new ApiError('BadRequestException', message)
}
