/** What benches hand back, and how it is printed. */
import { summarize, type Summary } from './statistics.js'

/** The least that the same work can cost, measured in the same run. */
export interface Floor {
  readonly name: string
  /** Its median, in the unit of the figure. */
  readonly median: number
}

export type Unit = 'ms' | 'bytes' | 'count'

export interface Figure {
  readonly bench: string
  readonly name: string
  readonly unit: Unit
  readonly summary: Summary
  readonly floor?: Floor
  /** The median must be below it, in the unit of the figure. */
  readonly target?: number
}

export interface Bench {
  readonly name: string
  readonly run: () => Promise<readonly Figure[]>
}

/** A figure from its samples; milliseconds unless told. */
export function figure(
  bench: string,
  name: string,
  samples: readonly number[],
  options: Partial<Pick<Figure, 'unit' | 'floor' | 'target'>> = {},
): Figure {
  return { bench, name, unit: 'ms', summary: summarize(samples), ...options }
}

/** The floor made of these figures, one after the other. */
export function floorOf(...figures: readonly Figure[]): Floor {
  const median = figures.reduce((sum, { summary }) => sum + summary.median, 0)
  return { name: figures.map(({ name }) => name).join(' + '), median }
}

/** How many times its floor the median is. */
export function ratioOf({ summary, floor }: Figure): number | undefined {
  return floor && summary.median / floor.median
}

const HEADINGS = ['figure', 'n', 'min', 'median', 'p99', 'target', '× floor', 'floor']

/** True when the median is not below its target. */
export function isMissed({ summary, target }: Figure): boolean {
  return target !== undefined && summary.median >= target
}

/** A table in Markdown, which is also one for the eye. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ...figures.map(formatRow)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) => `| ${row.map((cell, column) => pad(cell, widths[column]!, column)).join(' | ')} |`)
  const rule = `|${widths.map((width, column) => (isText(column) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

const UNIT_NOTE: Record<Unit, string> = { ms: ', ms', bytes: ', bytes', count: '' }

function formatRow(measured: Figure): string[] {
  const { bench, name, unit, summary, floor, target } = measured
  const ratio = ratioOf(measured)
  const numbers = [summary.min, summary.median, summary.p99].map((value) => formatNumber(value, unit))
  return [
    `${bench}: ${name}${UNIT_NOTE[unit]}`,
    String(summary.count),
    ...numbers,
    target === undefined ? '' : `< ${target}${isMissed(measured) ? ' MISSED' : ''}`,
    ratio === undefined ? '' : ratio.toPrecision(3),
    floor?.name ?? '',
  ]
}

function formatNumber(value: number, unit: Unit): string {
  if (unit !== 'ms') return String(Math.round(value))
  return value < 10 ? value.toFixed(3) : value.toFixed(1)
}

function isText(column: number): boolean {
  return column === 0 || column === HEADINGS.length - 1
}

function pad(cell: string, width: number, column: number): string {
  return isText(column) ? cell.padEnd(width) : cell.padStart(width)
}
