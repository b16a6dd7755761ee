/** Keeps of a request what the model knows (app-mesh-api.md section 1: unknown members are ignored, so they must not be stored). */
import type { TSchema } from 'typebox'

/**
 * `value` without the members that `schema` does not name and without members that are null (absent, by restJson1), all the way down, members in the
 * schema's order. What does not have the schema's type stays as it is: telling so is the validator's business.
 */
export function prune(schema: TSchema, value: unknown): unknown {
  const { properties, items } = schema as SchemaParts
  if (items && Array.isArray(value)) return value.map((item) => prune(items, item))
  if (!properties || !isRecord(value)) return value
  const known: [string, unknown][] = []
  for (const [name, member] of Object.entries(properties)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    if (given !== undefined && given !== null) known.push([name, prune(member, given)])
  }
  return Object.fromEntries(known)
}

/** The parts of a JSON schema that say what is inside a value. */
export interface SchemaParts {
  readonly title?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
