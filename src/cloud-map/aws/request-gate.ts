/**
 * Lets requests through no faster than a rate (a token bucket that holds the requests of one second) and so many at a time. Those that wait go in
 * the order in which they came, urgent ones before the others: whoever has one request waiting at a time gets a fair share.
 */
import type { Clock } from './clock.js'

export interface RequestGateOptions {
  /** Requests per second. */
  readonly rate: number
  /** Requests at a time. */
  readonly concurrency: number
  readonly clock: Clock
}

export class RequestGate {
  readonly #options: RequestGateOptions
  readonly #urgent: (() => void)[] = []
  readonly #ordinary: (() => void)[] = []
  readonly #burst: number
  #tokens: number
  #filledAt: number
  #running = 0
  #cancelRefill: (() => void) | undefined

  constructor(options: RequestGateOptions) {
    this.#options = options
    this.#burst = Math.max(1, options.rate)
    this.#tokens = this.#burst
    this.#filledAt = options.clock.now()
  }

  /** How many requests wait. */
  get waiting(): number {
    return this.#urgent.length + this.#ordinary.length
  }

  /** Runs `request` when its turn comes. Never settles when the gate is closed before. */
  run<T>(request: () => Promise<T>, { urgent = false }: { readonly urgent?: boolean } = {}): Promise<T> {
    const turn = new Promise<void>((resolve) => (urgent ? this.#urgent : this.#ordinary).push(resolve))
    this.#admit()
    return turn.then(request).finally(() => {
      this.#running -= 1
      this.#admit()
    })
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#urgent.length = 0
    this.#ordinary.length = 0
    this.#cancelRefill?.()
  }

  #admit(): void {
    this.#refill()
    while (this.waiting > 0 && this.#running < this.#options.concurrency && this.#tokens >= 1) {
      this.#tokens -= 1
      this.#running += 1
      ;(this.#urgent.shift() ?? this.#ordinary.shift())?.()
    }
    if (this.waiting === 0 || this.#tokens >= 1 || this.#cancelRefill) return
    // Rounded up, so that the token is there when the time has come.
    const millis = Math.ceil(((1 - this.#tokens) / this.#options.rate) * 1000)
    this.#cancelRefill = this.#options.clock.after(millis, () => {
      this.#cancelRefill = undefined
      this.#admit()
    })
  }

  #refill(): void {
    const now = this.#options.clock.now()
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#options.rate)
    this.#filledAt = now
  }
}
