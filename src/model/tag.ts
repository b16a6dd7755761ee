/** Tags of a resource. */
import Type, { type Static } from 'typebox'
import { shape } from './schema.js'

export const TagRef = shape('TagRef', {
  key: Type.String({ minLength: 1, maxLength: 128 }),
  value: Type.String({ maxLength: 256 }),
})
export type TagRef = Static<typeof TagRef>

/** At most 50 tags; keys are unique by rule. */
export const TagList = Type.Array(TagRef, { maxItems: 50 })
export type TagList = Static<typeof TagList>
