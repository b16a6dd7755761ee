/** Work that is done soon after it is asked for, but not again within some time of its last beginning, and never twice at once. */
import type { Clock } from '../xds/clock.js'

export class Pace {
  readonly #clock: Clock
  readonly #everyMillis: number
  readonly #work: () => Promise<void>
  #last = -Infinity
  #waiting = false
  #working = false
  #again = false

  /** `work` must not reject. */
  constructor(clock: Clock, everyMillis: number, work: () => Promise<void>) {
    this.#clock = clock
    this.#everyMillis = everyMillis
    this.#work = work
  }

  ask(): void {
    if (this.#working) this.#again = true
    if (this.#working || this.#waiting) return
    this.#waiting = true
    const wait = Math.max(0, this.#last + this.#everyMillis - this.#clock.now())
    this.#clock.after(wait, () => {
      this.#waiting = false
      void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#last = this.#clock.now()
    this.#working = true
    await this.#work()
    this.#working = false
    if (!this.#again) return
    this.#again = false
    this.ask()
  }
}
