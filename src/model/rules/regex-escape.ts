/** Escapes in RE2's regular expressions. */
import { matchAt, nextCharacter } from './regex-scan.js'

/** Where an escape ends, and whether it stands for nothing at all. */
export interface Escape {
  readonly end: number
  readonly empty?: boolean
}

/** Takes the escape at `at`, outside of character classes; or says why RE2 refuses it. */
export function scanEscape(pattern: string, at: number): Escape | string {
  const quoted = matchAt(QUOTED, pattern, at)
  if (quoted) return { end: at + quoted[0].length, empty: quoted[1] === '' }
  const assertion = matchAt(ASSERTION, pattern, at) ?? matchAt(SHORT_CLASS, pattern, at)
  if (assertion) return { end: at + assertion[0].length }
  const end = characterEnd(pattern, at)
  return typeof end === 'string' ? end : { end }
}

/** The end of a class such as \d or \pL at `at`; undefined when none stands there. */
export function shortClassEnd(pattern: string, at: number): number | undefined {
  const found = matchAt(SHORT_CLASS, pattern, at)
  return found ? at + found[0].length : undefined
}

/** The end of one character at `at`, escaped or not. */
export function characterEnd(pattern: string, at: number): number | string {
  if (pattern.charAt(at) !== '\\') return nextCharacter(pattern, at)
  const escape = matchAt(CHARACTER, pattern, at)
  if (escape) return at + escape[0].length
  if (matchAt(BACKREFERENCE, pattern, at)) return 'backreferences are not supported'
  const letter = pattern.slice(at + 1, nextCharacter(pattern, at + 1))
  return letter === '' ? 'it ends with a backslash' : `\\${letter} is not a known escape`
}

const QUOTED = /\\Q(.*?)(?:\\E|$)/suy
const ASSERTION = /\\[bBAzC]/y
const SHORT_CLASS = /\\(?:[dDsSwW]|[pP](?:[A-Z]|\{\^?[A-Za-z_]+\}))/y
/** Control characters by letter, by octal or hexadecimal number, and punctuation, which stands for itself. */
const CHARACTER =
  /\\(?:[afnrtv]|0[0-7]{0,2}|[1-7][0-7]{1,2}|x(?:[\da-fA-F]{2}|\{[\da-fA-F]{1,6}\})|_|[^\w\u0080-\uffff])/y
const BACKREFERENCE = /\\(?:[1-9]|k)/y
