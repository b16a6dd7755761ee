/** What benches hand back, and how it is printed. */
import { summarize, type Summary } from './statistics.js'

/** The least that the same work can cost, measured in the same run. */
export interface Floor {
  readonly name: string
  /** Its median, in the unit of the figure. */
  readonly median: number
}

export interface Figure {
  readonly bench: string
  readonly name: string
  readonly unit: 'ms' | 'bytes'
  readonly summary: Summary
  readonly floor?: Floor
  /** The median must be below it, in the unit of the figure. */
  readonly target?: number
}

export interface Bench {
  readonly name: string
  readonly run: () => Promise<readonly Figure[]>
}

type FigureOptions = Pick<Figure, 'target'> & {
  readonly unit?: Figure['unit']
  /** The floor is a figure of the same run. */
  readonly floor?: Figure
}

/** A figure from its samples; milliseconds unless told. */
export function figure(bench: string, name: string, samples: readonly number[], options: FigureOptions = {}): Figure {
  const { unit = 'ms', floor, ...others } = options
  const measured = { bench, name, unit, summary: summarize(samples), ...others }
  return floor ? { ...measured, floor: { name: floor.name, median: floor.summary.median } } : measured
}

/** How many times its floor the median is. */
export function ratioOf({ summary, floor }: Figure): number | undefined {
  return floor && summary.median / floor.median
}

const HEADINGS = ['figure', 'n', 'min', 'median', 'p99', 'target', '× floor', 'floor']

/** A table in Markdown, which is also one for the eye. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ...figures.map(formatRow)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) => `| ${row.map((cell, column) => pad(cell, widths[column]!, column)).join(' | ')} |`)
  const rule = `|${widths.map((width, column) => (isText(column) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

function formatRow(measured: Figure): string[] {
  const { bench, name, unit, summary, floor, target } = measured
  const ratio = ratioOf(measured)
  const numbers = [summary.min, summary.median, summary.p99].map((value) => formatNumber(value, unit))
  return [
    `${bench}: ${name}${unit === 'ms' ? ', ms' : ', bytes'}`,
    String(summary.count),
    ...numbers,
    target === undefined ? '' : `< ${target}${summary.median < target ? '' : ' MISSED'}`,
    ratio === undefined ? '' : ratio.toPrecision(3),
    floor?.name ?? '',
  ]
}

function formatNumber(value: number, unit: Figure['unit']): string {
  if (unit === 'bytes') return String(Math.round(value))
  return value < 10 ? value.toFixed(3) : value.toFixed(1)
}

function isText(column: number): boolean {
  return column === 0 || column === HEADINGS.length - 1
}

function pad(cell: string, width: number, column: number): string {
  return isText(column) ? cell.padEnd(width) : cell.padStart(width)
}
