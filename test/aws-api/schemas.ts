/** Schemas of ours and members of a model in the same terms. Pure. */
import type { Member } from './model.js'

export interface Schema {
  readonly title?: string
  readonly type?: string
  readonly properties: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items: Schema
  /** Of a map. */
  readonly patternProperties?: Readonly<Record<string, Schema>>
}

/** The JSON schema that a member of the model asks for, structures by their name only. */
export function expectedSchema({ type, min, max, pattern, enum: values, items }: Member): object {
  const given = (entries: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
  if (values) return { enum: values }
  switch (type) {
    case 'string':
      return { type, ...given({ minLength: min === 0 ? undefined : min, maxLength: max, pattern }) }
    case 'integer':
      return { type, minimum: min ?? -2147483648, maximum: max ?? 2147483647 }
    case 'long':
      return { type: 'integer', minimum: min ?? Number.MIN_SAFE_INTEGER, maximum: max ?? Number.MAX_SAFE_INTEGER }
    case 'boolean':
      return { type }
    case 'timestamp':
      return { type: 'number' }
    case 'list':
      return { type: 'array', items: expectedSchema(items!), ...given({ minItems: min || undefined, maxItems: max }) }
    case 'map':
      return { map: expectedSchema(items!) }
    default:
      return { shape: type }
  }
}

/** Our schema in the same terms. */
export function actualSchema(schema: Schema): object {
  if (schema.title !== undefined) return { shape: schema.title }
  const [values] = Object.values(schema.patternProperties ?? {})
  if (values) return { map: actualSchema(values) }
  const { items, ...rest } = JSON.parse(JSON.stringify(schema)) as Schema & Record<string, unknown>
  if (rest['minLength'] === 0) delete rest['minLength']
  return schema.type === 'array' ? { ...rest, items: actualSchema(items) } : { ...rest }
}
