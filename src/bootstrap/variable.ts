/** The kinds of environment variable that App Mesh's agent knows: how each is read, and what it means when it is absent. */

/** Which Envoy the bootstrap is for: one built by the Envoy project, or the App Mesh image with its private extensions. */
export type Image = 'stock' | 'app-mesh'

export const IMAGES: readonly Image[] = ['stock', 'app-mesh']

export interface Variable<T> {
  readonly absent: T
  /** Ends the sentence "X must be …". */
  readonly expects: string
  /** The value of a trimmed, non-empty text; undefined when it is not valid. */
  readonly parse: (text: string) => T | undefined
  readonly limits: Limits
}

/** When a variable that is set has no effect. */
export interface Limits {
  readonly image?: Image
  /** The variable that switches on what this one adjusts. */
  readonly needs?: string
}

export function text(limits?: Limits): Variable<string | undefined>
export function text(limits: Limits, absent: string): Variable<string>
export function text(limits: Limits = {}, absent?: string): Variable<string | undefined> {
  return { absent, expects: 'a text', parse: (value) => value, limits }
}

/** A boolean as Go's strconv.ParseBool reads it (bootstrap.md section 2). */
export function flag(absent = false, limits: Limits = {}): Variable<boolean> {
  return { absent, expects: 'a boolean (true or false)', parse: (value) => BOOLEANS.get(value), limits }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false] as const),
])

/** One of a few words; the first is what holds when none is given. */
export function choice<const W extends string>(words: readonly [W, ...W[]], limits: Limits = {}): Variable<W> {
  const parse = (value: string) => words.find((word) => word === value)
  return { absent: words[0], expects: words.join(' or '), parse, limits }
}

/** A whole number from `min` to `max`. */
export function integer<T extends number | undefined>(
  absent: T,
  min: number,
  max: number,
  limits: Limits = {},
): Variable<number | T> {
  const parse = (value: string) => {
    const number = /^[+-]?\d+$/.test(value) ? Number(value) : NaN
    return number >= min && number <= max ? number : undefined
  }
  return { absent, expects: `an integer from ${min} to ${max}`, parse, limits }
}

export function port(absent: number, limits: Limits = {}): Variable<number> {
  return integer(absent, 1, 65535, limits)
}

/** A decimal from 0 to 1. */
export function fraction(limits: Limits = {}): Variable<number | undefined> {
  const parse = (value: string) => {
    const number = Number(value)
    return number >= 0 && number <= 1 ? number : undefined
  }
  return { absent: undefined, expects: 'a decimal from 0 to 1', parse, limits }
}

/** A duration in Go's notation (`5s`, `1m30s`, `250ms`) from `min` to `max` milliseconds, as milliseconds. */
export function duration(min: number, max: number, limits: Limits = {}): Variable<number | undefined> {
  const parse = (value: string) => {
    const millis = parseGoDuration(value)
    return millis !== undefined && millis >= min && millis <= max ? millis : undefined
  }
  return { absent: undefined, expects: `a duration such as 5s or 1m30s, from ${min} to ${max} ms`, parse, limits }
}

const UNIT_MILLIS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

const DURATION_PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g

function parseGoDuration(text: string): number | undefined {
  const parts = [...text.matchAll(DURATION_PART)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.replace(/^\+/, '')) return undefined
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MILLIS[unit ?? ''] ?? NaN), 0)
}
