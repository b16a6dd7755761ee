/** Many measurements in a few numbers. */
export interface Summary {
  readonly count: number
  readonly min: number
  readonly median: number
  readonly p99: number
}

/** Throws on no samples at all: a bench that measured nothing has failed. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new Error('nothing was measured')
  const sorted = [...samples].sort((left, right) => left - right)
  return { count: sorted.length, min: sorted[0]!, median: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}

/** By the nearest rank. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!
}
