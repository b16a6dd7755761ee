/** How long the event loop was away while a change went to all streams. */
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'

const NANOS_PER_MILLI = 1e6

interface Delays {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export class LoopDelay {
  readonly #changes: Delays[] = []
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
    const measured = this.#current
    this.#current = undefined
    if (!measured) return
    measured.disable()
    if (measured.count === 0) return
    const at = (percentile: number) => measured.percentile(percentile) / NANOS_PER_MILLI
    this.#changes.push({ p50: at(50), p99: at(99), max: measured.max / NANOS_PER_MILLI })
  }

  /** Milliseconds: of the worst of all measured changes. Undefined when nothing was measured. */
  read(): Delays | undefined {
    if (this.#changes.length === 0) return undefined
    const worst = (key: keyof Delays) => Math.max(...this.#changes.map((delays) => delays[key]))
    return { p50: worst('p50'), p99: worst('p99'), max: worst('max') }
  }
}
