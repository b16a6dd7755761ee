/** Rules for every text of a request. */
import type { Problem } from '../problem.js'

/**
 * A text must be well-formed Unicode: with an unpaired surrogate a name could be created but never be reached by a path
 * (app-mesh-api.md section 10), and Envoy would be sent another text. And without NUL, which Envoy refuses in header and host names and
 * PostgreSQL in every text.
 */
export function checkText(text: string, path: string): Problem[] {
  if (/\p{Surrogate}/u.test(text))
    return [{ path, message: 'must be well-formed Unicode, but has an unpaired surrogate' }]
  return text.includes('\0') ? [{ path, message: 'must not have a NUL character' }] : []
}

/** For texts that become a header or host name in Envoy: it refuses a configuration that has line breaks in them. */
export function checkOneLine(text: string, path: string): Problem[] {
  return /[\r\n]/.test(text) ? [{ path, message: 'must not have line breaks' }] : []
}
