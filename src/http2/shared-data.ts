/** Data that many streams are sent. */
import { DEFAULT_FRAME_BYTES, FRAME, HEAD_BYTES, writeHead } from './frame.js'

/** What a client numbers its first stream; most have no other. */
export const FIRST_STREAM = 1

/** Bytes that go out together with the head of their frame on every first stream: one piece of memory for all, and one piece to send. */
export class SharedData {
  /** To be filled before it is sent. */
  readonly bytes: Buffer
  /** A whole DATA frame for the first stream; undefined when the bytes need several. */
  readonly frame: Buffer | undefined

  /** @param length bytes */
  constructor(length: number) {
    const framed = Buffer.allocUnsafe(HEAD_BYTES + length)
    this.bytes = framed.subarray(HEAD_BYTES)
    if (length > DEFAULT_FRAME_BYTES) return
    writeHead(framed, FRAME.DATA, 0, FIRST_STREAM, length)
    this.frame = framed
  }
}
