/** What may be given to a database. */

/**
 * `value` as it is. libsql aborts the process on a boolean and cuts text at a NUL, both drivers replace lone surrogates: none of them may get that far.
 * Throws TypeError or RangeError.
 */
export function checkParameter(value: unknown): string | number | bigint | null {
  if (value === null || typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return value
  if (typeof value !== 'string') throw new TypeError(`a ${typeof value} cannot be stored`)
  if (value.includes('\0') || !WELL_FORMED.test(value))
    throw new RangeError('text with a NUL character or half of a surrogate pair cannot be stored')
  return value
}

const WELL_FORMED = /^\P{Surrogate}*$/u
