/** `GET /blockers`: what must go before something can be deleted. */
import Type from 'typebox'
import { ApiError, notFound } from '../model/errors.js'
import { listBlockers } from '../model/deletion.js'
import type { Kind, Resource, ResourceRef } from '../model/resource.js'
import type { ReadTransaction } from '../store/store.js'
import type { Endpoint } from './endpoint.js'
import { MESH_OWNER, readOwner } from './mesh-place.js'
import { KIND_PARAMETER, readRef } from './place.js'
import { answer, Name, ResourceKind } from './shapes.js'

const Blocker = answer('Blocker', {
  kind: ResourceKind,
  name: Name,
  parentName: Type.Optional(Name),
  reason: Type.Enum(['refers', 'child'], { description: 'it points at the resource, or lives in it' }),
})

export const BLOCKERS: Endpoint = {
  operation: 'GetBlockers',
  path: '/blockers',
  summary: 'What would make the deletion of a resource be refused',
  query: {
    mesh: { schema: Name, description: 'name of the mesh' },
    ...MESH_OWNER,
    kind: KIND_PARAMETER,
    name: { schema: Name, description: 'name of the resource; of a mesh it may be left out' },
    parent: { schema: Name, description: 'router of a route, gateway of a gateway route' },
  },
  answer: answer('Blockers', { blockers: Type.Array(Blocker) }),
  handle: async ({ store, account }, { query }) => {
    const { mesh, meshOwner, ...given } = query
    if (mesh === undefined) throw new ApiError('BadRequestException', 'mesh is missing')
    const ref = readRef({ meshName: mesh, meshOwner: readOwner(meshOwner) ?? account }, given)
    const surroundings = await store.read(async (tx) => {
      if (!(await tx.get(ref))) throw notFound(ref)
      return { children: await childrenOf(tx, ref), referrers: await tx.referrers(ref) }
    })
    const blockers = listBlockers(ref, surroundings).map(({ ref: { kind, name, parentName }, relation }) => ({
      kind,
      name,
      ...(parentName !== undefined && { parentName }),
      reason: relation === 'child' ? 'child' : 'refers',
    }))
    return { blockers }
  },
}

/** What lives in a resource of each kind. */
const CHILD_KINDS: Partial<Record<Kind, readonly Exclude<Kind, 'mesh'>[]>> = {
  mesh: ['virtualNode', 'virtualRouter', 'virtualService', 'virtualGateway'],
  virtualRouter: ['route'],
  virtualGateway: ['gatewayRoute'],
}

const ALL = { limit: 2 ** 31 - 1 }

async function childrenOf(tx: ReadTransaction, { kind, meshOwner, meshName, name }: ResourceRef): Promise<Resource[]> {
  const scope = { meshOwner, meshName, ...(kind !== 'mesh' && { parentName: name }) }
  const children: Resource[] = []
  for (const childKind of CHILD_KINDS[kind] ?? []) children.push(...(await tx.list(childKind, scope, ALL)))
  return children
}
