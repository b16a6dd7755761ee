/** The three tag operations, which name their resource by ARN in the query (app-mesh-api.md sections 1 and 5). */
import Type from 'typebox'
import { arnNotFound, tooManyTags } from '../model/errors.js'
import { ListTagsForResourceInput, TagResourceInput, UntagResourceInput } from '../model/requests.js'
import type { Resource, Tag } from '../model/resource.js'
import { TagRef } from '../model/tag.js'
import type { ReadTransaction } from '../store/store.js'
import type { Answer, ApiContext, Call, Handler } from './context.js'
import type { Operation } from './operation.js'
import { cutPage, readPage } from './read.js'

/** Adds tags, each replacing the one of its key. Nothing is applied when the resource would have too many. */
const tagResource: Handler = (context, call) => {
  const { tags: added = [] } = call.input
  return changeTags(context, call, (tags) => {
    const merged = new Map([...tags, ...added].map((tag) => [tag.key, tag]))
    if (added.length > MOST_TAGS || merged.size > MOST_TAGS) throw tooManyTags(MOST_TAGS)
    return [...merged.values()]
  })
}

/** Removes tags by key; a key that is not there is no error. */
const untagResource: Handler = (context, call) => {
  const keys = new Set(call.input['tagKeys'] as readonly string[])
  return changeTags(context, call, (tags) => tags.filter(({ key }) => !keys.has(key)))
}

/** Answers a page of tags in key order. */
const listTags: Handler = async ({ store }, { operation, input }) => {
  const { resourceArn: arn = '' } = input
  const listing = [operation, arn]
  const { after = '', limit } = readPage(input, listing, PAGE)
  const tags = await store.read(async (tx) => tx.tags((await requireArn(tx, arn)).metadata.arn))
  const rest = tags.filter(({ key }) => after === '' || key > after)
  const { items, nextToken } = cutPage(rest, limit, listing, ({ key }) => key)
  return { body: { tags: items, ...nextToken } }
}

/** Tags that one resource can have. */
const MOST_TAGS = 50

/** The page of tags without `limit`, and the longest there is. */
const PAGE = 50

/** Without the model's bound on the list: too many tags have an exception of their own. */
const TagInput = Type.Object({ ...TagResourceInput.properties, tags: Type.Array(TagRef) })

export const TAG_OPERATIONS: readonly Operation[] = [
  { name: 'TagResource', method: 'PUT', path: '/tag', input: TagInput, handle: tagResource },
  { name: 'UntagResource', method: 'PUT', path: '/untag', input: UntagResourceInput, handle: untagResource },
  { name: 'ListTagsForResource', method: 'GET', path: '/tags', input: ListTagsForResourceInput, handle: listTags },
]

async function changeTags(
  { store }: ApiContext,
  { principal, operation, input: { resourceArn = '' } }: Call,
  change: (tags: readonly Tag[]) => readonly Tag[],
): Promise<Answer> {
  const { revision } = await store.write({ principal, operation }, async (tx) => {
    const { arn } = (await requireArn(tx, resourceArn)).metadata
    await tx.setTags(arn, change(await tx.tags(arn)))
  })
  return { body: {}, revision }
}

async function requireArn(tx: ReadTransaction, arn: string): Promise<Resource> {
  const resource = await tx.getByArn(arn)
  if (!resource) throw arnNotFound(arn)
  return resource
}
