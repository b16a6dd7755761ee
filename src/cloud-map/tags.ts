/** The tag operations, which name their namespace or service by ARN (cloud-map-api.md section 2). */
import { CloudMapError, invalidInput, resourceNotFound } from '../model/cloud-map/errors.js'
import { kindOfArn } from '../model/cloud-map/identifiers.js'
import type {
  ListTagsForResourceRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '../model/cloud-map/requests.js'
import type { Attributes } from '../model/cloud-map/resource.js'
import { checkTags } from '../model/cloud-map/rules.js'
import type { ReadTransaction, WriteTransaction } from '../store/store.js'
import type { CloudMapHandler } from './context.js'
import { write } from './write.js'

/** Tags that one resource can have. */
const MOST_TAGS = 50

/** A list of tags as it is kept: by key. Throws TooManyTagsException. */
export function parseTags(tags: TagResourceRequest['Tags'], resource = ''): Attributes {
  return limitTags(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])), resource)
}

/** Adds tags, each replacing the one of its key. */
export const tagResource: CloudMapHandler<TagResourceRequest> = (context, call) => {
  const { ResourceARN: arn, Tags: added } = call.input
  const problems = checkTags(added)
  if (problems.length > 0) throw invalidInput(problems)
  return write(context, call, (tx) => changeTags(tx, arn, (tags) => ({ ...tags, ...parseTags(added, arn) })))
}

/** Removes tags by key; a key that is not there is no error. */
export const untagResource: CloudMapHandler<UntagResourceRequest> = (context, call) => {
  const { ResourceARN: arn, TagKeys } = call.input
  const gone = new Set(TagKeys)
  return write(context, call, (tx) =>
    changeTags(tx, arn, (tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key)))),
  )
}

export const listTags: CloudMapHandler<ListTagsForResourceRequest> = async ({ store }, { input }) => {
  const { tags } = await store.read((tx) => requireTagged(tx, input.ResourceARN))
  const keys = Object.keys(tags).sort()
  return { body: { Tags: keys.map((Key) => ({ Key, Value: tags[Key] })) } }
}

async function changeTags(
  tx: WriteTransaction,
  arn: string,
  change: (tags: Attributes) => Attributes,
): Promise<object> {
  const tagged = await requireTagged(tx, arn)
  const tags = limitTags(change(tagged.tags), arn)
  if ('namespaceId' in tagged) await tx.cloudMap.putService({ ...tagged, tags })
  else await tx.cloudMap.putNamespace({ ...tagged, tags })
  return {}
}

function limitTags(tags: Attributes, resource: string): Attributes {
  if (Object.keys(tags).length <= MOST_TAGS) return tags
  const message = `A resource can have at most ${MOST_TAGS} tags`
  throw new CloudMapError('TooManyTagsException', message, { ResourceName: resource || undefined })
}

async function requireTagged({ cloudMap }: ReadTransaction, arn: string) {
  const kind = kindOfArn(arn)
  const id = arn.slice(arn.lastIndexOf('/') + 1)
  const found = kind === 'namespace' ? await cloudMap.namespace(id) : await cloudMap.service(id)
  if (found?.arn !== arn) throw resourceNotFound(arn)
  return found
}
