/** Describe and list, the same for every kind. */
import { formatCursor, parseCursor } from '../http/cursor.js'
import type { Kind, Resource } from '../model/resource.js'
import type { PageRequest, ReadTransaction } from '../store/store.js'
import type { Handler, Input } from './context.js'
import type { KindApi } from './kind.js'
import { requireExisting, requireScope, resolveRef, resolveScope, type RequestScope } from './place.js'
import { formatListItem, formatResource } from './wire.js'

/** The page that a listing without `limit` gets, and the longest there is. */
const PAGE = 100

/** Answers the resource as it is. */
export function describeOperation({ kind }: KindApi): Handler {
  return async (context, { input }) => {
    const ref = resolveRef(context, kind, input)
    return { body: formatResource(await context.store.read((tx) => requireExisting(tx, ref))) }
  }
}

/** Answers one page of the collection, in name order. */
export function listOperation({ kind, plural }: KindApi): Handler {
  return async (context, { operation, input }) => {
    const scope = resolveScope(context, kind, input)
    const listing = [operation, scope.meshOwner, scope.meshName, scope.parentName ?? '']
    const page = readPage(input, listing, PAGE)
    const found = await context.store.read((tx) => list(tx, kind, scope, { ...page, limit: page.limit + 1 }))
    const { items, nextToken } = cutPage(found, page.limit, listing, ({ ref }) => ref.name)
    return { body: { [plural]: items.map(formatListItem), ...nextToken } }
  }
}

/** The page that the input asks for; without `limit` it has `size` items. Throws BadRequestException when its token is not of this listing. */
export function readPage({ limit, nextToken }: Input, listing: readonly string[], size: number): PageRequest {
  return { limit: limit ?? size, ...(nextToken && { after: parseCursor(listing, nextToken) }) }
}

/** The first `limit` of `found`, which holds one more when there is a next page. */
export function cutPage<T>(found: readonly T[], limit: number, listing: readonly string[], keyOf: (item: T) => string) {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const more = found.length > limit && last !== undefined
  return { items, nextToken: more ? { nextToken: formatCursor(listing, keyOf(last)) } : {} }
}

async function list(tx: ReadTransaction, kind: Kind, scope: RequestScope, page: PageRequest): Promise<Resource[]> {
  if (kind === 'mesh') return tx.listMeshes(scope.meshOwner, page)
  await requireScope(tx, kind, scope)
  return tx.list(kind, scope, page)
}
