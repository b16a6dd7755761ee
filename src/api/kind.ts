/** What the generic operations need to know of one App Mesh kind. Names of members and operations follow from the kind. */
import type { TObject } from 'typebox'
import type { Problem } from '../model/problem.js'
import { PARENT_KIND } from '../model/references.js'
import { titleOf, type Kind, type Resource } from '../model/resource.js'
import type { ReadTransaction } from '../store/store.js'

export type Verb = 'create' | 'describe' | 'update' | 'delete' | 'list'

export interface KindApi<K extends Kind = Kind> {
  readonly kind: K
  /** The list member of a listing, e.g. `virtualNodes`. */
  readonly plural: string
  /** Path of the collection, under the API's prefix. */
  readonly path: string
  readonly inputs: Readonly<Record<Verb, TObject>>
  /**
   * What the rest of the mesh does not allow: the problems of a bad request; throws ApiError for what is missing.
   * Runs inside the write transaction, on the resource as it would be put.
   */
  checkInMesh(tx: ReadTransaction, resource: Resource<K>): Promise<readonly Problem[]>
}

/** The member that names one, e.g. `virtualNodeName`. */
export function nameMember(kind: Kind): string {
  return `${kind}Name`
}

/** The member that names the router of a route, the gateway of a gateway route; undefined for every other kind. */
export function parentMember(kind: Kind): string | undefined {
  const parent = PARENT_KIND[kind]
  return parent && nameMember(parent)
}

/** `CreateVirtualNode`, `ListVirtualNodes` and the like. */
export function operationName(verb: Verb, { kind, plural }: Pick<KindApi, 'kind' | 'plural'>): string {
  const title = verb === 'list' ? plural.charAt(0).toUpperCase() + plural.slice(1) : titleOf(kind)
  return verb.charAt(0).toUpperCase() + verb.slice(1) + title
}

/** The `checkInMesh` of a kind that nothing else in the mesh binds. */
export function unrelated(): Promise<readonly Problem[]> {
  return Promise.resolve([])
}
