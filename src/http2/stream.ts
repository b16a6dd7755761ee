/** One stream of a connection: its state, what is to be sent on it, and both of its windows (RFC 9113, sections 5.1 and 5.2). */
import { CODE, ConnectionError, DEFAULT_WINDOW, MAX_WINDOW, type ErrorCode } from './frame.js'
import type { FrameWriter } from './frame-writer.js'
import { FIRST_STREAM, type SharedData } from './shared-data.js'

/** What a stream's owner does about it. */
export interface StreamHandler {
  /** @param chunk shares the bytes of what was read */
  onData(chunk: Buffer): void
  /** The client has sent everything. */
  onEnd(): void
  /** After a `write` that returned false: more may be written. */
  onDrain(): void
  /** Once, however the stream ended. */
  onClose(): void
}

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly writer: FrameWriter
  /** The peer's SETTINGS_MAX_FRAME_SIZE. */
  readonly maxFrameBytes: number
  /** Bytes that may be sent on all streams together. */
  sendWindow: number
  /** Calls `pump` once `sendWindow` has grown. */
  awaitWindow(stream: Http2Stream): void
  /** Throws ConnectionError when there are too many. */
  countBreach(): void
  /** @param wasReset the client may not know yet */
  forget(stream: Http2Stream, wasReset: boolean): void
}

const NO_HANDLER: StreamHandler = {
  onData: () => undefined,
  onEnd: () => undefined,
  onDrain: () => undefined,
  onClose: () => undefined,
}

export class Http2Stream {
  readonly id: number
  handler: StreamHandler = NO_HANDLER
  isClosed = false
  headersSent = false
  readonly #host: StreamHost
  #sendWindow: number
  #receiveWindow = DEFAULT_WINDOW
  /** Read, but not given back to the window yet. */
  #consumed = 0
  /** Of the header content-length, as far as it has not come. */
  #expected: number | undefined
  /** Waits for a window. */
  #backlog: Buffer[] | undefined
  /** Go out after what waits. */
  #trailers: Buffer | undefined
  #wantsDrain = false
  #paused = false
  /** Came while paused. */
  #held: Buffer[] | undefined
  #inputEnded = false
  #endTold = false

  /** @param sendWindow the peer's SETTINGS_INITIAL_WINDOW_SIZE */
  constructor(id: number, host: StreamHost, sendWindow: number) {
    this.id = id
    this.#host = host
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
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    while (this.#held?.length && !this.#isHeldBack) {
      const [chunk] = this.#held.splice(0, 1)
      if (chunk) this.#deliver(chunk, chunk.length)
    }
    if (!this.#isHeldBack) this.#tellEnd()
  }

  /** The length that the client announced. */
  expect(bytes: number): void {
    this.#expected = bytes
  }

  /** The client has broken a rule that concerns this stream only (section 5.4.2). Throws ConnectionError when it does so all the time. */
  breach(code: ErrorCode): void {
    this.reset(code)
    this.#host.countBreach()
  }

  /** @param flowBytes what counts for windows: padding too. Throws ConnectionError when the client sends more than it may. */
  receive(payload: Buffer, flowBytes: number, end: boolean): void {
    if (this.#inputEnded) {
      this.breach(CODE.STREAM_CLOSED)
      return
    }
    this.#receiveWindow -= flowBytes
    if (this.#receiveWindow < 0) throw new ConnectionError(CODE.FLOW_CONTROL_ERROR, 'more data than the window allows')
    if (this.#expected !== undefined) this.#expected -= payload.length
    if (end) this.#inputEnded = true
    if (this.#isMisannounced(end)) {
      this.breach(CODE.PROTOCOL_ERROR)
      return
    }
    if (this.#isHeldBack) {
      this.#credit(flowBytes - payload.length)
      if (payload.length > 0) (this.#held ??= []).push(payload)
    } else {
      this.#deliver(payload, flowBytes)
      this.#tellEnd()
    }
  }

  /** Trailers of the client, which end what it sends. */
  receiveEnd(): void {
    if (this.#inputEnded) {
      this.breach(CODE.STREAM_CLOSED)
      return
    }
    this.#inputEnded = true
    if (this.#isMisannounced(true)) this.breach(CODE.PROTOCOL_ERROR)
    else if (!this.#paused) this.#tellEnd()
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
      const room = Math.min(this.#sendWindow, host.sendWindow, host.maxFrameBytes)
      if (room <= 0 && chunk.length > 0) {
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

  /** The owner wants nothing, or nothing any more. */
  get #isHeldBack(): boolean {
    return this.#paused || this.isClosed
  }

  #deliver(payload: Buffer, flowBytes: number): void {
    if (payload.length > 0) this.handler.onData(payload)
    this.#credit(flowBytes)
  }

  /** Gives the window back in large pieces, as long as something can come. */
  #credit(bytes: number): void {
    this.#consumed += bytes
    if (this.#consumed < DEFAULT_WINDOW / 2 || this.#inputEnded || this.isClosed) return
    this.#host.writer.windowUpdate(this.id, this.#consumed)
    this.#receiveWindow += this.#consumed
    this.#consumed = 0
  }

  #tellEnd(): void {
    if (!this.#inputEnded || this.#endTold || this.handler === NO_HANDLER || this.isClosed) return
    this.#endTold = true
    this.handler.onEnd()
  }

  #isMisannounced(isComplete: boolean): boolean {
    if (this.#expected === undefined) return false
    return isComplete ? this.#expected !== 0 : this.#expected < 0
  }

  /** END_STREAM was sent. */
  #finish(): void {
    if (!this.#inputEnded) this.#host.writer.reset(this.id, CODE.NO_ERROR)
    this.#close(!this.#inputEnded)
  }

  #close(wasReset: boolean): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#backlog = undefined
    this.#held = undefined
    this.#host.forget(this, wasReset)
    this.handler.onClose()
  }
}
