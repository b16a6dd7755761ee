/** Those who wait until a revision has been read. */
import type { Clock } from '../xds/clock.js'

interface Waiter {
  readonly revision: number
  readonly resolve: () => void
}

export class RevisionWaiters {
  readonly #clock: Clock
  readonly #waiters = new Set<Waiter>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when `revision` has been read, or after `millis`. */
  async wait(revision: number, millis: number): Promise<void> {
    let giveUp = (): void => undefined
    const waiter = await new Promise<Waiter>((done) => {
      const made: Waiter = { revision, resolve: () => done(made) }
      this.#waiters.add(made)
      giveUp = this.#clock.after(millis, made.resolve)
    })
    giveUp()
    this.#waiters.delete(waiter)
  }

  /** Everything up to `revision` has been read. */
  reached(revision: number): void {
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.resolve()
  }
}
