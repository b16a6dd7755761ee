/** The boundary values of one member of the model: what is tried in it, and what the service must say. Pure. */
import type { Member } from '../model.js'
import { ABSENT } from './places.js'
import type { LimitBook, Limits } from './subject.js'

export interface Probe {
  readonly name: string
  readonly value: unknown
  /** What the service says of the member's path, or a pattern of its whole message; undefined when it must take the value. */
  readonly refusal?: string | RegExp
  /** Of the refusal, where it is not that of an illegal input. */
  readonly code?: string
}

/**
 * @param key `Shape.member`
 * @param good a value that is taken, or the items of a list are made of
 */
export function probesOf(book: LimitBook, key: string, member: Member, good: unknown): Probe[] {
  const required = member.required === true || book.rule(key)?.required === true
  return [...valueProbes(book, key, member, good), ...presenceProbes(required)]
}

/** A list's item cannot be absent; null is no item. */
export function itemProbes(book: LimitBook, key: string, items: Member): Probe[] {
  return valueProbes(book, key, items, undefined)
}

type Make = (book: LimitBook, key: string, member: Member, good: unknown) => Probe[]

function valueProbes(book: LimitBook, key: string, member: Member, good: unknown): Probe[] {
  return (PROBES[member.type] ?? structureProbes)(book, key, member, good)
}

const PROBES: Readonly<Record<string, Make | undefined>> = {
  string: (book, key, member) => [
    ...textProbes(book, key, member),
    ...wrongTypes(member.enum ? oneOf(member.enum) : 'must be a string', [5, true, ['x'], { x: 1 }]),
  ],
  integer: (book, key, member) => numberProbes(book, key, member, { min: -(2 ** 31), max: 2 ** 31 - 1 }),
  long: (book, key, member) => {
    return numberProbes(book, key, member, { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
  },
  boolean: () => [
    { name: 'true', value: true },
    { name: 'false', value: false },
    ...wrongTypes('must be true or false', ['true', 1, {}]),
  ],
  list: listProbes,
  map: mapProbes,
}

function presenceProbes(required: boolean): Probe[] {
  return [
    { name: 'absent', value: ABSENT, ...(required && { refusal: 'is required' }) },
    { name: 'null', value: null, ...(required && { refusal: 'is required' }) },
  ]
}

function structureProbes(): Probe[] {
  return wrongTypes('must be an object', ['x', 5, true, []])
}

function wrongTypes(refusal: string, values: readonly unknown[]): Probe[] {
  return values.map((value) => ({ name: `a wrong type, ${JSON.stringify(value)}`, value, refusal }))
}

function textProbes(book: LimitBook, key: string, member: Member): Probe[] {
  const size = `must have ${formatSize(member)} characters`
  const text = (length: number) => book.text(key, length)
  const { enum: ours, text: told = '' } = book.rule(key) ?? {}
  const values = member.enum ?? ours
  if (values) return enumProbes(values, ours ?? values, told)
  return [
    ...sizeProbes(book, key, member, size, 'characters', text),
    ...takenSizes(book, key, member, 'characters', text),
    ...patternProbes(book, key, member),
    ...(member.pattern === undefined ? unsoundTexts(book, key) : []),
  ]
}

/** @param ours those of `values` that are taken */
function enumProbes(values: readonly string[], ours: readonly string[], told: string | RegExp): Probe[] {
  const [first = ''] = values
  const unknown = [`${first}x`, first.replace(/./, swapCase)]
  return [
    ...values.map((value) => ({ name: value, value, ...(!ours.includes(value) && { refusal: told }) })),
    ...unknown.map((value) => ({ name: `unknown, ${value}`, value, refusal: oneOf(values) })),
  ]
}

function patternProbes(book: LimitBook, key: string, { pattern }: Member): Probe[] {
  if (pattern === undefined) return []
  const { taken, refused } = book.rule(key)?.samples ?? { taken: [], refused: [] }
  const refusal = `must match the pattern ${pattern}`
  return [
    ...['é', ...refused].map((value) => ({ name: `against the pattern, ${JSON.stringify(value)}`, value, refusal })),
    ...taken.map((value) => ({ name: `by the pattern, ${JSON.stringify(value)}`, value })),
  ]
}

function oneOf(values: readonly string[]): string {
  return `must be one of ${values.join(', ')}`
}

function swapCase(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
}

/** Of any text: NUL and halves of characters. */
function unsoundTexts(book: LimitBook, key: string): Probe[] {
  const { min = 2 } = book.rule(key) ?? {}
  const rest = book.text(key, Math.max(min, 2)).slice(1)
  return [
    { name: 'with NUL', value: `${rest}\0`, refusal: /must not have a NUL character|must have (exactly )?\d+|digits/ },
    { name: 'with half a character', value: `${rest}\ud800`, refusal: /unpaired surrogate|digits/ },
  ]
}

function numberProbes(book: LimitBook, key: string, member: Member, range: Required<Limits>): Probe[] {
  const { min, max } = { ...range, ...definedLimits(member) }
  const ours = book.rule(key) ?? {}
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

function listProbes(book: LimitBook, key: string, member: Member, good: unknown): Probe[] {
  const [item] = good as readonly unknown[]
  const list = (length: number) => book.list(key, item, length)
  return [
    ...sizeProbes(book, key, member, `must have ${formatSize(member)} items`, 'items', list),
    ...takenSizes(book, key, member, 'items', list),
    ...wrongTypes('must be a list', ['x', {}, 5]),
    { name: 'a null item', value: [null], refusal: /\[0\] must be/ },
  ]
}

function mapProbes(book: LimitBook, key: string, member: Member, good: unknown): Probe[] {
  const [value] = Object.values(good as object) as unknown[]
  const map = (size: number) => Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, value]))
  return [
    ...sizeProbes(book, key, member, `must have ${formatSize(member)} entries`, 'entries', map),
    ...takenSizes(book, key, member, 'entries', map),
    ...keyProbes(book, key, member, value),
    ...wrongTypes('must be an object', ['x', [], 5]),
    { name: 'a null value', value: { k: null }, refusal: /\.k must be a string/ },
  ]
}

function keyProbes(book: LimitBook, key: string, { keys }: Member, value: unknown): Probe[] {
  const { max = 0, pattern } = keys ?? {}
  const { size = '', pattern: against = '' } = book.rule(key)?.keys ?? {}
  const probe = (name: string, text: string, refusal?: string): Probe => {
    return { name: `${name} as a key`, value: { [text]: value }, ...(refusal !== undefined && { refusal }) }
  }
  const { taken, refused } = book.rule(`${key}{}`)?.samples ?? { taken: [], refused: [] }
  return [
    probe(`${max} characters`, 'k'.repeat(max)),
    probe(`${max + 1} characters`, 'k'.repeat(max + 1), size),
    ...['toString', '__proto__', ...taken].map((text) => probe(text, text)),
    ...(pattern === undefined ? [] : ['é', '', ...refused].map((text) => probe(JSON.stringify(text), text, against))),
    ...(pattern === undefined ? ['a\0', '\ud800'].map((text) => unsoundKey(text, value)) : []),
  ]
}

function unsoundKey(text: string, value: unknown): Probe {
  return {
    name: `${JSON.stringify(text)} as a key`,
    value: { [text]: value },
    refusal: /must not have a NUL character|unpaired surrogate/,
  }
}

/** One too few and one too many, by the model's limits and by ours. */
function sizeProbes(
  book: LimitBook,
  key: string,
  member: Limits,
  text: string,
  unit: string,
  make: (size: number) => unknown,
): Probe[] {
  const ours = book.rule(key)
  const probe = (size: number, refusal: string | RegExp): Probe => ({
    name: `${size} ${unit}`,
    value: make(size),
    refusal,
  })
  const { code, text: excess } = ours?.excess ?? {}
  // Too many by our limit, or else by that of the model.
  const isExcess = (limits: Limits) => excess !== undefined && (limits === ours) === (ours?.max !== undefined)
  const outside = (limits: Limits, refusal: string | RegExp) => [
    ...(limits.min ? [probe(limits.min - 1, refusal)] : []),
    ...(limits.max === undefined
      ? []
      : [
          isExcess(limits)
            ? { ...probe(limits.max + 1, excess ?? refusal), ...(code && { code }) }
            : probe(limits.max + 1, refusal),
        ]),
  ]
  const told = ours?.text ?? excess
  return [...outside(member, text), ...(!ours || told === undefined ? [] : outside(ours, told))]
}

/** Beyond any limit that may have slipped in where the model has none, in items, entries or characters. */
const MANY: Readonly<Record<string, number>> = { items: 60, entries: 60, characters: 1000 }

function takenSizes(
  book: LimitBook,
  key: string,
  member: Limits,
  unit: string,
  make: (size: number) => unknown,
): Probe[] {
  const ours = book.rule(key) ?? {}
  const { min = unit === 'characters' ? 1 : 0, max = MANY[unit] ?? 0 } = {
    ...definedLimits(member),
    ...definedLimits(ours),
  }
  const sizes = [...new Set([min, max])]
  const { foreign } = ours
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
