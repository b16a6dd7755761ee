/** What holds although nobody said so, by the field that it stands for. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export interface DefaultAtPath {
  readonly path: string
}

/** By path, e.g. `spec.httpRoute.retryPolicy`. */
export function indexDefaults<Default extends DefaultAtPath>(defaults: readonly Default[]): Map<string, Default[]> {
  const found = new Map<string, Default[]>()
  for (const each of defaults) found.set(each.path, [...(found.get(each.path) ?? []), each])
  return found
}

/** A value of JSON in few words: `15 s`, `2`, `unavailable, connect-failure`, `maxRetries: 2; perRetryTimeout: none`. */
export function formatDefault(value: Json): string {
  if (isList(value)) return value.map(formatDefault).join(', ')
  if (value === null) return 'none'
  if (typeof value !== 'object') return String(value)
  const { unit, value: amount = 0, ...others } = value
  if (typeof unit === 'string' && Object.keys(others).length === 0) return `${formatDefault(amount)} ${unit}`
  return Object.entries(value)
    .map(([name, member]) => `${name}: ${formatDefault(member)}`)
    .join('; ')
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
