/**
 * Counters and histograms for what happens thousands of times in one change: prom-client's own make objects and a text key of every observation,
 * which costs more than sending a push. These count in place, and make their values when they are asked for.
 */
import type { Registry } from 'prom-client'

export interface HotMetricOptions {
  readonly name: string
  readonly help: string
  readonly registry: Registry
}

export interface HotHistogramOptions extends HotMetricOptions {
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[]
  /** Its one label; without, its values have none. */
  readonly label?: string
}

interface Value {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

interface Series {
  /** Observations in each bucket alone; the last is of those above all bounds. */
  readonly counts: number[]
  count: number
  sum: number
}

/** A histogram with at most one label. */
export class HotHistogram {
  readonly #name: string
  readonly #buckets: readonly number[]
  readonly #label: string | undefined
  readonly #series = new Map<string, Series>()

  constructor({ name, help, registry, buckets, label }: HotHistogramOptions) {
    this.#name = name
    this.#buckets = buckets
    this.#label = label
    // What has no label is there from the start, as prom-client has it.
    if (label === undefined) this.#begin('')
    const labelNames = label === undefined ? [] : [label]
    register({ name, help, type: 'histogram', registry, labelNames, list: () => this.#list() })
  }

  /** @param label the value of its label */
  observe(value: number, label = ''): void {
    const series = this.#series.get(label) ?? this.#begin(label)
    const { counts } = series
    series.count += 1
    series.sum += value
    let at = 0
    while (at < this.#buckets.length && value > (this.#buckets[at] ?? 0)) at += 1
    counts[at] = (counts[at] ?? 0) + 1
  }

  #begin(label: string): Series {
    const series = { counts: Array.from({ length: this.#buckets.length + 1 }, () => 0), count: 0, sum: 0 }
    this.#series.set(label, series)
    return series
  }

  #list(): Value[] {
    return [...this.#series].flatMap(([text, { counts, count, sum }]) => {
      const labels = this.#label === undefined ? {} : { [this.#label]: text }
      let below = 0
      const bucket = (le: string | number, value: number): Value => ({
        metricName: `${this.#name}_bucket`,
        labels: { le, ...labels },
        value,
      })
      return [
        ...this.#buckets.map((bound, index) => bucket(bound, (below += counts[index] ?? 0))),
        bucket('+Inf', count),
        { metricName: `${this.#name}_sum`, labels, value: sum },
        { metricName: `${this.#name}_count`, labels, value: count },
      ]
    })
  }
}

/** A counter with two labels. */
export class HotCounter {
  readonly #counts = new Map<string, Map<string, number>>()

  constructor({ name, help, registry, labels: [outer, inner] }: HotMetricOptions & { labels: [string, string] }) {
    const list = (): Value[] =>
      [...this.#counts].flatMap(([first, counts]) =>
        [...counts].map(([second, value]) => ({
          metricName: name,
          labels: { [outer]: first, [inner]: second },
          value,
        })),
      )
    register({ name, help, type: 'counter', registry, labelNames: [outer, inner], list })
  }

  /** One more with these values of its labels. */
  inc(first: string, second: string): void {
    let counts = this.#counts.get(first)
    if (!counts) this.#counts.set(first, (counts = new Map<string, number>()))
    counts.set(second, (counts.get(second) ?? 0) + 1)
  }
}

interface Registered extends HotMetricOptions {
  readonly type: 'counter' | 'histogram'
  readonly labelNames: readonly string[]
  readonly list: () => Value[]
}

/** A registry asks a metric for nothing but these. */
function register({ name, help, type, registry, labelNames, list }: Registered): void {
  const get = (): Promise<object> => Promise.resolve({ name, help, type, values: list(), aggregator: 'sum' })
  const metric = { name, help, labelNames, get, reset: () => undefined }
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0])
}
