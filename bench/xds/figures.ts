/** What the load client reports, as figures, and the figures as a table. */
import type { ServerName } from './servers.js'

export interface Phase {
  readonly label: string
  readonly wall_ms: number
  readonly bytes?: number
  readonly last_ms?: { p50: number; p99: number }
  readonly server_cpu_s: number
  readonly errors: number
  readonly timed_out?: boolean
  readonly server: { rss_mib: number }
}

export interface Report {
  readonly phases: readonly Phase[]
  readonly server_before: { rss_mib: number }
  /** All Envoys once more, to a server that has seen them before: its code is compiled by then. */
  readonly again?: Phase
  readonly listenOverflows: number
  /** Of the event loop of the server, while a change went to all; of the worst change. Milliseconds. */
  readonly loopDelay?: { p99: number; max: number }
}

/** Medians over the rounds, by row of the table. */
export type Figures = Record<string, number>

export function summarise(reports: readonly Report[], envoys: number): Figures {
  const phases = reports.flatMap((report) => report.phases)
  const of = (label: string, read: (phase: Phase) => number | undefined) =>
    median(phases.filter((phase) => phase.label.replace('-after-storm', '') === label).map(read))
  const again = reports.flatMap((report) => report.again ?? [])
  return {
    'initial configuration, ms': of('initial', ({ wall_ms }) => wall_ms),
    'initial configuration, server CPU s': of('initial', ({ server_cpu_s }) => server_cpu_s),
    'the same again, ms': median(again.map(({ wall_ms }) => wall_ms)),
    'the same again, server CPU s': median(again.map(({ server_cpu_s }) => server_cpu_s)),
    'RSS per Envoy over idle, KiB': median(reports.map((report) => rssPerEnvoy(report, envoys))),
    'change to one node, p99 ms': of('one', ({ last_ms }) => last_ms?.p99),
    'change to all, p50 ms': of('all', ({ last_ms }) => last_ms?.p50),
    'change to all, p99 ms': of('all', ({ last_ms }) => last_ms?.p99),
    'change to all, server CPU s': of('all', ({ server_cpu_s }) => server_cpu_s),
    'change to all, event loop away p99 ms': median(reports.map(({ loopDelay }) => loopDelay?.p99)),
    'change to all, event loop away at most ms': median(reports.map(({ loopDelay }) => loopDelay?.max)),
    'reconnect storm, ms': of('storm', ({ wall_ms }) => wall_ms),
    'reconnect storm, server CPU s': of('storm', ({ server_cpu_s }) => server_cpu_s),
    'reconnect storm, share of the initial bytes':
      of('storm', ({ bytes }) => bytes) / of('initial', ({ bytes }) => bytes),
    'listen queue overflows': Math.max(...reports.map(({ listenOverflows }) => listenOverflows)),
    'errors and time-outs': phases.reduce((sum, { errors, timed_out }) => sum + errors + (timed_out ? 1 : 0), 0),
  }
}

function rssPerEnvoy({ phases: [initial], server_before }: Report, envoys: number): number | undefined {
  return initial && ((initial.server.rss_mib - server_before.rss_mib) * 1024) / envoys
}

function median(list: readonly (number | undefined)[]): number {
  const sorted = list.filter((value) => value !== undefined).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Markdown: every figure, and beside it the ratio to go-control-plane's in parentheses. */
export function formatTable(title: string, figures: Partial<Record<ServerName, Figures>>): string {
  const names = Object.keys(figures) as ServerName[]
  const rows = Object.keys(Object.values(figures)[0] ?? {})
  const cell = (row: string, name: ServerName) => {
    const value = figures[name]?.[row] ?? Number.NaN
    const ratio = value / (name === 'gcp' ? Number.NaN : (figures.gcp?.[row] ?? Number.NaN))
    return Number.isFinite(ratio) ? `${format(value)} (${ratio.toFixed(2)})` : format(value)
  }
  return [
    `\n## ${title}\n`,
    `| | ${names.join(' | ')} |`,
    `|---|${'---|'.repeat(names.length)}`,
    ...rows.map((row) => `| ${row} | ${names.map((name) => cell(row, name)).join(' | ')} |`),
  ].join('\n')
}

function format(value: number): string {
  return Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
