/** Says what a schema violation means. Only `api` and `cloud-map` compile schemas; the texts for people belong to the model. */
import type { TSchema } from 'typebox'
import type { Problem } from './problem.js'

/** What this needs of the validator's errors: TypeBox's TValidationError has it. */
export interface Violation {
  readonly keyword: string
  /** JSON pointers into the value and into the schema. */
  readonly instancePath: string
  readonly schemaPath: string
  readonly params: object
}

/** The problems behind the errors that checking a value against `schema` gave, in their order. */
export function describeViolations(schema: TSchema, violations: readonly Violation[]): Problem[] {
  return violations.flatMap((violation) => describeViolation(schema, violation))
}

function describeViolation(schema: TSchema, { keyword, instancePath, schemaPath, params }: Violation): Problem[] {
  const path = formatPath(instancePath)
  if (keyword === 'required') {
    const { requiredProperties } = params as { requiredProperties: readonly string[] }
    return requiredProperties.map((name) => ({ path: joinPath(path, name), message: 'is required' }))
  }
  return [{ path, message: RULES[keyword]?.(resolve(schema, schemaPath)) ?? 'is not valid' }]
}

/** The keywords of a schema that a message can be made of. */
interface Keywords {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** One text per keyword. Both bounds are told whichever is broken, so that one answer is enough to get it right. */
const RULES: Readonly<Record<string, ((schema: Keywords) => string) | undefined>> = {
  type: ({ type = '' }) => `must be ${TYPES[type] ?? type}`,
  enum: (schema) => `must be one of ${schema.enum?.join(', ') ?? ''}`,
  pattern: ({ pattern = '' }) => `must match the pattern ${pattern}`,
  minimum: ({ minimum, maximum }) => `must be ${formatBounds(minimum, maximum)}`,
  maximum: ({ minimum, maximum }) => `must be ${formatBounds(minimum, maximum)}`,
  minLength: ({ minLength, maxLength }) => `must have ${formatSize(minLength, maxLength)} characters`,
  maxLength: ({ minLength, maxLength }) => `must have ${formatSize(minLength, maxLength)} characters`,
  minItems: ({ minItems, maxItems }) => `must have ${formatSize(minItems, maxItems)} items`,
  maxItems: ({ minItems, maxItems }) => `must have ${formatSize(minItems, maxItems)} items`,
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
}

function formatBounds(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum === undefined) return `at most ${maximum ?? ''}`
  return maximum === undefined ? `at least ${minimum}` : `between ${minimum} and ${maximum}`
}

function formatSize(least: number | undefined, most: number | undefined): string {
  if (most === undefined) return `at least ${least ?? 0}`
  if (least === most) return `exactly ${most}`
  return least ? `${least} to ${most}` : `at most ${most}`
}

/** The part of a schema that a path such as `#/properties/spec/properties/listeners/items` leads to. */
function resolve(schema: TSchema, schemaPath: string): Keywords {
  let part: unknown = schema
  for (const name of parsePointer(schemaPath)) part = (part as Readonly<Record<string, unknown>> | undefined)?.[name]
  return part ?? {}
}

/** `/spec/listeners/0/portMapping` → `spec.listeners[0].portMapping`. App Mesh has no members that look like numbers. */
function formatPath(instancePath: string): string {
  return parsePointer(instancePath).reduce(joinPath, '')
}

/** `path` and a member's name or an item's index below it. */
export function joinPath(path: string, name: string | number): string {
  if (/^\d+$/.test(String(name))) return `${path}[${name}]`
  return path === '' ? String(name) : `${path}.${name}`
}

function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
