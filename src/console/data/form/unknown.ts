/** Members that the model does not have: the API drops them without a word. */
import type { TSchema } from 'typebox'
import { isRecord } from '../../../model/prune.js'
import { joinPath } from '../../../model/violation.js'
import type { SchemaNode } from '../draft.js'

/** The paths of what `schema` does not know in `value`. */
export function unknownMembers(schema: TSchema, value: unknown): string[] {
  return unknownBelow(schema, value, '')
}

function unknownBelow({ properties, items }: SchemaNode, value: unknown, path: string): string[] {
  if (Array.isArray(value))
    return items ? value.flatMap((item, index) => unknownBelow(items, item, joinPath(path, index))) : []
  if (!properties || !isRecord(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name]
    return known ? unknownBelow(known, member, joinPath(path, name)) : [joinPath(path, name)]
  })
}
