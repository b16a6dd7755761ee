/** "Did you mean": the one of `known` that `word` was probably meant to be, if one is within `most` slips of the keyboard. */
export function suggest(
  word: string,
  known: Iterable<string>,
  most = Math.max(1, Math.floor(word.length * 0.4)),
): string | undefined {
  let best: string | undefined
  let bestDistance = most + 1
  for (const candidate of known) {
    const distance = editDistance(fold(word), fold(candidate))
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** ` (did you mean X?)`, or nothing. */
export function formatSuggestion(word: string, known: Iterable<string>): string {
  const meant = suggest(word, known)
  return meant === undefined ? '' : ` (did you mean ${meant}?)`
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '')
}

/** Insertions, deletions, replacements, and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        cell(last, j) + 1,
        cell(row, j - 1) + 1,
        cell(last, j - 1) + (same ? 0 : 1),
        swapped ? cell(beforeLast, j - 2) + 1 : Infinity,
      )
    }
    ;[beforeLast, last] = [last, row]
  }
  return cell(last, b.length)
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
