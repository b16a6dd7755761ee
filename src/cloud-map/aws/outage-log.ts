/** Says in the log that AWS Cloud Map cannot be asked, and when it can again: not once for every service and attempt. */
import type { Logger } from '../../http/logger.js'
import type { Clock } from './clock.js'
import type { CallFailure } from './failure.js'

const REPEAT_MILLIS = 60_000

export class OutageLog {
  readonly #logger: Logger
  readonly #clock: Clock
  #last: { readonly kind: CallFailure['kind']; readonly at: number } | undefined
  #told = false

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  /** @param failing services whose last poll has failed, of so many `services` */
  note(failing: number, services: number, failure: CallFailure | undefined): void {
    if (!failure) {
      if (this.#told) this.#logger.info({ services }, 'AWS Cloud Map answers for every service again')
      this.#told = false
      return
    }
    const now = this.#clock.now()
    if (failure.kind === this.#last?.kind && now - this.#last.at < REPEAT_MILLIS) return
    this.#last = { kind: failure.kind, at: now }
    this.#told = true
    const fields = { kind: failure.kind, reason: failure.message, failing, services }
    this.#logger.warn(fields, `AWS Cloud Map cannot be asked: ${failure.message}; the last good answers stay in use`)
  }
}
