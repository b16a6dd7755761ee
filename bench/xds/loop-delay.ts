/** How long the event loop was away while a change went to all streams. */
import {
  createHistogram,
  monitorEventLoopDelay,
  type IntervalHistogram,
  type RecordableHistogram,
} from 'node:perf_hooks'

const NANOS_PER_MILLI = 1e6

export class LoopDelay {
  readonly #total = createHistogram()
  /** A new one each time: an old one would count the pause since the last. */
  #current: IntervalHistogram | undefined
  #unanswered = 0

  /** Measures until so many responses have been answered; or until the next change. */
  begin(responses: number): void {
    this.end()
    this.#unanswered = responses
    this.#current = monitorEventLoopDelay({ resolution: 1 })
    this.#current.enable()
  }

  answered(): void {
    if (this.#unanswered > 0 && --this.#unanswered === 0) this.end()
  }

  end(): void {
    this.#unanswered = 0
    if (!this.#current) return
    this.#current.disable()
    if (this.#current.count > 0) this.#total.add(this.#current as unknown as RecordableHistogram)
    this.#current = undefined
  }

  /** Milliseconds, over all measured changes. Undefined when nothing was measured. */
  read(): { p50: number; p99: number; max: number } | undefined {
    const { count, max } = this.#total
    if (count === 0) return undefined
    const at = (percentile: number) => this.#total.percentile(percentile) / NANOS_PER_MILLI
    return { p50: at(50), p99: at(99), max: max / NANOS_PER_MILLI }
  }
}
