/** Character classes in RE2's regular expressions. */
import { characterEnd, codeOf, shortClassEnd } from './regex-escape.js'
import { matchAt } from './regex-scan.js'

/** The place after the class whose bracket opens at `at`; or why RE2 refuses it. */
export function classEnd(pattern: string, at: number): number | string {
  const start = at + (pattern.charAt(at + 1) === '^' ? 2 : 1)
  let next = start
  while (next < pattern.length) {
    // A bracket that comes first stands for itself.
    if (pattern.charAt(next) === ']' && next > start) return next + 1
    const end = itemEnd(pattern, next)
    if (typeof end === 'string') return end
    next = end
  }
  return 'a bracket is not closed'
}

/** One class, character or range of characters. */
function itemEnd(pattern: string, at: number): number | string {
  const named = matchAt(NAMED_CLASS, pattern, at)
  if (named) return NAMES.includes(named[1] ?? '') ? at + named[0].length : `${named[0]} is not a known class`
  const short = shortClassEnd(pattern, at)
  if (short !== undefined) return short
  const end = characterEnd(pattern, at)
  if (typeof end === 'string' || !matchAt(RANGE, pattern, end)) return end
  const last = characterEnd(pattern, end + 1)
  if (typeof last === 'string') return last
  const [from, to] = [codeOf(pattern.slice(at, end)), codeOf(pattern.slice(end + 1, last))]
  return from > to ? `the range ${pattern.slice(at, last)} is in the wrong order` : last
}

const NAMED_CLASS = /\[:(.*?):\]/suy
const NAMES = [
  'alnum',
  'alpha',
  'ascii',
  'blank',
  'cntrl',
  'digit',
  'graph',
  'lower',
  'print',
  'punct',
  'space',
  'upper',
  'word',
  'xdigit',
].flatMap((name) => [name, `^${name}`])
/** A dash before the closing bracket is a dash. */
const RANGE = /-(?!\])(?=.)/suy
