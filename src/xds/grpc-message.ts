/** Messages in the bytes of a call (gRPC over HTTP/2, "Length-Prefixed-Message"). */
import { gunzipSync, inflateSync, type ZlibOptions } from 'node:zlib'
import { SharedData } from '../http2/shared-data.js'
import { GrpcError, STATUS } from './grpc-status.js'

type Decompress = (bytes: Buffer, options: ZlibOptions) => Buffer

/** Encodings of requests; those that nothing needs to be done for have no function. */
const ENCODINGS = new Map<string, Decompress | undefined>([
  ['identity', undefined],
  ['deflate', inflateSync],
  ['gzip', gunzipSync],
])

/** For the header grpc-accept-encoding. */
export const ACCEPTED_ENCODINGS = [...ENCODINGS.keys()].join(',')

export function isEncodingKnown(encoding: string): boolean {
  return ENCODINGS.has(encoding)
}

export const PREFIX_BYTES = 5
const NOTHING = Buffer.alloc(0)

/** Cuts what a client sends into messages. Copies only messages that come in several pieces. */
export class MessageReader {
  readonly #encoding: string
  readonly #maxBytes: number
  /** Holds what is not read yet, from #start to #end. */
  #bytes: Buffer = NOTHING
  #start = 0
  #end = 0

  /** @param encoding the header grpc-encoding */
  constructor(encoding: string, maxBytes: number) {
    this.#encoding = encoding
    this.#maxBytes = maxBytes
  }

  /** Bytes that are not read yet. */
  get pending(): number {
    return this.#end - this.#start
  }

  push(chunk: Buffer): void {
    if (this.pending === 0) {
      this.#bytes = chunk
      this.#start = 0
      this.#end = chunk.length
      return
    }
    if (this.#end + chunk.length > this.#bytes.length) this.#grow(chunk.length)
    this.#end += chunk.copy(this.#bytes, this.#end)
  }

  /** The next whole message, if there is one. Throws GrpcError when it is too long or cannot be read. */
  next(): Buffer | undefined {
    if (this.pending < PREFIX_BYTES) return this.#wait()
    const length = this.#bytes.readUInt32BE(this.#start + 1)
    if (length > this.#maxBytes) throw tooLong(`a message of ${length} bytes`, this.#maxBytes)
    const begin = this.#start + PREFIX_BYTES
    if (begin + length > this.#end) return this.#wait()
    const flag = this.#bytes[this.#start]
    const message = this.#bytes.subarray(begin, begin + length)
    this.#start = begin + length
    return flag === 0 ? message : this.#decompress(flag, message)
  }

  /** A message that trickles in must cost neither a buffer per piece nor a copy of all per piece. */
  #grow(more: number): void {
    const { pending } = this
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * pending, pending + more))
    this.#bytes.copy(grown, 0, this.#start, this.#end)
    this.#bytes = grown
    this.#start = 0
    this.#end = pending
  }

  /** Between messages nothing is kept of the chunk before. */
  #wait(): undefined {
    if (this.pending === 0) this.#bytes = NOTHING
  }

  #decompress(flag: number | undefined, message: Buffer): Buffer {
    if (flag !== 1) throw new GrpcError(STATUS.INTERNAL, 'a message has an invalid prefix')
    const decompress = ENCODINGS.get(this.#encoding)
    if (!decompress) throw new GrpcError(STATUS.INTERNAL, 'a message is compressed, but grpc-encoding names no way')
    try {
      return decompress(message, { maxOutputLength: this.#maxBytes })
    } catch (cause) {
      if (cause instanceof RangeError) throw tooLong('a compressed message', this.#maxBytes)
      throw new GrpcError(STATUS.INTERNAL, 'a compressed message cannot be read', { cause })
    }
  }
}

function tooLong(what: string, maxBytes: number): GrpcError {
  return new GrpcError(STATUS.RESOURCE_EXHAUSTED, `${what} is longer than the ${maxBytes} bytes allowed`)
}

/** One message, uncompressed, from its parts, as it goes over the wire. */
export function frameMessage(...parts: Uint8Array[]): Buffer {
  return shareMessage(...parts).bytes
}

/** As frameMessage, for a message that is sent on many streams. */
export function shareMessage(...parts: Uint8Array[]): SharedData {
  let length = 0
  for (const part of parts) length += part.length
  const shared = new SharedData(PREFIX_BYTES + length)
  const { bytes } = shared
  bytes[0] = 0
  bytes.writeUInt32BE(length, 1)
  let offset = PREFIX_BYTES
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return shared
}
