/** One call over an HTTP/2 stream (gRPC over HTTP/2, "Requests" and "Responses"). */
import { CODE } from '../http2/frame.js'
import { encodeHeaders, type HeaderField } from '../http2/hpack.js'
import type { RequestHeaders } from '../http2/request-headers.js'
import type { SharedData } from '../http2/shared-data.js'
import type { Http2Stream } from '../http2/stream.js'
import type { StreamHandler } from '../http2/stream-host.js'
import { RequestBudget } from './grpc-budget.js'
import { MessageReader, shareMessage } from './grpc-message.js'
import { asStatus, buildStatusFields, OK, parseTimeout, STATUS, type CallStatus } from './grpc-status.js'
import type { Peer } from './resource-source.js'

/** A method as codec/services.ts defines them, as far as a server needs it. */
export interface GrpcMethod<Request, Response> {
  readonly path: string
  readonly requestDeserialize: (bytes: Buffer) => Request
  readonly responseSerialize: (message: Response) => Uint8Array
}

/** A call, as its service sees it. */
export interface ServerCall<Response> {
  readonly peer: Peer
  /** The client does not wait for an answer any longer. */
  readonly cancelled: boolean
  /** False when the client reads too slowly: onDrain tells when to go on. */
  write(message: Response): boolean
  /** As `write`, for a message that shareMessage has made: it may be sent on many calls, and is not copied. */
  writeShared(message: SharedData): boolean
  /** Ends the call; with status 0 unless told otherwise. */
  finish(status?: CallStatus): void
  /** No more requests, please, until resumed. */
  pause(): void
  resume(): void
}

/** What a service does about a call. What these throw ends the call with status 13. */
export interface CallObserver<Request> {
  onMessage(message: Request): void
  /** The client has said all. */
  onEnd?(): void
  onDrain?(): void
  /** Once, however the call ended. */
  onClose?(): void
}

export interface CallLimits {
  /** Longer requests end their call with status 8. */
  readonly maxMessageBytes: number
  /** How long a client may take to read the end of a call. Milliseconds. */
  readonly lingerMillis: number
}

export interface CallOptions<Request, Response> {
  readonly stream: Http2Stream
  readonly method: GrpcMethod<Request, Response>
  readonly peer: Peer
  readonly encoding: string
  readonly limits: CallLimits
}

export const RESPONSE_HEADERS: readonly HeaderField[] = [
  [':status', '200'],
  ['content-type', 'application/grpc+proto'],
]
const HEADER_BLOCK = encodeHeaders(RESPONSE_HEADERS)
/** Of setTimeout. */
const MAX_DELAY = 2 ** 31 - 1

export class GrpcCall<Request, Response> implements ServerCall<Response>, StreamHandler {
  cancelled = false
  readonly peer: Peer
  readonly #stream: Http2Stream
  readonly #method: GrpcMethod<Request, Response>
  readonly #limits: CallLimits
  readonly #reader: MessageReader
  readonly #budget = new RequestBudget(performance.now())
  #observer: CallObserver<Request> | undefined
  #paused = false
  #inputEnded = false
  #finished = false
  #deadline: NodeJS.Timeout | undefined
  /** Runs while the client asks for too much. */
  #throttle: NodeJS.Timeout | undefined
  #linger: NodeJS.Timeout | undefined

  constructor({ stream, method, peer, encoding, limits }: CallOptions<Request, Response>) {
    this.#stream = stream
    this.#method = method
    this.peer = peer
    this.#limits = limits
    this.#reader = new MessageReader(encoding, limits.maxMessageBytes)
  }

  /** Begins to read requests. */
  start(open: (call: ServerCall<Response>) => CallObserver<Request>, headers: RequestHeaders): void {
    this.#stream.handler = this
    this.#startDeadline(parseTimeout(headers.get('grpc-timeout')))
    if (this.#finished) return
    this.#guard(() => {
      this.#observer = open(this)
      if (this.#finished) this.#cleanUp()
    })
  }

  onData(chunk: Buffer): void {
    if (this.#finished) return
    this.#reader.push(chunk)
    this.#read()
  }

  onEnd(): void {
    this.#inputEnded = true
    this.#read()
  }

  onDrain(): void {
    if (!this.#finished) this.#guard(() => this.#observer?.onDrain?.())
  }

  onClose(): void {
    clearTimeout(this.#linger)
    if (this.#finished) return
    this.#finished = true
    this.cancelled = true
    this.#cleanUp()
  }

  write(message: Response): boolean {
    return this.writeShared(shareMessage(this.#method.responseSerialize(message)))
  }

  writeShared(message: SharedData): boolean {
    if (this.#finished) return true
    const stream = this.#stream
    if (!stream.headersSent) stream.respond(HEADER_BLOCK)
    return stream.writeShared(message)
  }

  finish(status: CallStatus = OK): void {
    if (this.#finished) return
    this.#finished = true
    this.#sayGoodbye(status)
    this.#cleanUp()
  }

  pause(): void {
    this.#paused = true
    this.#stream.pause()
  }

  resume(): void {
    this.#paused = false
    this.#goOn()
  }

  #startDeadline(millis: number | undefined): void {
    if (millis === undefined) return
    if (Number.isNaN(millis)) {
      this.finish({ code: STATUS.INTERNAL, details: 'the header grpc-timeout cannot be read' })
      return
    }
    const details = 'the deadline of the client has passed'
    const pass = (): void => {
      this.cancelled = true
      this.finish({ code: STATUS.DEADLINE_EXCEEDED, details })
    }
    this.#deadline = setTimeout(pass, Math.min(millis, MAX_DELAY)).unref()
  }

  /** Hands on what has come, as far as the service and the budget let it. */
  #read(): void {
    this.#guard(() => {
      while (!this.#finished && !this.#paused && !this.#throttle) {
        const bytes = this.#reader.next()
        if (!bytes) {
          this.#endOfInput()
          return
        }
        this.#budget.spend(bytes.length)
        this.#observer?.onMessage(this.#method.requestDeserialize(bytes))
        if (this.#budget.isSpent) this.#slowDown()
      }
    })
  }

  #slowDown(): void {
    const millis = this.#budget.wait(performance.now())
    if (millis === 0 || this.#finished) return
    this.#stream.pause()
    this.#throttle = setTimeout(() => {
      this.#throttle = undefined
      this.#goOn()
    }, millis).unref()
  }

  #goOn(): void {
    if (this.#finished || this.#paused || this.#throttle) return
    this.#read()
    if (!this.#isHeld) this.#stream.resume()
  }

  get #isHeld(): boolean {
    return this.#paused || this.#throttle !== undefined
  }

  #endOfInput(): void {
    if (!this.#inputEnded) return
    this.#inputEnded = false
    if (this.#reader.pending > 0) this.finish({ code: STATUS.INTERNAL, details: 'the last request is cut off' })
    else this.#observer?.onEnd?.()
  }

  /** A fault in one call ends that call, and nothing else. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.finish(asStatus(error))
    }
  }

  #sayGoodbye(status: CallStatus): void {
    const stream = this.#stream
    const trailers = buildStatusFields(status)
    if (stream.headersSent) stream.end(encodeHeaders(trailers))
    else stream.respond(encodeHeaders([...RESPONSE_HEADERS, ...trailers]), true)
    // What still comes is of no use to anybody: it must not be held.
    stream.resume()
    if (stream.isClosed) return
    this.#linger = setTimeout(() => stream.reset(CODE.CANCEL), this.#limits.lingerMillis).unref()
  }

  #cleanUp(): void {
    clearTimeout(this.#deadline)
    clearTimeout(this.#throttle)
    const observer = this.#observer
    this.#observer = undefined
    this.#guard(() => observer?.onClose?.())
  }
}
