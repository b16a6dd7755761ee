/**
 * Regular expressions of users. Envoy compiles them with RE2 and refuses the whole route configuration when it cannot, which would stop
 * every further change of it (App Mesh's roadmap #175). So what RE2 does not know is refused here, with the reason.
 * Not a full parser: it accepts what RE2 accepts, and refuses what RE2 is known to refuse.
 */
import type { Problem } from '../problem.js'
import { classEnd } from './regex-class.js'
import { scanEscape } from './regex-escape.js'
import { matchAt, nextCharacter } from './regex-scan.js'

/** Nested counted repetitions may not multiply to more than this. */
const MOST_REPETITIONS = 1000

/** The problem of a regular expression that RE2 would refuse. */
export function checkRegex(pattern: string, path: string): Problem[] {
  const reason = explainRefusal(pattern)
  return reason === undefined ? [] : [{ path, message: `must be a regular expression that RE2 accepts: ${reason}` }]
}

/** What the scanner knows at a place in the pattern. */
interface State {
  /** Something stands before this place that a repetition can apply to. */
  operand: boolean
  /** That something is itself a repetition, directly before. */
  repeated: boolean
  /** By how much the counted repetitions inside the last operand multiply. */
  factor: number
  /** The greatest such number in each open group, the outermost first. */
  readonly groups: number[]
  readonly names: Set<string>
}

function explainRefusal(pattern: string): string | undefined {
  const state: State = { operand: false, repeated: false, factor: 1, groups: [1], names: new Set() }
  let at = 0
  while (at < pattern.length) {
    const step = scan(pattern, at, state)
    if (typeof step === 'string') return step
    at = step
  }
  return state.groups.length > 1 ? 'a parenthesis is not closed' : undefined
}

/** Takes one token: the place after it, or why RE2 refuses it. */
function scan(pattern: string, at: number, state: State): number | string {
  const scanToken = TOKENS[pattern.charAt(at)]
  return scanToken ? scanToken(pattern, at, state) : takeOperand(state, nextCharacter(pattern, at))
}

const TOKENS: Readonly<Record<string, ((pattern: string, at: number, state: State) => number | string) | undefined>> = {
  '\\': (pattern, at, state) => {
    const escape = scanEscape(pattern, at)
    if (typeof escape === 'string') return escape
    return escape.empty ? escape.end : takeOperand(state, escape.end)
  },
  '[': (pattern, at, state) => {
    const end = classEnd(pattern, at)
    return typeof end === 'string' ? end : takeOperand(state, end)
  },
  '(': openGroup,
  ')': (_pattern, at, state) => {
    const inner = state.groups.pop() ?? 1
    if (state.groups.length === 0) return 'a closing parenthesis has no opening one'
    return takeOperand(state, at + 1, inner)
  },
  '|': (_pattern, at, state) => {
    state.operand = state.repeated = false
    return at + 1
  },
  '*': repeat,
  '+': repeat,
  '?': repeat,
  '{': (pattern, at, state) =>
    matchAt(COUNTED, pattern, at) ? repeat(pattern, at, state) : takeOperand(state, at + 1),
}

/** A character, class or group that ends before `end` can be repeated. */
function takeOperand(state: State, end: number, factor = 1): number {
  state.operand = true
  state.repeated = false
  raiseFactor(state, factor)
  return end
}

function openGroup(pattern: string, at: number, state: State): number | string {
  state.repeated = false
  const flags = matchAt(FLAGS, pattern, at)
  if (flags) return at + flags[0].length
  const group = matchAt(GROUP, pattern, at)
  if (!group)
    return (
      UNKNOWN_GROUPS.find(([start]) => pattern.startsWith(start, at))?.[1] ?? 'a group begins with (? in an unknown way'
    )
  const name = group[1]
  if (name !== undefined && state.names.has(name)) return `the group name ${name} is used twice`
  if (name !== undefined) state.names.add(name)
  state.groups.push(1)
  state.operand = false
  return at + group[0].length
}

function repeat(pattern: string, at: number, state: State): number | string {
  const [text = '', least, most] = matchAt(REPETITION, pattern, at) ?? []
  if (!state.operand) return `${text} has nothing to repeat`
  if (state.repeated) return `${text} repeats a repetition; possessive quantifiers are not supported`
  const count = Math.max(Number(least ?? 1), Number(most ? most : (least ?? 1)))
  if (most && Number(most) < Number(least)) return `${text} has its bounds in the wrong order`
  if (state.factor * count > MOST_REPETITIONS) return `${text} repeats more than ${MOST_REPETITIONS} times`
  raiseFactor(state, state.factor * Math.max(count, 1))
  state.repeated = true
  return at + text.length
}

function raiseFactor(state: State, factor: number): void {
  const open = state.groups.length - 1
  state.factor = factor
  state.groups[open] = Math.max(state.groups[open] ?? 1, factor)
}

const COUNTED = /\{\d+(?:,\d*)?\}/y
const REPETITION = /(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/y
const FLAGS = /\(\?[imsU]*(?:-[imsU]+)?\)/y
const GROUP = /\((?:\?P<(\w+)>|\?[imsU]*(?:-[imsU]+)?:|(?!\?))/y
/** Not supported by RE2 in general, or, for the short form of named groups, not by the RE2 of older Envoys. */

const UNKNOWN_GROUPS = [
  ['(?=', 'lookahead is not supported'],
  ['(?!', 'lookahead is not supported'],
  ['(?<=', 'lookbehind is not supported'],
  ['(?<!', 'lookbehind is not supported'],
  ['(?<', 'a named group is written (?P<name>…)'],
  ['(?>', 'atomic groups are not supported'],
  ['(?#', 'comments are not supported'],
  ['(?(', 'conditions are not supported'],
  ['(?P=', 'backreferences are not supported'],
] as const
