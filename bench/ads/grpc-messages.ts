/** gRPC messages out of one direction of a clear-text HTTP/2 connection: enough for a relay that watches it, no more. */

/** What a client sends before its first frame, in bytes. */
export const PREFACE_LENGTH = 24

const FRAME_HEADER = 9
const MESSAGE_HEADER = 5
const DATA = 0
const PADDED = 8
const COMPRESSED = 1

/** Takes the bytes of a connection as they come, and returns the gRPC messages that they complete, of whatever stream. */
export class GrpcMessageReader {
  #rest: Buffer = Buffer.alloc(0)
  #preface: number
  readonly #streams = new Map<number, Buffer>()

  /** `preface` is how many bytes come before the first frame. */
  constructor(preface: number) {
    this.#preface = preface
  }

  read(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    if (this.#rest.length < this.#preface) return []
    this.#rest = this.#rest.subarray(this.#preface)
    this.#preface = 0
    const messages: Buffer[] = []
    for (;;) {
      if (this.#rest.length < FRAME_HEADER) return messages
      const end = FRAME_HEADER + this.#rest.readUIntBE(0, 3)
      if (this.#rest.length < end) return messages
      const [type, flags] = [this.#rest[3], this.#rest[4]!]
      const stream = this.#rest.readUInt32BE(5)
      if (type === DATA) messages.push(...this.#append(stream, unpad(this.#rest.subarray(FRAME_HEADER, end), flags)))
      this.#rest = this.#rest.subarray(end)
    }
  }

  #append(stream: number, data: Buffer): Buffer[] {
    let bytes = Buffer.concat([this.#streams.get(stream) ?? Buffer.alloc(0), data])
    const messages: Buffer[] = []
    while (bytes.length >= MESSAGE_HEADER) {
      if (bytes[0] === COMPRESSED) throw new Error('a compressed gRPC message')
      const end = MESSAGE_HEADER + bytes.readUInt32BE(1)
      if (bytes.length < end) break
      messages.push(bytes.subarray(MESSAGE_HEADER, end))
      bytes = bytes.subarray(end)
    }
    this.#streams.set(stream, bytes)
    return messages
  }
}

function unpad(payload: Buffer, flags: number): Buffer {
  return (flags & PADDED) === 0 ? payload : payload.subarray(1, payload.length - payload[0]!)
}
