/**
 * A gRPC server over node:http2, with what the xDS port needs of one: for less memory and work per stream than grpc-js (ADR 0011).
 * It does not listen: connections are handed in.
 */
import {
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2'
import type { Socket } from 'node:net'
import {
  GrpcCall,
  leave,
  RESPONSE_HEADERS,
  type CallLimits,
  type CallObserver,
  type GrpcMethod,
  type ServerCall,
} from './grpc-call.js'
import { Keepalive, type KeepaliveOptions } from './grpc-keepalive.js'
import { ACCEPTED_ENCODINGS, isEncodingKnown } from './grpc-message.js'
import { buildStatusHeaders, STATUS } from './grpc-status.js'
import type { Peer } from './resource-source.js'

export type GrpcServerOptions = Partial<CallLimits & KeepaliveOptions>

/** 4 MiB is what gRPC servers take everywhere. Half-open connections are found within about a minute. */
const DEFAULTS: CallLimits & KeepaliveOptions = {
  maxMessageBytes: 4 * 1024 * 1024,
  lingerMillis: 30_000,
  pingMillis: 30_000,
  pingTimeoutMillis: 20_000,
}

/**
 * Bounds of one connection, far from what a client needs: an Envoy has a handful of streams, a proxy or a load client in front of many may have
 * thousands. nghttp2 and Node add theirs: streams reset in quick succession, unanswered settings and pings, CONTINUATION frames, invalid frames.
 */
const SESSION_OPTIONS: ServerOptions = {
  settings: { maxConcurrentStreams: 10_000, maxHeaderListSize: 32 * 1024, enablePush: false },
  /** Of ours: every stream has the same few headers. */
  maxDeflateDynamicTableSize: 0,
  maxHeaderListPairs: 100,
  maxSessionInvalidFrames: 100,
  /** MiB: of all streams and what waits to be sent on them. */
  maxSessionMemory: 256,
}

type Open = (call: ServerCall<unknown>) => CallObserver<unknown>

interface Registered {
  readonly method: GrpcMethod<unknown, unknown>
  readonly open: Open
}

export class GrpcServer {
  readonly #limits: CallLimits
  readonly #methods = new Map<string, Registered>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #keepalive: Keepalive
  #closing = false

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
    const session = performServerHandshake(socket, SESSION_OPTIONS)
    this.#sessions.add(session)
    this.#keepalive.add(session)
    session.on('stream', (stream, headers) => this.#serve(stream, headers, peer))
    session.on('error', destroy)
    session.on('close', () => {
      this.#sessions.delete(session)
      this.#keepalive.delete(session)
    })
  }

  /** Takes no new calls, waits for those that there are at most `graceMillis`, then drops every connection. */
  async close(graceMillis: number): Promise<void> {
    this.#closing = true
    const sessions = [...this.#sessions]
    const closed = Promise.all(sessions.map(closeSession))
    const timer = setTimeout(() => {
      for (const session of sessions) session.destroy()
    }, graceMillis)
    await closed
    clearTimeout(timer)
    this.#keepalive.stop()
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer): void {
    // What is wrong with a connection shows as the end of its streams.
    stream.on('error', ignore)
    if (stream.destroyed || stream.closed) return
    const path = headers[':path'] ?? ''
    const registered = this.#methods.get(path)
    const encoding = encodingOf(headers)
    if (!registered || !isGrpc(headers) || !isEncodingKnown(encoding)) {
      stream.respond(refusalOf(headers, registered !== undefined), { endStream: true })
      leave(stream)
      stream.resume()
      return
    }
    const { method, open } = registered
    const call = new GrpcCall({ stream, method, peer, encoding, limits: this.#limits })
    call.start(open, headers)
  }
}

type Headers = Record<string, string | number>

const GRPC_TYPE = /^application\/grpc(?:[+;]|$)/i

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'POST' && GRPC_TYPE.test(headers['content-type'] ?? '')
}

/** Requests that are not gRPC get the HTTP status that the protocol asks for. */
function refusalOf(headers: IncomingHttpHeaders, isMethodKnown: boolean): Headers {
  if (headers[':method'] !== 'POST')
    return { ...unimplemented('gRPC requests are POST'), ':status': 405, allow: 'POST' }
  if (!isGrpc(headers)) return { ':status': 415, 'accept-post': 'application/grpc' }
  if (!isMethodKnown) return unimplemented(`there is no method ${headers[':path'] ?? ''}`)
  const details = `messages in the encoding ${encodingOf(headers)} are not understood; there are ${ACCEPTED_ENCODINGS}`
  return { ...unimplemented(details), 'grpc-accept-encoding': ACCEPTED_ENCODINGS }
}

function unimplemented(details: string): Headers {
  return { ...RESPONSE_HEADERS, ...buildStatusHeaders({ code: STATUS.UNIMPLEMENTED, details }) }
}

function encodingOf(headers: IncomingHttpHeaders): string {
  const encoding = headers['grpc-encoding']
  return typeof encoding === 'string' ? encoding : 'identity'
}

function closeSession(session: ServerHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    if (session.destroyed) resolve()
    else session.once('close', resolve).close()
  })
}

function destroy(this: ServerHttp2Session): void {
  this.destroy()
}

function ignore(): void {
  // Nothing to be done.
}
