/**
 * When to act on changes: the first after a quiet time at once, further ones merged until the burst's window ends.
 * A single edit is pushed without delay; a script that makes a hundred edits costs a handful of pushes.
 */
import type { Clock } from '../xds/clock.js'

export interface CoalescerOptions {
  /** A change after this many milliseconds of quiet goes at once. */
  readonly quietMillis: number
  /** Changes in a burst wait at most this long. */
  readonly windowMillis: number
  readonly clock: Clock
  /** Not called again until the promise of the call before it is settled. Must not reject. */
  readonly act: () => Promise<void>
}

export class Coalescer {
  readonly #options: CoalescerOptions
  #lastTrigger = -Infinity
  #cancelTimer: (() => void) | undefined
  #acting = false
  #again = false
  #stopped = false

  constructor(options: CoalescerOptions) {
    this.#options = options
  }

  /** Something changed. */
  trigger(): void {
    const { clock, quietMillis, windowMillis } = this.#options
    const now = clock.now()
    const quiet = now - this.#lastTrigger >= quietMillis
    this.#lastTrigger = now
    if (this.#stopped || this.#cancelTimer) return
    if (quiet) this.#act()
    else {
      this.#cancelTimer = clock.after(windowMillis, () => {
        this.#cancelTimer = undefined
        this.#act()
      })
    }
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #act(): void {
    if (this.#stopped) return
    if (this.#acting) {
      this.#again = true
      return
    }
    this.#acting = true
    void this.#options.act().finally(() => {
      this.#acting = false
      if (!this.#again) return
      this.#again = false
      this.#act()
    })
  }
}
