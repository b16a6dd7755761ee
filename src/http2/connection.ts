/**
 * The server's side of an HTTP/2 connection over an accepted socket (RFC 9113): what gRPC needs of it. No push, no priorities, no upgrade from HTTP/1,
 * and headers are sent without a dynamic table.
 */
import type { Socket } from 'node:net'
import { FloodGuard } from './flood-guard.js'
import {
  CODE,
  ConnectionError,
  DEFAULT_WINDOW,
  FLAG,
  FRAME,
  frame,
  MAX_WINDOW,
  PREFACE,
  type ErrorCode,
} from './frame.js'
import { FrameReader } from './frame-reader.js'
import { checkFrame, unpad, violation } from './frame-rules.js'
import { FrameWriter } from './frame-writer.js'
import { HeaderBlocks, type HeaderBlock, type HeaderLimits } from './header-blocks.js'
import { RecentResets } from './recent-resets.js'
import { checkTrailers, readRequestHeaders, type RequestHeaders } from './request-headers.js'
import { DEFAULT_SETTINGS, HELLO, MAX_HEADER_LIST_BYTES, MAX_STREAMS } from './settings.js'
import { readPeerSettings, type PeerSettings } from './settings.js'
import { Http2Stream } from './stream.js'
import type { HostedStream, StreamHost } from './stream-host.js'

export interface ConnectionHandler {
  /** A request has begun; set the handler of the stream now. */
  onStream(stream: Http2Stream, headers: RequestHeaders): void
  /** Once; all of its streams have been closed before. */
  onClose(): void
}

const HEADER_LIMITS: HeaderLimits = { maxListBytes: MAX_HEADER_LIST_BYTES, maxFields: 100 }
const SETTINGS_ACK = frame(FRAME.SETTINGS, FLAG.ACK, 0)
const PING = frame(FRAME.PING, 0, 0, Buffer.alloc(8))
/** What the other side has to read why a connection ends. Milliseconds. */
const FAREWELL_MILLIS = 1000

export class Http2Connection implements StreamHost {
  readonly writer: FrameWriter
  sendWindow = DEFAULT_WINDOW
  heldBytes = 0
  readonly #socket: Socket
  readonly #handler: ConnectionHandler
  readonly #reader = new FrameReader()
  readonly #blocks = new HeaderBlocks(HEADER_LIMITS)
  readonly #guard = new FloodGuard()
  readonly #streams = new Map<number, Http2Stream>()
  /** Have something to send when the window of the connection grows. */
  #waiting: Set<HostedStream> | undefined
  readonly #resets = new RecentResets()
  #peer: PeerSettings = DEFAULT_SETTINGS
  /** Bytes of the preface that have come. */
  #greeted = 0
  #settingsRead = false
  #lastStreamId = 0
  #receiveWindow = DEFAULT_WINDOW
  /** Takes no new streams, and ends when there are none. */
  #closing = false
  /** Nothing is read or sent any more. */
  #ended = false
  #onPong: (() => void) | undefined

  /** Takes the socket over. */
  constructor(socket: Socket, handler: ConnectionHandler) {
    this.#socket = socket
    this.#handler = handler
    this.writer = new FrameWriter(socket)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('drain', () => this.#tellDrained())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#dropped())
  }

  get maxFrameBytes(): number {
    return this.#peer.maxFrameBytes
  }

  get isDestroyed(): boolean {
    return this.#socket.destroyed
  }

  /** Asks for a sign of life; one at a time. A client that has not said hello is not asked, and gives none. */
  ping(onAnswer: () => void): void {
    this.#onPong = onAnswer
    if (this.#isGreeted && !this.#ended) this.writer.send(PING)
  }

  /** Takes no new streams, and ends when those that there are have ended (section 6.8). */
  close(): void {
    if (this.#closing || this.#ended) return
    this.#closing = true
    if (this.#isGreeted) this.writer.goaway(this.#lastStreamId, CODE.NO_ERROR, '')
    this.#endIfIdle()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  awaitWindow(stream: HostedStream): void {
    this.#waiting ??= new Set()
    this.#waiting.add(stream)
  }

  countBreach(): void {
    this.#guard.countReset()
  }

  forget(stream: HostedStream, wasReset: boolean): void {
    this.#streams.delete(stream.id)
    this.#waiting?.delete(stream)
    if (wasReset) this.#resets.add(stream.id)
    this.#endIfIdle()
  }

  get #isGreeted(): boolean {
    return this.#greeted === PREFACE.length
  }

  #take(chunk: Buffer): void {
    if (this.#ended) return
    this.writer.hold()
    try {
      this.#reader.push(this.#isGreeted ? chunk : this.#takePreface(chunk), this.#takeFrame)
    } catch (error) {
      this.#fail(error)
    }
    this.writer.release()
  }

  /** Returns what comes after the preface, and says hello once that is there. */
  #takePreface(chunk: Buffer): Buffer {
    const begin = this.#greeted
    const length = Math.min(chunk.length, PREFACE.length - begin)
    if (PREFACE.compare(chunk, 0, length, begin, begin + length) !== 0) throw violation('this port speaks HTTP/2 only')
    this.#greeted += length
    if (this.#isGreeted) this.writer.send(HELLO)
    return chunk.subarray(length)
  }

  readonly #takeFrame = (type: number, flags: number, streamId: number, payload: Buffer): void => {
    if (this.#ended) return
    checkFrame(type, flags, streamId, payload.length)
    if (!this.#settingsRead && type !== FRAME.SETTINGS) throw violation('the first frame must be SETTINGS')
    if (this.#blocks.isOpen && type !== FRAME.CONTINUATION) throw violation('a header block was interrupted')
    if (type === FRAME.DATA) this.#takeData(flags, streamId, payload)
    else if (type === FRAME.HEADERS || type === FRAME.CONTINUATION) {
      const block = this.#blocks.add(type, flags, streamId, payload)
      if (block) this.#takeHeaders(block)
    } else this.#takeControl(type, flags, streamId, payload)
  }

  #takeControl(type: number, flags: number, streamId: number, payload: Buffer): void {
    this.#guard.countOverhead()
    switch (type) {
      case FRAME.RST_STREAM:
        this.#guard.countReset()
        this.#find(streamId)?.receiveReset()
        break
      case FRAME.SETTINGS:
        if (!(flags & FLAG.ACK)) this.#takeSettings(payload)
        break
      case FRAME.PING:
        if (flags & FLAG.ACK) this.#onPong?.()
        else this.#reply(frame(FRAME.PING, FLAG.ACK, 0, payload))
        break
      case FRAME.GOAWAY:
        this.#closing = true
        this.#endIfIdle()
        break
      case FRAME.WINDOW_UPDATE:
        this.#takeWindow(streamId, payload.readUInt32BE(0) & MAX_WINDOW)
        break
      default:
      // Priorities and frames of extensions: to be ignored (sections 5.3.2 and 5.5).
    }
  }

  #takeData(flags: number, streamId: number, payload: Buffer): void {
    const stream = this.#find(streamId)
    const data = unpad(flags, payload)
    const end = (flags & FLAG.END_STREAM) !== 0
    if (data.length === 0 && !end) this.#guard.countOverhead()
    this.#countReceived(payload.length)
    if (stream) stream.receive(data, payload.length, end)
    else if (!this.#resets.has(streamId)) this.#refuse(streamId, CODE.STREAM_CLOSED)
  }

  /** Paused streams hold back their own windows only: others go on. */
  #countReceived(bytes: number): void {
    this.#receiveWindow -= bytes
    if (this.#receiveWindow < 0) throw new ConnectionError(CODE.FLOW_CONTROL_ERROR, 'more data than the window allows')
    if (this.#receiveWindow > DEFAULT_WINDOW / 2) return
    this.writer.windowUpdate(0, DEFAULT_WINDOW - this.#receiveWindow)
    this.#receiveWindow = DEFAULT_WINDOW
  }

  #takeHeaders({ streamId, endStream, fields }: HeaderBlock): void {
    const stream = this.#streams.get(streamId)
    if (stream) {
      if (!endStream || !fields || checkTrailers(fields) !== undefined) stream.breach(CODE.PROTOCOL_ERROR)
      else stream.receiveEnd()
      return
    }
    if (streamId <= this.#lastStreamId) {
      if (this.#resets.has(streamId)) return
      throw new ConnectionError(CODE.STREAM_CLOSED, `stream ${streamId} is closed`)
    }
    this.#lastStreamId = streamId
    const headers = fields && readRequestHeaders(fields)
    if (!headers) this.#refuse(streamId, CODE.ENHANCE_YOUR_CALM)
    else if (typeof headers === 'string') this.#refuse(streamId, CODE.PROTOCOL_ERROR)
    else if (this.#closing || this.#streams.size >= MAX_STREAMS) this.#refuse(streamId, CODE.REFUSED_STREAM)
    else this.#open(streamId, headers, endStream)
  }

  #open(streamId: number, headers: RequestHeaders, endStream: boolean): void {
    const stream = new Http2Stream(streamId, this, this.#peer.initialWindow)
    this.#streams.set(streamId, stream)
    const length = headers.get('content-length')
    if (length !== undefined) stream.expect(Number(length))
    if (endStream) stream.receiveEnd()
    if (stream.isClosed) return
    this.#handler.onStream(stream, headers)
    if (endStream) stream.resume()
  }

  #takeSettings(payload: Buffer): void {
    const before = this.#peer
    this.#peer = readPeerSettings(payload, before)
    this.#settingsRead = true
    this.#reply(SETTINGS_ACK)
    const difference = this.#peer.initialWindow - before.initialWindow
    if (difference !== 0) for (const stream of this.#streams.values()) stream.adjustWindow(difference)
  }

  #takeWindow(streamId: number, increment: number): void {
    if (streamId !== 0) {
      this.#find(streamId)?.receiveWindow(increment)
      return
    }
    if (increment === 0) throw violation('WINDOW_UPDATE by nothing')
    this.sendWindow += increment
    if (this.sendWindow > MAX_WINDOW) throw new ConnectionError(CODE.FLOW_CONTROL_ERROR, 'a window is too large')
    const waiting = this.#waiting
    this.#waiting = undefined
    for (const stream of waiting ?? []) stream.pump()
  }

  /** The stream that a frame is about; undefined when it is closed. Throws ConnectionError when it was never opened. */
  #find(streamId: number): Http2Stream | undefined {
    if (streamId > this.#lastStreamId) throw violation(`stream ${streamId} is not open`)
    return this.#streams.get(streamId)
  }

  #refuse(streamId: number, code: ErrorCode): void {
    this.#guard.countReset()
    this.writer.reset(streamId, code)
    this.#resets.add(streamId)
  }

  #reply(bytes: Buffer): void {
    this.#guard.countReply(this.writer.isEmpty)
    this.writer.send(bytes)
  }

  #tellDrained(): void {
    for (const stream of this.#streams.values()) stream.tellDrained()
  }

  /** Tells the client what is wrong, as far as it still reads. A fault of ours ends the connection that met it, and no other. */
  #fail(error: unknown): void {
    const ours = !(error instanceof ConnectionError)
    if (ours) process.emitWarning(error instanceof Error ? error : String(error))
    this.writer.goaway(this.#lastStreamId, ours ? CODE.INTERNAL_ERROR : error.code, ours ? '' : error.message)
    this.#end()
    setTimeout(() => this.#socket.destroy(), FAREWELL_MILLIS).unref()
  }

  #endIfIdle(): void {
    if (this.#closing && this.#streams.size === 0 && !this.#ended) this.#end()
  }

  #end(): void {
    this.#ended = true
    this.writer.end()
    for (const stream of this.#streams.values()) stream.drop()
  }

  #dropped(): void {
    this.#ended = true
    for (const stream of this.#streams.values()) stream.drop()
    this.#handler.onClose()
  }
}
