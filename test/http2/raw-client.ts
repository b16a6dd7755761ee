/** A client that sends whatever bytes it is told to, and shows the frames that come back. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { CODE, FLAG, FRAME, frame, PREFACE, settingsFrame } from '../../src/http2/frame.js'
import { FrameReader } from '../../src/http2/frame-reader.js'
import { encodeHeaders, HpackDecoder, type HeaderField } from '../../src/http2/hpack.js'

export interface SeenFrame {
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly payload: Buffer
}

const REQUEST: readonly HeaderField[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/echo'],
  [':authority', 'test'],
]

/** The frames that open a stream. @param more replaces or adds fields */
export function request(streamId: number, flags: number = FLAG.END_HEADERS, fields = REQUEST): Buffer {
  return frame(FRAME.HEADERS, flags, streamId, encodeHeaders(fields))
}

export function requestWith(streamId: number, ...more: HeaderField[]): Buffer {
  return request(streamId, FLAG.END_HEADERS, [...REQUEST, ...more])
}

export function data(streamId: number, bytes: string | Buffer, flags = 0): Buffer {
  return frame(FRAME.DATA, flags, streamId, Buffer.from(bytes))
}

export class RawClient {
  readonly socket: Socket
  /** Frames but for SETTINGS and their acknowledgement, in the order in which they came. */
  readonly frames: SeenFrame[] = []
  readonly #decoder = new HpackDecoder({ maxListBytes: 1 << 20, maxFields: 1000 })
  #closed: Promise<unknown>
  #wake: (() => void) | undefined

  constructor(port: number) {
    const reader = new FrameReader(1 << 24)
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#closed = once(this.socket, 'close').catch(() => undefined)
    this.socket.on('error', () => undefined)
    this.socket.on('data', (chunk) => {
      reader.push(chunk, (type, flags, streamId, payload) => {
        if (type !== FRAME.SETTINGS) this.frames.push({ type, flags, streamId, payload })
      })
      this.#wake?.()
    })
    this.socket.on('close', () => this.#wake?.())
  }

  /** Says hello. */
  greet(settings: readonly (readonly [number, number])[] = []): this {
    return this.send(PREFACE, settingsFrame(settings))
  }

  send(...bytes: Buffer[]): this {
    this.socket.write(Buffer.concat(bytes))
    return this
  }

  /** Resolves once `found` returns something for the frames so far; with undefined when the connection ends before. */
  async until<Found>(found: (frames: readonly SeenFrame[]) => Found | undefined): Promise<Found | undefined> {
    for (;;) {
      const result = found(this.frames)
      if (result !== undefined || this.socket.destroyed) return result
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Everything that was sent so far has been read: a ping is answered. Resolves with false when the connection ends instead. */
  async settled(): Promise<boolean> {
    const payload = Buffer.from(`ping${String(this.frames.length).padStart(4, '0')}`)
    this.send(frame(FRAME.PING, 0, 0, payload))
    const answer = await this.until((frames) =>
      frames.find((one) => one.type === FRAME.PING && one.payload.equals(payload)),
    )
    return answer !== undefined
  }

  /** The code with which the connection ends; undefined when it ends without GOAWAY. */
  async goaway(): Promise<number | undefined> {
    await this.#closed
    return this.frames.find(({ type }) => type === FRAME.GOAWAY)?.payload.readUInt32BE(4)
  }

  /** The code with which a stream is reset. */
  async reset(streamId: number): Promise<number | undefined> {
    const seen = await this.until((frames) =>
      frames.find((one) => one.type === FRAME.RST_STREAM && one.streamId === streamId),
    )
    return seen?.payload.readUInt32BE(0)
  }

  /** The bytes that came on a stream. */
  body(streamId: number): Buffer {
    return Buffer.concat(
      this.frames.filter((one) => one.type === FRAME.DATA && one.streamId === streamId).map(({ payload }) => payload),
    )
  }

  /** The fields of a block; blocks must be read in their order. */
  fields({ payload }: SeenFrame): readonly HeaderField[] {
    return this.#decoder.decode(payload) ?? []
  }

  /** Resolves when the connection is gone. */
  async gone(): Promise<void> {
    await this.#closed
  }

  close(): void {
    this.socket.destroy()
  }
}

/** The name of a code, for messages of failed tests. */
export function nameOfCode(code: number | undefined): string {
  return Object.entries(CODE).find(([, value]) => value === code)?.[0] ?? String(code)
}
