/** From the names in a request to the places that they mean, and whether those exist. */
import { notFound } from '../model/errors.js'
import { PARENT_KIND } from '../model/references.js'
import type { Kind, Resource, ResourceRef } from '../model/resource.js'
import type { ReadTransaction } from '../store/store.js'
import type { ApiContext, Input } from './context.js'
import { nameMember, parentMember } from './kind.js'

/** Where a request looks: the mesh, and below it the router or gateway for the kinds that have one. */
export interface RequestScope {
  readonly meshOwner: string
  readonly meshName: string
  readonly parentName?: string
}

/**
 * The scope that the input of an operation on `kind` names. `meshOwner` may say the caller's own account, as Terraform always does.
 * Throws NotFoundException when it says another: no mesh is shared with the caller (app-mesh-api.md section 7.10).
 */
export function resolveScope({ account }: ApiContext, kind: Kind, input: Input): RequestScope {
  const { meshOwner = account, meshName = '' } = input
  if (meshOwner !== account) throw notFound({ kind: 'mesh', meshOwner, meshName, name: meshName })
  const parent = parentMember(kind)
  return { meshOwner, meshName, ...(parent !== undefined && { parentName: textOf(input, parent) }) }
}

/** The place that the input of an operation on one resource of `kind` names. */
export function resolveRef<K extends Kind>(context: ApiContext, kind: K, input: Input): ResourceRef<K> {
  return { kind, ...resolveScope(context, kind, input), name: textOf(input, nameMember(kind)) }
}

/** Throws NotFoundException when the mesh of a scope, or the router or gateway in it, does not exist. */
export async function requireScope(tx: ReadTransaction, kind: Kind, scope: RequestScope): Promise<void> {
  const { meshOwner, meshName, parentName } = scope
  await requireResource(tx, { kind: 'mesh', meshOwner, meshName, name: meshName })
  const parent = PARENT_KIND[kind]
  if (parent && parentName !== undefined)
    await requireResource(tx, { kind: parent, meshOwner, meshName, name: parentName })
}

/** The resource at `ref`. Throws NotFoundException that names the outermost thing missing. */
export async function requireExisting<K extends Kind>(tx: ReadTransaction, ref: ResourceRef<K>): Promise<Resource<K>> {
  if (ref.kind !== 'mesh') await requireScope(tx, ref.kind, ref)
  return requireResource(tx, ref)
}

/** The resource at `ref`. Throws NotFoundException. */
export async function requireResource<K extends Kind>(tx: ReadTransaction, ref: ResourceRef<K>): Promise<Resource<K>> {
  const resource = await tx.get(ref)
  if (!resource) throw notFound(ref)
  return resource
}

function textOf(input: Input, member: string): string {
  const value = input[member]
  return typeof value === 'string' ? value : ''
}
