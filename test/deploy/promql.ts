/** Reads PromQL: whether it is well-formed, which metrics it asks for and by which labels. */
import { parser } from '@prometheus-io/lezer-promql'

export interface Selector {
  readonly metric: string
  /** In its matchers. */
  readonly labels: readonly string[]
}

export interface Expression {
  readonly selectors: readonly Selector[]
  /** That it groups by. */
  readonly grouping: readonly string[]
}

/** Throws, with the place, for what Prometheus would not take. */
export function parsePromql(text: string): Expression {
  const selectors: { metric: string; labels: string[] }[] = []
  const grouping: string[] = []
  const within: string[] = []
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      const word = text.slice(from, to)
      if (type.isError) throw new Error(`not PromQL at ${from}: …${text.slice(Math.max(0, from - 20), from + 20)}…`)
      if (type.name === 'VectorSelector') selectors.push({ metric: '', labels: [] })
      const last = selectors.at(-1)
      if (type.name === 'Identifier' && within.at(-1) === 'VectorSelector' && last) last.metric = word
      if (type.name === 'LabelName') {
        if (within.includes('GroupingLabels')) grouping.push(word)
        else if (within.includes('LabelMatchers')) last?.labels.push(word)
      }
      within.push(type.name)
    },
    leave: () => void within.pop(),
  })
  for (const { metric } of selectors) if (metric === '') throw new Error(`a selector without a metric: ${text}`)
  return { selectors, grouping }
}

/** The metrics in a Prometheus text and the labels of each, those of its samples. A metric without samples has none. */
export function readMetrics(text: string): Map<string, Set<string>> {
  const metrics = new Map<string, Set<string>>()
  const add = (name: string): Set<string> => {
    const labels = metrics.get(name) ?? new Set<string>()
    metrics.set(name, labels)
    return labels
  }
  for (const line of text.split('\n')) {
    const [, declared, type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? []
    if (declared !== undefined) {
      const names = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => declared + suffix) : [declared]
      for (const name of names) add(name)
    }
    const [, name, labels = ''] = /^([a-zA-Z_:]\w*)(?:\{(.*)\})? \S/.exec(line) ?? []
    if (name !== undefined)
      for (const [, label = ''] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) add(name).add(label)
  }
  return metrics
}
