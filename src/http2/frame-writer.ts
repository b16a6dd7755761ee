/** Sends frames over a socket: those that belong together in one piece. */
import type { Socket } from 'node:net'
import { FLAG, FRAME, frame, frameHead, numberFrame, type ErrorCode } from './frame.js'

/** Pieces that are shorter together are copied into one: cheaper than to have the kernel gather them. */
const GATHER_BYTES = 4096
/** More than any socket's high-water mark, so that 'drain' follows. */
const MAX_HELD_BYTES = 256 * 1024

export class FrameWriter {
  readonly #socket: Socket
  #pieces: Buffer[] = []
  #bytes = 0
  #holds = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** True when the other side reads too slowly, or enough has been gathered; the socket's 'drain' tells when that is over. */
  get isFull(): boolean {
    return this.#socket.writableLength >= this.#socket.writableHighWaterMark || this.#bytes >= MAX_HELD_BYTES
  }

  /** True when everything that was sent is in the hands of the kernel. */
  get isEmpty(): boolean {
    return this.#socket.writableLength === 0 && this.#pieces.length === 0
  }

  /** What is sent until `release` goes out in one piece. */
  hold(): void {
    this.#holds += 1
  }

  release(): void {
    this.#holds -= 1
    if (this.#holds === 0) this.#flush()
  }

  /** Sends bytes that are whole frames. */
  send(bytes: Buffer): void {
    this.#add(bytes)
    if (this.#holds === 0) this.#flush()
  }

  /** @param payload is not copied, unless it is short */
  data(streamId: number, payload: Buffer): void {
    this.#add(frameHead(FRAME.DATA, 0, streamId, payload.length))
    this.send(payload)
  }

  /** @param block short enough for one frame, as those of a gRPC server are */
  headers(streamId: number, block: Buffer, endStream: boolean): void {
    const flags = FLAG.END_HEADERS | (endStream ? FLAG.END_STREAM : 0)
    this.send(frame(FRAME.HEADERS, flags, streamId, block))
  }

  reset(streamId: number, code: ErrorCode): void {
    this.send(numberFrame(FRAME.RST_STREAM, streamId, code))
  }

  /** @param streamId 0 for the connection */
  windowUpdate(streamId: number, bytes: number): void {
    this.send(numberFrame(FRAME.WINDOW_UPDATE, streamId, bytes))
  }

  goaway(lastStreamId: number, code: ErrorCode, debug: string): void {
    const text = Buffer.from(debug)
    const payload = Buffer.alloc(8 + text.length)
    payload.writeUInt32BE(lastStreamId, 0)
    payload.writeUInt32BE(code, 4)
    text.copy(payload, 8)
    this.send(frame(FRAME.GOAWAY, 0, 0, payload))
  }

  /** Sends no more after what was sent. */
  end(): void {
    this.#flush()
    this.#socket.end()
  }

  #add(bytes: Buffer): void {
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
  }

  #flush(): void {
    const pieces = this.#pieces
    const [first] = pieces
    if (!first) return
    const bytes = this.#bytes
    this.#pieces = []
    this.#bytes = 0
    const socket = this.#socket
    if (!socket.writable) return
    if (pieces.length === 1) socket.write(first)
    else if (bytes <= GATHER_BYTES) socket.write(Buffer.concat(pieces, bytes))
    else {
      socket.cork()
      for (const piece of pieces) socket.write(piece)
      socket.uncork()
    }
  }
}
