/**
 * Regular expressions of users. Envoy compiles them with RE2 and refuses the whole route configuration when it cannot, which would stop
 * every further change of it (App Mesh's roadmap #175). So what RE2 does not know is refused here, with the reason.
 * Not a full parser: it accepts what RE2 accepts, and refuses what RE2 is known to refuse.
 */
import type { Problem } from '../problem.js'
import { classEnd } from './regex-class.js'
import { scanEscape } from './regex-escape.js'
import { matchAt, nextCharacter } from './regex-scan.js'

/** RE2's own limit for one counted repetition. */
const MOST_REPETITIONS = 1000

/** `re2.max_program_size.error_level` of the bootstrap, App Mesh's and ours: Envoy refuses an expression that compiles to more. */
const GREATEST_PROGRAM = 1000

/** Instructions of the empty expression. */
const EMPTY_PROGRAM = 4

/** The problem of a regular expression that Envoy would refuse. */
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
  /** The least number of instructions that the last operand compiles to. */
  size: number
  /** The open groups, the outermost first, which is the whole expression. */
  readonly groups: Group[]
  readonly names: Set<string>
}

interface Group {
  /** Instructions of the alternative that is being read. */
  branch: number
  /** Instructions of the greatest alternative before it; RE2 merges what alternatives share, so they are not added up. */
  greatest: number
}

function explainRefusal(pattern: string): string | undefined {
  const state: State = {
    operand: false,
    repeated: false,
    size: 0,
    groups: [{ branch: 0, greatest: 0 }],
    names: new Set(),
  }
  let at = 0
  while (at < pattern.length) {
    const step = scan(pattern, at, state)
    if (typeof step === 'string') return step
    at = step
  }
  if (state.groups.length > 1) return 'a parenthesis is not closed'
  const size = sizeOf(state.groups[0]) + EMPTY_PROGRAM
  return size > GREATEST_PROGRAM
    ? `it compiles to ${size} instructions or more, and ${GREATEST_PROGRAM} are allowed`
    : undefined
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
    const inner = state.groups.pop()
    if (state.groups.length === 0) return 'a closing parenthesis has no opening one'
    return takeOperand(state, at + 1, Math.max(sizeOf(inner), 1))
  },
  '|': (_pattern, at, state) => {
    state.operand = state.repeated = false
    const group = state.groups.at(-1)
    if (group) Object.assign(group, { branch: 0, greatest: sizeOf(group) })
    return at + 1
  },
  '*': repeat,
  '+': repeat,
  '?': repeat,
  '{': (pattern, at, state) =>
    matchAt(COUNTED, pattern, at) ? repeat(pattern, at, state) : takeOperand(state, at + 1),
}

/** A character, class or group that ends before `end` can be repeated. */
function takeOperand(state: State, end: number, size = 1): number {
  state.operand = true
  state.repeated = false
  state.size = size
  grow(state, size)
  return end
}

function grow(state: State, instructions: number): void {
  const group = state.groups.at(-1)
  if (group) group.branch += instructions
}

function sizeOf(group: Group | undefined): number {
  return Math.max(group?.branch ?? 0, group?.greatest ?? 0)
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
  state.groups.push({ branch: 0, greatest: 0 })
  state.operand = false
  return at + group[0].length
}

function repeat(pattern: string, at: number, state: State): number | string {
  const [text = '', least, most] = matchAt(REPETITION, pattern, at) ?? []
  if (!state.operand) return `${text} has nothing to repeat`
  if (state.repeated) return `${text} repeats a repetition; possessive quantifiers are not supported`
  const low = Number(least ?? 0)
  const high = most ? Number(most) : low
  if (high < low) return `${text} has its bounds in the wrong order`
  if (high > MOST_REPETITIONS) return `${text} repeats more than ${MOST_REPETITIONS} times`
  grow(state, repeatedSize(state.size, low, least === undefined || most === '' ? undefined : high) - state.size)
  state.repeated = true
  return at + text.length
}

/** Every copy is compiled by itself, each optional one with a jump; without end the last copy is a loop. */
function repeatedSize(size: number, low: number, high: number | undefined): number {
  return high === undefined ? Math.max(low, 1) * size + 1 : low * size + (high - low) * (size + 1)
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
