/** The boundary values of one member of the model: what is tried in it, and what the service must say. Pure. */
import type { Member } from '../model.js'
import { listOf, OURS, textOf, type Limits } from './limits.js'

/** The member is left out. */
export const ABSENT = Symbol('absent')

export interface Probe {
  readonly name: string
  readonly value: unknown
  /** What the service says of the member's path, or a pattern of its whole message; undefined when it must take the value. */
  readonly refusal?: string | RegExp
  /** Of the refusal, where it is no BadRequestException. */
  readonly code?: string
}

/** @param key `Shape.member`, with `[]` for the items of a list. @param good a value that is taken, or the items of a list are made of. */
export function probesOf(key: string, member: Member, good: unknown): Probe[] {
  const { required = false, items, type } = member
  const probes = items ? listProbes(key, member, good) : (PROBES[type] ?? structureProbes)(key, member)
  return [...probes, ...presenceProbes(required || OURS[key]?.required === true)]
}

/** A list's item cannot be absent; null is no item. */
export function itemProbes(key: string, items: Member): Probe[] {
  return (PROBES[items.type] ?? structureProbes)(key, items)
}

function presenceProbes(required: boolean): Probe[] {
  return [
    { name: 'absent', value: ABSENT, ...(required && { refusal: 'is required' }) },
    { name: 'null', value: null, ...(required && { refusal: 'is required' }) },
  ]
}

const PROBES: Readonly<Record<string, ((key: string, member: Member) => Probe[]) | undefined>> = {
  string: (key, member) => [
    ...textProbes(key, member),
    ...wrongTypes(member.enum ? oneOf(member.enum) : 'must be a string', [5, true, ['x'], { x: 1 }]),
  ],
  integer: (key, member) => numberProbes(key, member, { min: -(2 ** 31), max: 2 ** 31 - 1 }),
  long: (key, member) => numberProbes(key, member, { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  boolean: () => [
    { name: 'true', value: true },
    { name: 'false', value: false },
    ...wrongTypes('must be true or false', ['true', 1, {}]),
  ],
}

function structureProbes(): Probe[] {
  return wrongTypes('must be an object', ['x', 5, true, []])
}

function wrongTypes(refusal: string, values: readonly unknown[]): Probe[] {
  return values.map((value) => ({ name: `a wrong type, ${JSON.stringify(value)}`, value, refusal }))
}

function textProbes(key: string, member: Member): Probe[] {
  const values = member.enum ?? OURS[key]?.enum
  const size = `must have ${formatSize(member)} characters`
  const text = (length: number) => textOf(key, length)
  return [
    ...sizeProbes(key, member, size, 'characters', text),
    ...(values ?? []).map((value) => ({ name: value, value })),
    ...(values
      ? [unknown(values, `${values[0] ?? ''}x`), unknown(values, values[0]?.replace(/./, swapCase) ?? '')]
      : []),
    ...(values ? [] : takenSizes(key, member, 'characters', text)),
    ...(member.pattern === undefined
      ? []
      : [{ name: 'against the pattern', value: 'é', refusal: `must match the pattern ${member.pattern}` }]),
    ...(values || member.pattern !== undefined ? [] : unsoundTexts(key)),
  ]
}

function unknown(values: readonly string[], value: string): Probe {
  return { name: `unknown, ${value}`, value, refusal: oneOf(values) }
}

function oneOf(values: readonly string[]): string {
  return `must be one of ${values.join(', ')}`
}

function swapCase(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
}

/** Of any text: NUL and halves of characters. */
function unsoundTexts(key: string): Probe[] {
  const { min = 2 } = OURS[key] ?? {}
  const rest = textOf(key, Math.max(min, 2)).slice(1)
  return [
    { name: 'with NUL', value: `${rest}\0`, refusal: /must not have a NUL character|must have (exactly )?\d+|digits/ },
    { name: 'with half a character', value: `${rest}\ud800`, refusal: /unpaired surrogate|digits/ },
  ]
}

function numberProbes(key: string, member: Member, range: Required<Limits>): Probe[] {
  const { min, max } = { ...range, ...definedLimits(member) }
  const ours = OURS[key] ?? {}
  const bounds = `must be between ${min} and ${max}`
  const least = ours.min ?? min
  const most = ours.max ?? max
  return [
    { name: `${min - 1}, below the least`, value: min - 1, refusal: bounds },
    { name: `${max + 1}, above the greatest`, value: max + 1, refusal: bounds },
    ...(ours.min === undefined
      ? []
      : [{ name: `${least - 1}, below ours`, value: least - 1, refusal: ours.text ?? '' }]),
    ...(ours.max === undefined ? [] : [{ name: `${most + 1}, above ours`, value: most + 1, refusal: ours.text ?? '' }]),
    ...[least, most].map((value) => ({ name: `${value}`, value })),
    ...wrongTypes('must be an integer', [1.5, '1', true, [1]]),
  ]
}

function listProbes(key: string, member: Member, good: unknown): Probe[] {
  const [item] = good as readonly unknown[]
  const list = (length: number) => listOf(key, item, length)
  return [
    ...sizeProbes(key, member, `must have ${formatSize(member)} items`, 'items', list),
    ...takenSizes(key, member, 'items', list),
    ...wrongTypes('must be a list', ['x', {}, 5]),
    { name: 'a null item', value: [null], refusal: /\[0\] must be/ },
  ]
}

/** One too few and one too many, by the model's limits and by ours. */
function sizeProbes(key: string, member: Limits, text: string, unit: string, make: (size: number) => unknown): Probe[] {
  const ours = OURS[key]
  const probe = (size: number, refusal: string | RegExp): Probe => ({
    name: `${size} ${unit}`,
    value: make(size),
    refusal,
  })
  const { code, text: excess } = ours?.excess ?? {}
  const outside = ({ min, max }: Limits, refusal: string | RegExp) => [
    ...(min ? [probe(min - 1, refusal)] : []),
    ...(max === undefined ? [] : [{ ...probe(max + 1, excess ?? refusal), ...(code && { code }) }]),
  ]
  return [...outside(member, text), ...(ours?.text === undefined ? [] : outside(ours, ours.text))]
}

/** Beyond any limit that may have slipped in where the model has none, in items or characters. */
const MANY: Readonly<Record<string, number>> = { items: 60, characters: 1000 }

function takenSizes(key: string, member: Limits, unit: string, make: (size: number) => unknown): Probe[] {
  const { min = unit === 'items' ? 0 : 1, max = MANY[unit] ?? 0 } = {
    ...definedLimits(member),
    ...definedLimits(OURS[key] ?? {}),
  }
  const sizes = [...new Set([min, max])]
  const foreign = OURS[key]?.foreign
  return sizes.map((size) => ({ name: `${size} ${unit}`, value: make(size), ...(foreign && { refusal: foreign }) }))
}

function definedLimits({ min, max }: Limits): Limits {
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
}

function formatSize({ min, max }: Limits): string {
  if (min !== undefined && min === max) return `exactly ${max}`
  if (max === undefined) return `at least ${min ?? 0}`
  return min ? `${min} to ${max}` : `at most ${max}`
}
