/** What lives in a resource. */
import type { Kind, Resource, ResourceRef } from '../model/resource.js'
import type { ReadTransaction } from '../store/store.js'

type ChildKind = Exclude<Kind, 'mesh'>

/** What can live in a resource of each kind. */
const CHILD_KINDS: Readonly<Partial<Record<Kind, readonly ChildKind[]>>> = {
  mesh: ['virtualNode', 'virtualRouter', 'virtualService', 'virtualGateway'],
  virtualRouter: ['route'],
  virtualGateway: ['gatewayRoute'],
}

/** No collection is longer: the largest limit that every driver takes. */
const ALL = 2 ** 31 - 1

/** Everything that lives in `ref`, whether `ref` exists or not. */
export async function childrenOf(tx: ReadTransaction, ref: ResourceRef): Promise<Resource[]> {
  const children: Resource[] = []
  for (const kind of CHILD_KINDS[ref.kind] ?? []) children.push(...(await listChildren(tx, kind, ref)))
  return children
}

/** Everything of `kind` that lives in `ref`, in name order. */
export function listChildren<K extends ChildKind>(
  tx: ReadTransaction,
  kind: K,
  ref: ResourceRef,
): Promise<Resource<K>[]> {
  const { meshOwner, meshName, name } = ref
  const scope = { meshOwner, meshName, ...(ref.kind !== 'mesh' && { parentName: name }) }
  return tx.list(kind, scope, { limit: ALL })
}
