/** What the server's answer says about a form: the texts of errors.ts and problem.ts, taken apart again. */
import type { Problem } from '../../../model/problem.js'
import { valueAt, type Draft } from '../draft.js'
import type { FormPlace } from './check.js'
import type { FieldPlace } from './places.js'

/** What is read of a refusal. */
export interface Refusal {
  /** The exception, e.g. BadRequestException. */
  readonly code: string
  readonly message: string
}

/** The problems of a refused request. What names no field has an empty path. */
export function readRefusal(
  refusal: Refusal,
  place: FormPlace,
  draft: Draft,
  places: readonly FieldPlace[],
): Problem[] {
  const { code, message } = refusal
  if (code === 'BadRequestException') return splitMessage(message)
  if (code === 'ConflictException' && / already exists /.test(message))
    return [{ path: `${place.kind}Name`, message: 'exists already' }]
  if (code === 'NotFoundException') return [{ path: missingAt(message, draft, places) ?? '', message }]
  return [{ path: '', message }]
}

/** `formatProblems` backwards: a new problem starts with a path or as a sentence; anything else after a semicolon belongs to the one before. */
function splitMessage(text: string): Problem[] {
  const problems: Problem[] = []
  for (const part of text.split('; ')) {
    const [, path, message] = WITH_PATH.exec(part) ?? []
    const last = problems.at(-1)
    if (part === 'and more') continue
    if (path !== undefined && message !== undefined) problems.push({ path, message })
    else if (!last || /^\p{Lu}/u.test(part)) problems.push({ path: '', message: part })
    else problems[problems.length - 1] = { path: last.path, message: `${last.message}; ${part}` }
  }
  return problems
}

const WITH_PATH = /^((?:spec|tags)(?:\.[A-Za-z0-9]+|\[\d+\])*|clientToken|meshOwner|[a-z][A-Za-z]*Name) (.+)$/su

/** The field that names what `VirtualNode with name x is not present …` misses. */
function missingAt(message: string, draft: Draft, places: readonly FieldPlace[]): string | undefined {
  const [, title = '', name] = /^([A-Z]\w*) with name (.+?) (?:is not present|is missing)/su.exec(message) ?? []
  const kind = title.charAt(0).toLowerCase() + title.slice(1)
  return places.find(({ path, suggest }) => suggest === kind && valueAt(draft, path) === name)?.path
}
