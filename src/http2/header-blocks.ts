/** Header blocks, put together from the frames that they come in, and decoded (RFC 9113, section 4.3). */
import { CODE, ConnectionError, FLAG, FRAME } from './frame.js'
import { unpad, violation } from './frame-rules.js'
import { HpackDecoder, HpackError, type HeaderField } from './hpack.js'

export interface HeaderBlock {
  readonly streamId: number
  readonly endStream: boolean
  /** Undefined when there is more than allowed. */
  readonly fields: readonly HeaderField[] | undefined
}

export interface HeaderLimits {
  /** As SETTINGS_MAX_HEADER_LIST_SIZE counts. */
  readonly maxListBytes: number
  readonly maxFields: number
}

/** A block that is not complete yet. */
interface Draft {
  readonly streamId: number
  readonly endStream: boolean
  readonly pieces: Buffer[]
  bytes: number
}

/** Beyond the first; nghttp2 allows as many. An endless block costs memory, and its decoding time (CVE-2024-27983). */
const MAX_CONTINUATIONS = 8
const PRIORITY_BYTES = 5

export class HeaderBlocks {
  readonly #limits: HeaderLimits
  readonly #decoder: HpackDecoder
  #draft: Draft | undefined

  constructor(limits: HeaderLimits) {
    this.#limits = limits
    this.#decoder = new HpackDecoder(limits)
  }

  /** A block has begun and awaits its continuation: no other frame may come in between. */
  get isOpen(): boolean {
    return this.#draft !== undefined
  }

  /** Takes HEADERS or CONTINUATION; returns the block when that completes it. Throws ConnectionError. */
  add(type: number, flags: number, streamId: number, payload: Buffer): HeaderBlock | undefined {
    const draft = type === FRAME.HEADERS ? begin(flags, streamId, payload) : this.#continue(streamId, payload)
    if (draft.bytes > this.#limits.maxListBytes || draft.pieces.length > 1 + MAX_CONTINUATIONS)
      throw new ConnectionError(CODE.ENHANCE_YOUR_CALM, 'a header block is too long')
    this.#draft = flags & FLAG.END_HEADERS ? undefined : draft
    return this.#draft ? undefined : this.#decode(draft)
  }

  #continue(streamId: number, payload: Buffer): Draft {
    const draft = this.#draft
    if (draft?.streamId !== streamId) throw violation('CONTINUATION without the block that it continues')
    draft.pieces.push(payload)
    draft.bytes += payload.length
    return draft
  }

  #decode({ streamId, endStream, pieces: [first, ...more] }: Draft): HeaderBlock {
    const block = first && more.length === 0 ? first : Buffer.concat([first ?? Buffer.alloc(0), ...more])
    try {
      return { streamId, endStream, fields: this.#decoder.decode(block) }
    } catch (error) {
      if (error instanceof HpackError) throw new ConnectionError(CODE.COMPRESSION_ERROR, error.message)
      throw error
    }
  }
}

/** Priorities are read over (section 5.3.2). */
function begin(flags: number, streamId: number, payload: Buffer): Draft {
  let block = unpad(flags, payload)
  if (flags & FLAG.PRIORITY) {
    if (block.length < PRIORITY_BYTES) throw new ConnectionError(CODE.FRAME_SIZE_ERROR, 'HEADERS without its priority')
    block = block.subarray(PRIORITY_BYTES)
  }
  return { streamId, endStream: (flags & FLAG.END_STREAM) !== 0, pieces: [block], bytes: block.length }
}
