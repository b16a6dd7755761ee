/** What comes on one stream: counted against its window, and held back while the owner wants none (RFC 9113, section 6.9). */
import { CODE, ConnectionError, DEFAULT_WINDOW, type ErrorCode } from './frame.js'
import { NO_HANDLER, type StreamHandler, type StreamHost } from './stream-host.js'

/** The stream itself. */
export interface InboundStream {
  readonly id: number
  readonly handler: StreamHandler
  readonly isClosed: boolean
}

/** Of one connection: the windows alone would allow ten thousand streams 640 MB. */
const MAX_HELD_BYTES = 64 * 1024 * 1024

export class Inbound {
  /** The client has sent everything. */
  hasEnded = false
  readonly #stream: InboundStream
  readonly #host: StreamHost
  #window = DEFAULT_WINDOW
  /** Read, but not given back to the window yet. */
  #consumed = 0
  /** Of the header content-length, as far as it has not come. */
  #expected: number | undefined
  #paused = false
  /** Came while paused. */
  #held: Buffer[] | undefined
  #endTold = false

  constructor(stream: InboundStream, host: StreamHost) {
    this.#stream = stream
    this.#host = host
  }

  /** @param bytes of the header content-length */
  expect(bytes: number): void {
    this.#expected = bytes
  }

  pause(): void {
    this.#paused = true
  }

  /** Hands on what was held back. */
  resume(): void {
    this.#paused = false
    while (this.#held?.length && !this.#isHeldBack) {
      const [chunk] = this.#held.splice(0, 1)
      if (!chunk) break
      this.#host.heldBytes -= chunk.length
      this.#deliver(chunk, chunk.length)
    }
    if (!this.#isHeldBack) this.#tellEnd()
  }

  /**
   * Takes data. Returns the code of the rule that the client broke, if it did. Throws ConnectionError when it sends more than it may.
   * @param flowBytes what counts for windows: padding too
   */
  take(payload: Buffer, flowBytes: number, end: boolean): ErrorCode | undefined {
    if (this.hasEnded) return CODE.STREAM_CLOSED
    this.#window -= flowBytes
    if (this.#window < 0) throw new ConnectionError(CODE.FLOW_CONTROL_ERROR, 'more data than the window allows')
    if (this.#expected !== undefined) this.#expected -= payload.length
    if (end) this.hasEnded = true
    if (this.#isMisannounced) return CODE.PROTOCOL_ERROR
    if (this.#isHeldBack) {
      this.#credit(flowBytes - payload.length)
      if (payload.length > 0) this.#hold(payload)
    } else {
      this.#deliver(payload, flowBytes)
      this.#tellEnd()
    }
    return undefined
  }

  /** Takes trailers, which end what the client sends. Returns as `take`. */
  takeEnd(): ErrorCode | undefined {
    if (this.hasEnded) return CODE.STREAM_CLOSED
    this.hasEnded = true
    if (this.#isMisannounced) return CODE.PROTOCOL_ERROR
    if (!this.#paused) this.#tellEnd()
    return undefined
  }

  /** The stream is closed. */
  drop(): void {
    for (const chunk of this.#held ?? []) this.#host.heldBytes -= chunk.length
    this.#held = undefined
  }

  /** The owner wants nothing, or nothing any more. */
  get #isHeldBack(): boolean {
    return this.#paused || this.#stream.isClosed
  }

  get #isMisannounced(): boolean {
    if (this.#expected === undefined) return false
    return this.hasEnded ? this.#expected !== 0 : this.#expected < 0
  }

  #hold(payload: Buffer): void {
    this.#held ??= []
    this.#held.push(payload)
    this.#host.heldBytes += payload.length
    if (this.#host.heldBytes > MAX_HELD_BYTES)
      throw new ConnectionError(CODE.ENHANCE_YOUR_CALM, 'too much data on streams that cannot take more')
  }

  #deliver(payload: Buffer, flowBytes: number): void {
    if (payload.length > 0) this.#stream.handler.onData(payload)
    this.#credit(flowBytes)
  }

  /** Gives the window back in large pieces, as long as something can come. */
  #credit(bytes: number): void {
    this.#consumed += bytes
    if (this.#consumed < DEFAULT_WINDOW / 2 || this.hasEnded || this.#stream.isClosed) return
    this.#host.writer.windowUpdate(this.#stream.id, this.#consumed)
    this.#window += this.#consumed
    this.#consumed = 0
  }

  #tellEnd(): void {
    const { handler, isClosed } = this.#stream
    if (!this.hasEnded || this.#endTold || handler === NO_HANDLER || isClosed) return
    this.#endTold = true
    handler.onEnd()
  }
}
