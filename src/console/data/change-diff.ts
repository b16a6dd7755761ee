/** What a change changed, line by line: the texts of before and after side by side. */
import { diffArrays } from 'diff'

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** So many lines that stayed are left out together. */
export interface DiffGap {
  readonly kind: 'gap'
  readonly count: number
}

/** One row of two columns; a side without a line is empty. */
export interface DiffPair {
  readonly before?: DiffLine | undefined
  readonly after?: DiffLine | undefined
}

/** Lines that stay around each change. */
const CONTEXT = 3

/** The lines of both texts in one order. Members are sorted, so that only what means something else differs. Undefined: there is nothing. */
export function diffValues(before: unknown, after: unknown): DiffLine[] {
  return diffArrays(linesOf(before), linesOf(after)).flatMap(({ added, removed, value }) => {
    const kind = added ? 'added' : removed ? 'removed' : 'same'
    return value.map((text): DiffLine => ({ kind, text }))
  })
}

/** How many lines came and went. */
export function countLines(lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } {
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length
  return { added: count('added'), removed: count('removed') }
}

/** Leaves out lines that are far from every change. */
export function foldLines(lines: readonly DiffLine[]): (DiffLine | DiffGap)[] {
  const kept = new Set<number>()
  lines.forEach(({ kind }, index) => {
    if (kind === 'same') return
    for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) kept.add(at)
  })
  const folded: (DiffLine | DiffGap)[] = []
  lines.forEach((line, index) => {
    const last = folded.at(-1)
    if (kept.has(index)) folded.push(line)
    else if (last?.kind === 'gap') folded[folded.length - 1] = { kind: 'gap', count: last.count + 1 }
    else folded.push({ kind: 'gap', count: 1 })
  })
  return folded
}

/** For two columns: what went stands beside what came instead. */
export function pairLines(lines: readonly (DiffLine | DiffGap)[]): (DiffPair | DiffGap)[] {
  const pairs: (DiffPair | DiffGap)[] = []
  let removed: DiffLine[] = []
  let added: DiffLine[] = []
  const flush = (): void => {
    const count = Math.max(removed.length, added.length)
    for (let at = 0; at < count; at += 1) pairs.push({ before: removed[at], after: added[at] })
    removed = []
    added = []
  }
  for (const line of lines) {
    if (line.kind === 'removed') removed.push(line)
    else if (line.kind === 'added') added.push(line)
    else {
      flush()
      pairs.push(line.kind === 'gap' ? line : { before: line, after: line })
    }
  }
  flush()
  return pairs
}

function linesOf(value: unknown): string[] {
  return value === undefined ? [] : JSON.stringify(sortMembers(value), null, 2).split('\n')
}

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sortMembers(member)]))
}
