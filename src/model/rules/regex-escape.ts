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
  const assertion = matchAt(ASSERTION, pattern, at)
  if (assertion) return { end: at + assertion[0].length }
  const end = shortClassEnd(pattern, at) ?? characterEnd(pattern, at)
  return typeof end === 'string' ? end : { end }
}

/** The end of a class such as \d or \pL at `at`, or why RE2 refuses it; undefined when none stands there. */
export function shortClassEnd(pattern: string, at: number): number | string | undefined {
  const found = matchAt(SHORT_CLASS, pattern, at)
  if (!found) return undefined
  const [text, letter, name = letter] = found
  return name === undefined || isUnicodeGroup(name) ? at + text.length : `${text} is not a known class`
}

/** A general category or a script. */
function isUnicodeGroup(name: string): boolean {
  if (CATEGORY.test(name)) return true
  try {
    return new RegExp(`\\p{Script=${name}}`, 'u').unicode
  } catch {
    return false
  }
}

/** The end of one character at `at`, escaped or not. */
export function characterEnd(pattern: string, at: number): number | string {
  if (pattern.charAt(at) !== '\\') return nextCharacter(pattern, at)
  const escape = matchAt(CHARACTER, pattern, at)?.[0]
  if (escape !== undefined)
    return codeOf(escape) > 0xff ? `${escape} is more than a byte, and Envoy matches bytes` : at + escape.length
  if (matchAt(BACKREFERENCE, pattern, at)) return 'backreferences are not supported'
  const letter = pattern.slice(at + 1, nextCharacter(pattern, at + 1))
  return letter === '' ? 'it ends with a backslash' : `\\${letter} is not a known escape`
}

const QUOTED = /\\Q(.*?)(?:\\E|$)/suy
const ASSERTION = /\\[bBAzC]/y
const SHORT_CLASS = /\\(?:[dDsSwW]|[pP](?:([A-Z])|\{\^?([A-Za-z_]+)\}))/y
/** Unicode's, without Cn and LC, which RE2 does not know. */
const CATEGORY = /^(?:Any|C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/
/** Control characters by letter, by octal or hexadecimal number, and punctuation, which stands for itself. */
const CHARACTER =
  /\\(?:[afnrtv]|0[0-7]{0,2}|[1-7][0-7]{1,2}|x(?:[\da-fA-F]{2}|\{[\da-fA-F]{1,6}\})|_|[^\w\u0080-\uffff])/y
const BACKREFERENCE = /\\(?:[1-9]|k)/y

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** The code point that one character, escaped or not, stands for. */
export function codeOf(character: string): number {
  if (!character.startsWith('\\')) return character.codePointAt(0) ?? 0
  const escape = character.slice(1)
  const hexadecimal = /^x\{?([\da-f]+)\}?$/i.exec(escape)?.[1]
  if (hexadecimal !== undefined) return parseInt(hexadecimal, 16)
  if (/^[0-7]+$/.test(escape)) return parseInt(escape, 8)
  return CONTROLS[escape] ?? escape.codePointAt(0) ?? 0
}
