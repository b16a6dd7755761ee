/** One stream of a connection: its state, and what is to be sent on it within its window (RFC 9113, sections 5.1 and 5.2). */
import { CODE, ConnectionError, MAX_WINDOW, type ErrorCode } from './frame.js'
import { Inbound } from './inbound.js'
import { FIRST_STREAM, type SharedData } from './shared-data.js'
import { NO_HANDLER, type HostedStream, type StreamHandler, type StreamHost } from './stream-host.js'

export class Http2Stream implements HostedStream {
  readonly id: number
  handler: StreamHandler = NO_HANDLER
  isClosed = false
  headersSent = false
  readonly #host: StreamHost
  readonly #inbound: Inbound
  #sendWindow: number
  /** Waits for a window. */
  #backlog: Buffer[] | undefined
  /** Go out after what waits. */
  #trailers: Buffer | undefined
  #wantsDrain = false

  /** @param sendWindow the peer's SETTINGS_INITIAL_WINDOW_SIZE */
  constructor(id: number, host: StreamHost, sendWindow: number) {
    this.id = id
    this.#host = host
    this.#inbound = new Inbound(this, host)
    this.#sendWindow = sendWindow
  }

  /** Sends the headers of the response. @param block of encodeHeaders @param end there is no more to come */
  respond(block: Buffer, end = false): void {
    if (this.isClosed || this.headersSent) return
    this.headersSent = true
    this.#host.writer.headers(this.id, block, end)
    if (end) this.#finish()
  }

  /** Sends bytes, now or once there is room. Returns false when the other side reads too slowly: `onDrain` tells when it has caught up. */
  write(chunk: Buffer): boolean {
    if (this.isClosed || this.#trailers) return true
    if (this.#fits(chunk)) this.#send(chunk)
    else {
      this.#backlog ??= []
      this.#backlog.push(chunk)
      this.pump()
    }
    return this.#isTaken()
  }

  /** As `write`. */
  writeShared({ bytes, frame }: SharedData): boolean {
    if (!frame || this.id !== FIRST_STREAM || this.isClosed || this.#trailers || !this.#fits(bytes))
      return this.write(bytes)
    this.#takeWindow(bytes.length)
    this.#host.writer.send(frame)
    return this.#isTaken()
  }

  /** Ends the response, after what was written. A client that goes on sending is told to stop. @param trailers of encodeHeaders */
  end(trailers: Buffer): void {
    if (this.isClosed || this.#trailers) return
    this.#trailers = trailers
    this.pump()
  }

  /** Gives the stream up. */
  reset(code: ErrorCode): void {
    if (this.isClosed) return
    this.#host.writer.reset(this.id, code)
    this.#close(true)
  }

  /** No more data, please: the window bounds what still comes. */
  pause(): void {
    this.#inbound.pause()
  }

  resume(): void {
    this.#inbound.resume()
  }

  /** The length that the client announced. */
  expect(bytes: number): void {
    this.#inbound.expect(bytes)
  }

  /** The client has broken a rule that concerns this stream only (section 5.4.2). Throws ConnectionError when it does so all the time. */
  breach(code: ErrorCode): void {
    this.reset(code)
    this.#host.countBreach()
  }

  /** @param flowBytes what counts for windows: padding too. Throws ConnectionError when the client sends more than it may. */
  receive(payload: Buffer, flowBytes: number, end: boolean): void {
    const broken = this.#inbound.take(payload, flowBytes, end)
    if (broken !== undefined) this.breach(broken)
  }

  /** Trailers of the client, which end what it sends. */
  receiveEnd(): void {
    const broken = this.#inbound.takeEnd()
    if (broken !== undefined) this.breach(broken)
  }

  /** The client has given the stream up. */
  receiveReset(): void {
    this.#close(false)
  }

  /** Of WINDOW_UPDATE. */
  receiveWindow(increment: number): void {
    if (increment === 0) this.breach(CODE.PROTOCOL_ERROR)
    else if (this.#sendWindow + increment > MAX_WINDOW) this.breach(CODE.FLOW_CONTROL_ERROR)
    else {
      this.#sendWindow += increment
      this.pump()
    }
  }

  /** The peer has changed SETTINGS_INITIAL_WINDOW_SIZE; windows may become negative by that (section 6.9.2). */
  adjustWindow(difference: number): void {
    this.#sendWindow += difference
    if (this.#sendWindow > MAX_WINDOW) throw new ConnectionError(CODE.FLOW_CONTROL_ERROR, 'a window is too large')
    this.pump()
  }

  /** The connection is gone. */
  drop(): void {
    this.#close(false)
  }

  /** Sends what waits, as far as the windows allow. */
  pump(): void {
    if (this.isClosed) return
    if (this.#backlog && !this.#sendAll(this.#backlog)) return
    this.#backlog = undefined
    if (this.#trailers) {
      this.#host.writer.headers(this.id, this.#trailers, true)
      this.#finish()
    } else this.tellDrained()
  }

  /** Tells the owner that it may write again, if it waits for that and may. */
  tellDrained(): void {
    if (!this.#wantsDrain || this.#backlog || this.isClosed || this.#host.writer.isFull) return
    this.#wantsDrain = false
    this.handler.onDrain()
  }

  /** Takes out what it sends. Returns false when no window is left before the end. */
  #sendAll(backlog: Buffer[]): boolean {
    const host = this.#host
    for (let chunk = backlog[0]; chunk; chunk = backlog[0]) {
      const room = Math.max(0, Math.min(this.#sendWindow, host.sendWindow, host.maxFrameBytes))
      if (room === 0 && chunk.length > 0) {
        if (host.sendWindow <= 0) host.awaitWindow(this)
        return false
      }
      this.#send(chunk.subarray(0, room))
      if (chunk.length <= room) backlog.shift()
      else backlog[0] = chunk.subarray(room)
    }
    return true
  }

  /** True when it can go at once, and in one frame. */
  #fits({ length }: Buffer): boolean {
    const { sendWindow, maxFrameBytes } = this.#host
    return !this.#backlog && length <= this.#sendWindow && length <= sendWindow && length <= maxFrameBytes
  }

  #isTaken(): boolean {
    const taken = !this.#backlog && !this.#host.writer.isFull
    if (!taken) this.#wantsDrain = true
    return taken
  }

  #send(bytes: Buffer): void {
    this.#takeWindow(bytes.length)
    this.#host.writer.data(this.id, bytes)
  }

  #takeWindow(bytes: number): void {
    this.#sendWindow -= bytes
    this.#host.sendWindow -= bytes
  }

  /** END_STREAM was sent. */
  #finish(): void {
    const isCut = !this.#inbound.hasEnded
    if (isCut) this.#host.writer.reset(this.id, CODE.NO_ERROR)
    this.#close(isCut)
  }

  #close(wasReset: boolean): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#backlog = undefined
    this.#inbound.drop()
    this.#host.forget(this, wasReset)
    this.handler.onClose()
  }
}
