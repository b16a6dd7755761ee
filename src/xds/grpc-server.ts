/**
 * A gRPC server with what the xDS port needs of one, over HTTP/2 of our own: for less memory and work per stream (ADR 0011, 0019).
 * It does not listen: connections are handed in.
 */
import type { Socket } from 'node:net'
import { Http2Connection } from '../http2/connection.js'
import { encodeHeaders, type HeaderField } from '../http2/hpack.js'
import type { RequestHeaders } from '../http2/request-headers.js'
import type { Http2Stream } from '../http2/stream.js'
import { GrpcCall, RESPONSE_HEADERS } from './grpc-call.js'
import type { CallLimits, CallObserver, GrpcMethod, ServerCall } from './grpc-call.js'
import { Keepalive, type KeepaliveOptions } from './grpc-keepalive.js'
import { ACCEPTED_ENCODINGS, isEncodingKnown } from './grpc-message.js'
import { buildStatusFields, STATUS } from './grpc-status.js'
import type { Peer } from './resource-source.js'

export type GrpcServerOptions = Partial<CallLimits & KeepaliveOptions>

/** 4 MiB is what gRPC servers take everywhere. Half-open connections are found within about a minute. */
const DEFAULTS: CallLimits & KeepaliveOptions = {
  maxMessageBytes: 4 * 1024 * 1024,
  lingerMillis: 30_000,
  pingMillis: 30_000,
  pingTimeoutMillis: 20_000,
}

type Open = (call: ServerCall<unknown>) => CallObserver<unknown>

interface Registered {
  readonly method: GrpcMethod<unknown, unknown>
  readonly open: Open
}

export class GrpcServer {
  readonly #limits: CallLimits
  readonly #methods = new Map<string, Registered>()
  readonly #connections = new Set<Http2Connection>()
  readonly #keepalive: Keepalive
  #closing = false
  /** Called when a connection has gone. */
  #onIdle: (() => void) | undefined

  constructor(options: GrpcServerOptions = {}) {
    const all = { ...DEFAULTS, ...options }
    this.#limits = all
    this.#keepalive = new Keepalive(all)
  }

  /** Serves a method of any kind: `open` is called for each call of it. */
  add<Request, Response>(
    method: GrpcMethod<Request, Response>,
    open: (call: ServerCall<Response>) => CallObserver<Request>,
  ): void {
    const registered = { method, open } as unknown as Registered
    this.#methods.set(method.path, registered)
  }

  /** Serves gRPC on an accepted connection (with TLS: after the handshake). */
  accept(socket: Socket, peer: Peer): void {
    if (this.#closing || socket.destroyed) {
      socket.destroy()
      return
    }
    const connection = new Http2Connection(socket, {
      onStream: (stream, headers) => this.#serve(stream, headers, peer),
      onClose: () => {
        this.#connections.delete(connection)
        this.#keepalive.delete(connection)
        this.#onIdle?.()
      },
    })
    this.#connections.add(connection)
    this.#keepalive.add(connection)
  }

  /** Takes no new calls, waits for those that there are at most `graceMillis`, then drops every connection. */
  async close(graceMillis: number): Promise<void> {
    this.#closing = true
    const closed = new Promise<void>((resolve) => {
      this.#onIdle = () => {
        if (this.#connections.size === 0) resolve()
      }
    })
    for (const connection of this.#connections) connection.close()
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy()
    }, graceMillis)
    this.#onIdle?.()
    await closed
    clearTimeout(timer)
    this.#keepalive.stop()
  }

  #serve(stream: Http2Stream, headers: RequestHeaders, peer: Peer): void {
    const registered = this.#methods.get(headers.get(':path') ?? '')
    const encoding = headers.get('grpc-encoding') ?? 'identity'
    if (!registered || !isGrpc(headers) || !isEncodingKnown(encoding)) {
      stream.respond(encodeHeaders(refusalOf(headers, registered !== undefined)), true)
      return
    }
    const { method, open } = registered
    new GrpcCall({ stream, method, peer, encoding, limits: this.#limits }).start(open, headers)
  }
}

const GRPC_TYPE = /^application\/grpc(?:[+;]|$)/i

function isGrpc(headers: RequestHeaders): boolean {
  return headers.get(':method') === 'POST' && GRPC_TYPE.test(headers.get('content-type') ?? '')
}

/** Requests that are not gRPC get the HTTP status that the protocol asks for. */
function refusalOf(headers: RequestHeaders, isMethodKnown: boolean): HeaderField[] {
  if (headers.get(':method') !== 'POST') {
    const [, ...rest] = unimplemented('gRPC requests are POST')
    return [[':status', '405'], ...rest, ['allow', 'POST']]
  }
  if (!isGrpc(headers)) {
    return [
      [':status', '415'],
      ['accept-post', 'application/grpc'],
    ]
  }
  if (!isMethodKnown) return unimplemented(`there is no method ${headers.get(':path') ?? ''}`)
  const encoding = headers.get('grpc-encoding') ?? ''
  const details = `messages in the encoding ${encoding} are not understood; there are ${ACCEPTED_ENCODINGS}`
  return [...unimplemented(details), ['grpc-accept-encoding', ACCEPTED_ENCODINGS]]
}

function unimplemented(details: string): HeaderField[] {
  return [...RESPONSE_HEADERS, ...buildStatusFields({ code: STATUS.UNIMPLEMENTED, details })]
}
