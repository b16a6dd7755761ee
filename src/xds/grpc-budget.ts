/** How much one call may ask for: a flood of requests waits, and costs nobody else anything. */

/** In one go: many times what an Envoy sends when it starts. */
const BURST = 1000
/** Each second from then on. */
const RATE = 500
/** A request costs one, and one more for each of these. */
const BYTES_PER_TOKEN = 4096

export class RequestBudget {
  #tokens = BURST
  #countedAt: number

  /** @param now milliseconds */
  constructor(now: number) {
    this.#countedAt = now
  }

  /** Pays for a request, if need be with what is to come: it is reading on that has to wait. */
  spend(bytes: number): void {
    this.#tokens -= 1 + Math.floor(bytes / BYTES_PER_TOKEN)
  }

  /** Nothing is left: `wait` tells for how long. */
  get isSpent(): boolean {
    return this.#tokens <= 0
  }

  /** Milliseconds until the next request may be read; 0 now. */
  wait(now: number): number {
    if (this.#tokens > 0) return 0
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#countedAt) * RATE) / 1000)
    this.#countedAt = now
    return this.#tokens > 0 ? 0 : Math.ceil(((1 - this.#tokens) * 1000) / RATE)
  }
}
