/** Rules for every text of a request. */
import type { Problem } from '../problem.js'
import { isRecord } from '../prune.js'
import { joinPath } from '../violation.js'

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

/** The same for every text in `value`, keys of maps included. It has passed a schema, so it is no deeper than that. */
export function checkTexts(value: unknown, path: string): Problem[] {
  if (typeof value === 'string') return checkText(value, path)
  if (Array.isArray(value)) return value.flatMap((item, index) => checkTexts(item, joinPath(path, index)))
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, member]) => [
    ...checkText(name, path),
    ...checkTexts(member, joinPath(path, name)),
  ])
}

/** For texts that become a header or host name in Envoy: it refuses a configuration that has line breaks in them. */
export function checkOneLine(text: string, path: string): Problem[] {
  return /[\r\n]/.test(text) ? [{ path, message: 'must not have line breaks' }] : []
}
