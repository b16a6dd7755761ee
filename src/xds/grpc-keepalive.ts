/** Finds peers that vanished without a word: pings every connection from time to time, and drops those that do not answer. */
import type { Http2Connection } from '../http2/connection.js'

export interface KeepaliveOptions {
  /** Between the pings of one connection, give or take a half. Milliseconds. */
  readonly pingMillis: number
  /** What a peer has for its answer. Milliseconds. */
  readonly pingTimeoutMillis: number
}

interface Pulse {
  /** When to ping next. */
  due: number
  /** When the ping that is not answered yet was sent. */
  pingedAt: number | undefined
}

/** After a storm of new connections their pings come in small groups. */
const PINGS_PER_SWEEP = 200
const SWEEPS_PER_INTERVAL = 30

/** One timer for all connections. */
export class Keepalive {
  readonly #options: KeepaliveOptions
  readonly #pulses = new Map<Http2Connection, Pulse>()
  readonly #interval: number
  readonly #timer: NodeJS.Timeout
  #sweptAt = performance.now()

  constructor(options: KeepaliveOptions) {
    this.#options = options
    this.#interval = Math.min(options.pingMillis, options.pingTimeoutMillis) / SWEEPS_PER_INTERVAL
    this.#timer = setInterval(() => this.#sweep(performance.now()), this.#interval).unref()
  }

  add(connection: Http2Connection): void {
    this.#pulses.set(connection, { due: this.#nextDue(performance.now()), pingedAt: undefined })
  }

  delete(connection: Http2Connection): void {
    this.#pulses.delete(connection)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Spread, so that those who came together are not pinged together. */
  #nextDue(now: number): number {
    return now + this.#options.pingMillis * (0.5 + Math.random())
  }

  #sweep(now: number): void {
    // Answers that came while this process stood still have not been read yet.
    const stood = Math.max(0, now - this.#sweptAt - 2 * this.#interval)
    this.#sweptAt = now
    let pings = 0
    for (const [connection, pulse] of this.#pulses) {
      if (pulse.pingedAt !== undefined) {
        pulse.pingedAt += stood
        if (now - pulse.pingedAt > this.#options.pingTimeoutMillis) connection.destroy()
      } else if (pulse.due <= now && pings < PINGS_PER_SWEEP) {
        pings += 1
        this.#ping(connection, pulse, now)
      }
    }
  }

  #ping(connection: Http2Connection, pulse: Pulse, now: number): void {
    if (connection.isDestroyed) return
    pulse.pingedAt = now
    connection.ping(() => {
      pulse.pingedAt = undefined
      pulse.due = this.#nextDue(performance.now())
    })
  }
}
