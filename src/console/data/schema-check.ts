/**
 * Checks values against the model's schemas by walking them. The server compiles the same schemas into code, which the console's
 * Content-Security-Policy forbids; a test holds both against each other.
 */
import type { TSchema } from 'typebox'
import { isRecord } from '../../model/prune.js'
import type { Problem } from '../../model/problem.js'
import { describeViolations, type Violation } from '../../model/violation.js'
import type { SchemaNode } from './draft.js'

/** What is wrong with `value` by `schema`, all of it, with the server's paths and texts. */
export function checkSchema(schema: TSchema, value: unknown): Problem[] {
  return describeViolations(schema, violationsOf(schema, value, { instancePath: '', schemaPath: '#' }))
}

interface Place {
  readonly instancePath: string
  readonly schemaPath: string
}

function violationsOf(schema: SchemaNode, value: unknown, place: Place): Violation[] {
  if (schema.enum) return schema.enum.includes(value as string) ? [] : [violation('enum', place)]
  const type = TYPES[schema.type ?? '']
  const limits = LIMITS.flatMap(([keyword, isBroken]) => (isBroken(schema, value) ? [violation(keyword, place)] : []))
  // A number that is no integer is too small or too large as well.
  if (type && !type(value)) return [violation('type', place), ...limits]
  return [...limits, ...missingMembers(schema, value, place), ...insideOf(schema, value, place)]
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isRecord,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: Number.isFinite,
}

/** A limit is broken by a value of its own type only. Lengths count code points. */
const LIMITS: readonly (readonly [string, (schema: SchemaNode, value: unknown) => boolean])[] = [
  ['minimum', ({ minimum }, value) => typeof value === 'number' && minimum !== undefined && value < minimum],
  ['maximum', ({ maximum }, value) => typeof value === 'number' && maximum !== undefined && value > maximum],
  ['minLength', ({ minLength }, value) => typeof value === 'string' && sizeOf(value) < (minLength ?? 0)],
  ['maxLength', ({ maxLength }, value) => typeof value === 'string' && sizeOf(value) > (maxLength ?? Infinity)],
  ['pattern', ({ pattern }, value) => typeof value === 'string' && !new RegExp(pattern ?? '', 'u').test(value)],
  ['minItems', ({ minItems }, value) => Array.isArray(value) && value.length < (minItems ?? 0)],
  ['maxItems', ({ maxItems }, value) => Array.isArray(value) && value.length > (maxItems ?? Infinity)],
]

function sizeOf(text: string): number {
  return Array.from(text).length
}

function missingMembers({ required = [] }: SchemaNode, value: unknown, place: Place): Violation[] {
  const requiredProperties = isRecord(value) ? required.filter((name) => !Object.hasOwn(value, name)) : []
  return requiredProperties.length > 0 ? [violation('required', place, { requiredProperties })] : []
}

function insideOf({ properties = {}, items }: SchemaNode, value: unknown, place: Place): Violation[] {
  if (Array.isArray(value)) {
    const inside: SchemaNode = items ?? {}
    return value.flatMap((item, index) => violationsOf(inside, item, step(place, String(index), '/items')))
  }
  if (!isRecord(value)) return []
  return Object.entries(properties)
    .filter(([name]) => Object.hasOwn(value, name))
    .flatMap(([name, member]) => violationsOf(member, value[name], step(place, name, `/properties/${name}`)))
}

function step({ instancePath, schemaPath }: Place, name: string, into: string): Place {
  return { instancePath: `${instancePath}/${name}`, schemaPath: schemaPath + into }
}

function violation(keyword: string, place: Place, params: object = {}): Violation {
  return { keyword, ...place, params }
}
