/** Bidirectional gRPC calls on node:http2, with nothing between a test and the wire: they can stop reading, and break off. */
import { constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'

export interface CallEvents {
  readonly onMessage: (bytes: Buffer) => void
  /** `status` is undefined when the connection broke before the server gave one. */
  readonly onEnd: (status: number | undefined, message: string) => void
}

const HEAD = 5

export class GrpcCall {
  readonly #stream: ClientHttp2Stream
  readonly #events: CallEvents
  #rest: Buffer = Buffer.alloc(0)
  #status: number | undefined
  #message = ''
  #finished = false

  constructor(session: ClientHttp2Session, path: string, events: CallEvents) {
    this.#events = events
    this.#stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    // Trailers alone come as headers.
    for (const event of ['response', 'trailers']) {
      this.#stream.on(event, (headers: IncomingHttpHeaders) => this.#readStatus(headers))
    }
    this.#stream.on('data', (chunk: Buffer) => this.#read(chunk))
    this.#stream.on('error', () => undefined)
    // When the server is done the stream stays open until this side is done, too.
    this.#stream.on('end', () => this.#finish())
    this.#stream.on('close', () => this.#finish())
  }

  send(message: Uint8Array): void {
    if (this.#stream.destroyed || this.#stream.writableEnded) return
    const frame = Buffer.allocUnsafe(HEAD + message.length)
    frame.writeUInt8(0, 0)
    frame.writeUInt32BE(message.length, 1)
    frame.set(message, HEAD)
    this.#stream.write(frame)
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  /** Says that nothing more will be said; the server ends the call. */
  end(): void {
    this.#stream.end()
  }

  cancel(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL)
  }

  #finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#stream.end()
    this.#events.onEnd(this.#status, this.#message)
  }

  #readStatus(headers: IncomingHttpHeaders): void {
    const { 'grpc-status': status, 'grpc-message': message } = headers
    if (status === undefined) return
    this.#status = Number(status)
    this.#message = decodeURIComponent(String(message ?? ''))
  }

  #read(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= HEAD) {
      const end = HEAD + this.#rest.readUInt32BE(1)
      if (this.#rest.length < end) return
      const message = this.#rest.subarray(HEAD, end)
      this.#rest = this.#rest.subarray(end)
      this.#events.onMessage(message)
    }
  }
}
