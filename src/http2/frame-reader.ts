/** Cuts what comes over a connection into frames (RFC 9113, section 4.1). */
import { CODE, ConnectionError, DEFAULT_FRAME_BYTES, HEAD_BYTES } from './frame.js'

/** @param payload shares the bytes of the chunk that it came in */
export type TakeFrame = (type: number, flags: number, streamId: number, payload: Buffer) => void

/** The highest bit is reserved and to be ignored. */
const STREAM_ID = 0x7fffffff

/** Copies only frames that come in several pieces, and these once. */
export class FrameReader {
  readonly #maxBytes: number
  /** A frame, or only its head, of which #filled bytes are there. */
  #partial: Buffer | undefined
  #filled = 0

  /** @param maxBytes of a payload: our SETTINGS_MAX_FRAME_SIZE */
  constructor(maxBytes = DEFAULT_FRAME_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** Hands on every frame that is complete now. Throws ConnectionError for one that is longer than allowed. */
  push(chunk: Buffer, take: TakeFrame): void {
    let at = this.#partial ? this.#fill(chunk, take) : 0
    while (at + HEAD_BYTES <= chunk.length) {
      const end = at + HEAD_BYTES + this.#payloadBytes(chunk, at)
      if (end > chunk.length) break
      hand(chunk, at, end, take)
      at = end
    }
    if (at < chunk.length) this.#keep(chunk, at)
  }

  #keep(chunk: Buffer, at: number): void {
    const rest = chunk.length - at
    this.#partial = Buffer.allocUnsafe(HEAD_BYTES + (rest < HEAD_BYTES ? 0 : this.#payloadBytes(chunk, at)))
    this.#filled = chunk.copy(this.#partial, 0, at)
  }

  /** Returns where the next frame begins in the chunk. */
  #fill(chunk: Buffer, take: TakeFrame): number {
    let at = 0
    while (this.#partial) {
      const partial = this.#partial
      const copied = chunk.copy(partial, this.#filled, at)
      at += copied
      this.#filled += copied
      if (this.#filled < partial.length) break
      const end = HEAD_BYTES + this.#payloadBytes(partial, 0)
      if (end > partial.length) {
        this.#partial = Buffer.allocUnsafe(end)
        partial.copy(this.#partial)
      } else {
        this.#partial = undefined
        hand(partial, 0, end, take)
      }
    }
    return at
  }

  #payloadBytes(bytes: Buffer, at: number): number {
    const length = bytes.readUIntBE(at, 3)
    if (length > this.#maxBytes)
      throw new ConnectionError(CODE.FRAME_SIZE_ERROR, `a frame of ${length} bytes is longer than allowed`)
    return length
  }
}

function hand(bytes: Buffer, at: number, end: number, take: TakeFrame): void {
  const [type = 0, flags = 0] = [bytes[at + 3], bytes[at + 4]]
  take(type, flags, bytes.readUInt32BE(at + 5) & STREAM_ID, bytes.subarray(at + HEAD_BYTES, end))
}
