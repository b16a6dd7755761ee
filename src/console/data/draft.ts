/**
 * What a form holds: the JSON of a request as far as somebody has typed it. It has the request's own structure, so that what a form does not
 * touch comes out as it went in (absent stays absent, empty stays empty, unknown stays); only whole numbers are texts until they are sent.
 */
import type { TSchema } from 'typebox'
import { isRecord } from '../../model/prune.js'

export type Draft = string | number | boolean | null | readonly Draft[] | DraftRecord
export interface DraftRecord {
  readonly [member: string]: Draft
}

/** What the walks read of a JSON schema. */
export interface SchemaNode {
  readonly title?: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** The draft of `json`, which need not be valid. */
export function toDraft(schema: TSchema, json: unknown): Draft {
  return draftOf(schema, json)
}

/** The JSON of `draft`. A text that is no whole number stays one where a number is wanted, for the schema to complain. */
export function fromDraft(schema: TSchema, draft: Draft): unknown {
  return jsonOf(schema, draft)
}

function draftOf(schema: SchemaNode, json: unknown): Draft {
  if (typeof json === 'number' && schema.type === 'integer') return String(json)
  return mapMembers(schema, json, draftOf) as Draft
}

function jsonOf(schema: SchemaNode, draft: unknown): unknown {
  if (typeof draft === 'string' && schema.type === 'integer') return parseInteger(draft)
  return mapMembers(schema, draft, jsonOf)
}

function mapMembers(schema: SchemaNode, value: unknown, map: (schema: SchemaNode, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => map(schema.items ?? {}, item))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, map(schema.properties?.[name] ?? {}, member)]),
  )
}

function parseInteger(text: string): string | number {
  const trimmed = text.trim()
  const number = Number(trimmed)
  return /^-?\d+$/.test(trimmed) && Number.isSafeInteger(number) ? number : text
}

/** The value at `path`, e.g. `spec.listeners[0].portMapping.port`; undefined when it or something above it is absent. */
export function valueAt(draft: Draft | undefined, path: string): Draft | undefined {
  let value: unknown = draft
  for (const step of parsePath(path)) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[step]
  return value as Draft | undefined
}

/** `draft` with `value` at `path`; what is missing above it is made. */
export function withValue(draft: Draft | undefined, path: string, value: Draft): Draft {
  return place(draft, parsePath(path), value)
}

function place(draft: Draft | undefined, [step, ...rest]: readonly (string | number)[], value: Draft): Draft {
  if (step === undefined) return value
  if (typeof step === 'number') {
    const items = Array.isArray(draft) ? [...(draft as readonly Draft[])] : []
    items[step] = place(items[step], rest, value)
    return items
  }
  const record: DraftRecord = isRecord(draft) ? draft : {}
  return { ...record, [step]: place(record[step], rest, value) }
}

/**
 * `draft` without what is at `path`, and without the records above it that this leaves empty: up to the lowest one that may be absent by
 * `schema`, again and again, but not `keep` (a path that `path` starts with) or what is above that.
 */
export function withoutValue(schema: TSchema, draft: Draft, path: string, keep: string): Draft {
  return remove(schema, draft, { steps: parsePath(path), kept: parsePath(keep).length }).left ?? draft
}

interface Removal {
  readonly steps: readonly (string | number)[]
  /** How many of the steps lead to what stays in any case. */
  readonly kept: number
}

interface Remainder {
  /** Absent when nothing shall stay. */
  readonly left?: Draft
  /** Nothing is left in it but records that its schema requires. */
  readonly hollow: boolean
}

function remove(schema: SchemaNode, draft: Draft | undefined, { steps, kept }: Removal): Remainder {
  const [step, ...rest] = steps
  if (step === undefined) return { hollow: true }
  const next = { steps: rest, kept: kept - 1 }
  if (Array.isArray(draft)) {
    const items = draft as readonly Draft[]
    const inside = schema.items ?? {}
    return {
      left: items.flatMap((item, at) => (at === step ? listed(remove(inside, item, next)) : [item])),
      hollow: false,
    }
  }
  const record = isRecord(draft) ? draft : undefined
  const member = record?.[step]
  if (!record || member === undefined) return { ...(draft !== undefined && { left: draft }), hollow: false }
  const { left, hollow } = remove(schema.properties?.[step] ?? {}, member, next)
  const name = String(step)
  const stays = left !== undefined && (!hollow || kept > 0 || (schema.required?.includes(name) ?? false))
  const remaining = stays ? { ...record, [name]: left } : omit(record, name)
  return { left: remaining, hollow: hollow && Object.keys(remaining).length === (stays ? 1 : 0) }
}

function listed({ left }: Remainder): Draft[] {
  return left === undefined ? [] : [left]
}

function omit(record: DraftRecord, name: string): DraftRecord {
  return Object.fromEntries(Object.entries(record).filter(([member]) => member !== name))
}

/** The members of `draft`; none when it is no record. */
export function membersIn(draft: Draft | undefined): string[] {
  return isRecord(draft) ? Object.keys(draft) : []
}

/** The items of `draft`; none when it is no list. */
export function itemsIn(draft: Draft | undefined): readonly Draft[] {
  return Array.isArray(draft) ? (draft as readonly Draft[]) : []
}

/** The text of `draft`; empty when it is none. */
export function textIn(draft: Draft | undefined): string {
  return typeof draft === 'string' || typeof draft === 'number' ? String(draft) : ''
}

/** `a.b[0]` → `a`, `b`, 0. */
export function parsePath(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([text, index]) => (index === undefined ? text : Number(index)))
}

/** `path` and what is below it, either of which may be empty: `spec` and `dns.hostname`, `listeners` and `[0]`. */
export function below(path: string, rest: string): string {
  return path === '' || rest === '' || rest.startsWith('[') ? path + rest : `${path}.${rest}`
}

/** The schema of what is at `path`; undefined where the model has nothing. */
export function schemaAt(schema: TSchema, path: string): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema
  for (const step of parsePath(path)) node = typeof step === 'number' ? node?.items : node?.properties?.[step]
  return node
}

/** Whether the record above `path` must have what is at `path`, once it is there itself. */
export function isRequiredAt(schema: TSchema, path: string): boolean {
  const steps = parsePath(path)
  const name = steps.pop()
  const parent = steps.reduce<SchemaNode | undefined>(
    (node, step) => (typeof step === 'number' ? node?.items : node?.properties?.[step]),
    schema,
  )
  return typeof name === 'string' && (parent?.required?.includes(name) ?? false)
}
