/** What the headers of a request must be like (RFC 9113, section 8). */
import type { HeaderField } from './hpack.js'

/** By name in lower case, pseudo-header fields included; what is there several times is joined by commas. */
export type RequestHeaders = ReadonlyMap<string, string>

const PSEUDO = new Set([':method', ':scheme', ':path', ':authority'])
const REQUIRED = [':method', ':scheme', ':path']
/** Section 8.2.2. */
const OF_CONNECTIONS = new Set(['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade'])
/** Section 8.2.1: no capitals, nothing that is not visible ASCII; a colon only as the first character. */
const NAME = /^:?[!-9;-@[-~]+$/
/** Section 8.2.1: these would end a field in HTTP/1. */
const IN_NO_VALUE = /[\0\r\n]|^[ \t]|[ \t]$/

/** The headers that open a stream, or what is wrong with them. */
export function readRequestHeaders(fields: readonly HeaderField[]): RequestHeaders | string {
  const headers = new Map<string, string>()
  let regular = false
  for (const [name, value] of fields) {
    const isPseudo = name.startsWith(':')
    const known = headers.get(name)
    if (isPseudo && (regular || known !== undefined || !PSEUDO.has(name))) return `the field ${name} must not be here`
    const wrong = isPseudo ? checkValue(name, value) : checkField(name, value)
    if (wrong !== undefined) return wrong
    regular ||= !isPseudo
    headers.set(name, known === undefined ? value : `${known}, ${value}`)
  }
  for (const name of REQUIRED) if (!headers.get(name)) return `the field ${name} is missing`
  return headers
}

/** What is wrong with fields after the body; undefined when nothing is. */
export function checkTrailers(fields: readonly HeaderField[]): string | undefined {
  for (const [name, value] of fields) {
    if (name.startsWith(':')) return `the field ${name} must not be in trailers`
    const wrong = checkField(name, value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function checkField(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return 'a field has an invalid name'
  if (OF_CONNECTIONS.has(name)) return `the field ${name} is none of HTTP/2`
  if (name === 'te' && value !== 'trailers') return 'the field te can only be trailers'
  return checkValue(name, value)
}

function checkValue(name: string, value: string): string | undefined {
  return IN_NO_VALUE.test(value) ? `the field ${name} has an invalid value` : undefined
}
