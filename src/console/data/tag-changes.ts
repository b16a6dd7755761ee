/** What must be asked of the API so that the tags of a resource become others. */
import type { Tag } from '../../model/resource.js'

export interface TagChanges {
  readonly put: readonly Tag[]
  readonly remove: readonly string[]
}

const MOST_TAGS = 50
const LONGEST_KEY = 128
const LONGEST_VALUE = 256

export function compareTags(before: readonly Tag[], after: readonly Tag[]): TagChanges {
  const old = new Map(before.map(({ key, value }) => [key, value]))
  const kept = new Set(after.map(({ key }) => key))
  return {
    put: after.filter(({ key, value }) => old.get(key) !== value),
    remove: before.flatMap(({ key }) => (kept.has(key) ? [] : [key])),
  }
}

/** What is wrong with the key of each row, undefined where nothing is (app-mesh-api.md section 5). */
export function checkTagKeys(tags: readonly Tag[]): (string | undefined)[] {
  const counts = new Map<string, number>()
  for (const { key } of tags) counts.set(key, (counts.get(key) ?? 0) + 1)
  return tags.map(({ key }) => {
    if (key === '') return 'A key is required.'
    if (key.length > LONGEST_KEY) return `A key has at most ${LONGEST_KEY} characters.`
    if (key.toLowerCase().startsWith('aws:')) return 'Keys that begin with aws: are reserved.'
    return (counts.get(key) ?? 0) > 1 ? 'Each key can be there once.' : undefined
  })
}

export function checkTagValues(tags: readonly Tag[]): (string | undefined)[] {
  return tags.map(({ value }) =>
    value.length > LONGEST_VALUE ? `A value has at most ${LONGEST_VALUE} characters.` : undefined,
  )
}

/** What is wrong with the tags as a whole. */
export function checkTagCount(tags: readonly Tag[]): string | undefined {
  return tags.length > MOST_TAGS ? `A resource has at most ${MOST_TAGS} tags.` : undefined
}
