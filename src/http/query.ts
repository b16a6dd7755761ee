/** The query string of a request, strictly: each name once, each byte well-formed. */
import { ApiError } from '../model/errors.js'

export type Query = Readonly<Record<string, string>>

/** Parses `a=1&b=2`. Throws BadRequestException on malformed percent-encoding and on a repeated name. */
export function parseQuery(text: string): Query {
  const query: Record<string, string> = Object.create(null) as Record<string, string>
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    if (name in query) throw new ApiError('BadRequestException', `query parameter ${name} is given more than once`)
    query[name] = at < 0 ? '' : decode(pair.slice(at + 1))
  }
  return query
}

/** The part of a request target after its first `?`. */
export function queryOf(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw new ApiError('BadRequestException', 'the query string holds malformed percent-encoding', { cause })
  }
}
