/** Reads the parameters of a request strictly: what is not in the endpoint's table is a mistake, and told as one. */
import { parseQuery, queryOf } from '../http/query.js'
import { ApiError } from '../model/errors.js'
import { formatSuggestion } from '../model/suggest.js'

/** The query of `url`, every name of which is in `known`. Throws BadRequestException. An empty value counts as not given. */
export function readQuery(url: string, known: readonly string[]): Readonly<Record<string, string>> {
  const query = parseQuery(queryOf(url))
  for (const name of Object.keys(query)) if (!known.includes(name)) throw unknownParameter(name, known)
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}

export function unknownParameter(name: string, known: readonly string[]): ApiError {
  const hint = known.length > 0 ? `: use ${known.join(', ')}` : ': there are none here'
  return refuse(`unknown query parameter ${name}${formatSuggestion(name, known)}${hint}`)
}

/** A whole number, `otherwise` when it is not given. Throws BadRequestException. */
export function readCount(
  query: Readonly<Record<string, string>>,
  name: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  const text = query[name]
  if (text === undefined) return otherwise
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most)) throw refuse(`${name} must be a whole number between ${least} and ${most}`)
  return value
}

/** One of `words`. Throws BadRequestException, with what was probably meant. */
export function readWord<T extends string>(text: string, name: string, words: readonly T[]): T {
  const word = words.find((each) => each === text)
  if (word === undefined) throw refuse(`${name} must be one of ${words.join(', ')}${formatSuggestion(text, words)}`)
  return word
}

function refuse(message: string): ApiError {
  return new ApiError('BadRequestException', message)
}
