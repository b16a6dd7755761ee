/** Text for terminals and pipes alike: padded columns, ages, nothing that moves a cursor. */

/** Columns padded to the widest cell, two spaces between, none at the ends of lines. The first row is the head. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  const lines = rows.map((row) => row.map((cell) => printable(cell).replaceAll('\n', '\\u000a')))
  for (const line of lines) line.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))))
  return lines.map((line) => `${formatLine(line, widths)}\n`).join('')
}

function formatLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell))))
    .join('  ')
    .trimEnd()
}

/** Columns that a terminal gives `text`: two for a Chinese, Japanese or Korean character or an emoji, none for an accent of its own. */
function widthOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  const widths = Array.from(text, (char) => (NO_WIDTH.test(char) ? 0 : DOUBLE_WIDTH.test(char) ? 2 : 1))
  return widths.reduce<number>((sum, width) => sum + width, 0)
}

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const DOUBLE_WIDTH =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u

const AGES: readonly (readonly [unit: string, millis: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
]

/** `45s`, `12m`, `5h`, `3d`: the largest unit of which there are at least two. */
export function formatAge(millis: number): string {
  const [unit, size] = AGES.find(([, each]) => millis >= 2 * each) ?? ['s', 1000]
  return `${Math.floor(millis / size)}${unit}`
}

/** Names and messages come from the network: control characters are shown, not obeyed. Lines stay lines. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** Each line of `text`, indented. */
export function indent(text: string, by = '  '): string {
  return text
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())
    .join('\n')
}

/** `1 Envoy`, `2 Envoys`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
