/** What a connection may ask for that costs the other side nothing: floods of it end the connection (CVE-2019-9511 to 9518, CVE-2023-44487). */
import { CODE, ConnectionError } from './frame.js'

interface Allowance {
  /** At once. */
  readonly burst: number
  /** Each second from then on. */
  readonly rate: number
}

/** Frames that carry nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, RST_STREAM, empty DATA, unknown ones. */
const OVERHEAD: Allowance = { burst: 20_000, rate: 5000 }
/** Streams that the client gives up, or breaks rules on (CVE-2025-8671); nghttp2 allows as many. */
const RESETS: Allowance = { burst: 1000, rate: 33 }
/** Answers to PING and SETTINGS that the client does not read. */
const MAX_UNREAD_REPLIES = 1000

export class FloodGuard {
  #overhead = OVERHEAD.burst
  #resets = RESETS.burst
  #countedAt = performance.now()
  #unreadReplies = 0

  /** Call for each frame that carries nothing. Throws ConnectionError when there are too many. */
  countOverhead(): void {
    this.#overhead -= 1
    if (this.#overhead < 0) this.#refill('frames that carry nothing')
  }

  /** Call for each stream that the client resets, or makes us reset. Throws ConnectionError when there are too many. */
  countReset(): void {
    this.#resets -= 1
    if (this.#resets < 0) this.#refill('streams that were given up')
  }

  /** Call for each reply. @param nothingWaits everything that was sent before has gone. Throws ConnectionError when there are too many. */
  countReply(nothingWaits: boolean): void {
    this.#unreadReplies = nothingWaits ? 1 : this.#unreadReplies + 1
    if (this.#unreadReplies > MAX_UNREAD_REPLIES) throw tooMany('replies that were not read')
  }

  #refill(what: string): void {
    const now = performance.now()
    const seconds = (now - this.#countedAt) / 1000
    this.#countedAt = now
    this.#overhead = Math.min(OVERHEAD.burst, this.#overhead + seconds * OVERHEAD.rate)
    this.#resets = Math.min(RESETS.burst, this.#resets + seconds * RESETS.rate)
    if (this.#overhead < 0 || this.#resets < 0) throw tooMany(what)
  }
}

function tooMany(what: string): ConnectionError {
  return new ConnectionError(CODE.ENHANCE_YOUR_CALM, `too many ${what}`)
}
