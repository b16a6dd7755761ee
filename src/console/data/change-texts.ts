/** The revision log in words: what was changed, where it is now, and what of it to compare. */
import { KINDS, type Kind, type Tag } from '../../model/resource.js'
import { KIND_TEXTS } from './kind-texts.js'
import { itemPath } from './paths.js'

interface Change {
  readonly operation: string
  readonly ref: {
    readonly kind: string
    readonly meshName?: string | undefined
    readonly meshOwner?: string | undefined
    readonly name?: string | undefined
    readonly parentName?: string | undefined
  }
  readonly before?: unknown
  readonly after?: unknown
  readonly tagsBefore?: readonly Tag[] | undefined
  readonly tagsAfter?: readonly Tag[] | undefined
}

export type ChangeVerb = 'created' | 'updated' | 'deleted' | 'tagged'

const CLOUD_MAP_KINDS: Readonly<Record<string, string>> = {
  namespace: 'Cloud Map namespace',
  service: 'Cloud Map service',
  instance: 'Cloud Map instance',
}

/** Every kind that the log has, with its title. */
export const LOGGED_KINDS: readonly { readonly kind: string; readonly title: string }[] = [
  ...KINDS.map((kind) => ({ kind, title: KIND_TEXTS[kind].one })),
  ...Object.entries(CLOUD_MAP_KINDS).map(([kind, title]) => ({ kind, title })),
]

export function kindTitle(kind: string): string {
  return LOGGED_KINDS.find((each) => each.kind === kind)?.title ?? kind
}

export function verbOf({ before, after, tagsBefore, tagsAfter }: Change): ChangeVerb {
  if (before === undefined && after !== undefined) return 'created'
  if (after === undefined && before !== undefined) return 'deleted'
  return before === undefined && (tagsBefore ?? tagsAfter) ? 'tagged' : 'updated'
}

/** The name of what was changed, with its parent where it has one; of Cloud Map the name that people gave it, else its id. */
export function changedName({ ref, before, after }: Change): string {
  const given = ref.meshName === undefined ? memberOf(after ?? before, 'name') : undefined
  const name = typeof given === 'string' ? given : (ref.name ?? '')
  return ref.parentName === undefined || given !== undefined ? name : `${ref.parentName} / ${name}`
}

/** The page of what was changed; undefined when it is gone, or has none. */
export function changedPath(change: Change): string | undefined {
  const { ref, after } = change
  if (verbOf(change) === 'deleted') return undefined
  const { name = '', meshName, parentName } = ref
  if (meshName !== undefined) {
    const kind = KINDS.find((each): each is Kind => each === ref.kind)
    return kind && itemPath({ kind, meshName, name, parentName })
  }
  if (ref.kind === 'namespace') return `/cloud-map/namespaces/${encodeURIComponent(name)}`
  const namespaceId = ref.kind === 'service' ? (parentName ?? memberOf(after, 'namespaceId')) : undefined
  if (typeof namespaceId !== 'string') return undefined
  return `/cloud-map/namespaces/${encodeURIComponent(namespaceId)}/services/${encodeURIComponent(name)}`
}

/** What to compare: the spec of a resource, all of a thing of Cloud Map, and the tags where they were changed. */
export function comparedParts({ before, after, tagsBefore, tagsAfter }: Change): { before: unknown; after: unknown } {
  const hasTags = (tagsBefore ?? tagsAfter) !== undefined
  return {
    before: hasTags ? withTags(before, tagsBefore) : specOf(before),
    after: hasTags ? withTags(after, tagsAfter) : specOf(after),
  }
}

function withTags(logged: unknown, tags: readonly Tag[] | undefined): unknown {
  if (logged === undefined && tags === undefined) return undefined
  return { ...(logged !== undefined && { spec: specOf(logged) }), tags: tagObject(tags ?? []) }
}

function tagObject(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]))
}

function specOf(logged: unknown): unknown {
  return memberOf(logged, 'spec') ?? logged
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}
