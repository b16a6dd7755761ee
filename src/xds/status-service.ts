/**
 * The client status discovery service (CSDS) over grpc-js: what each connected client was given and what it made of it, for grpcdebug and other
 * tools of the Envoy world. One request gets one response; on a stream each request is answered anew.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  status,
  type sendUnaryData,
  type Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { encodeClientConfig, encodeClientStatusResponse } from '../codec/client-status.js'
import { CLIENT_STATUS, type ClientStatusRequest } from '../codec/services.js'
import { buildClientConfig } from './client-status.js'
import type { Engine } from './engine.js'
import { MatcherError, parseNodeMatchers } from './node-matcher.js'

export interface StatusServiceOptions {
  /** Milliseconds since the epoch. */
  readonly time?: () => number
  /** Larger answers are refused. */
  readonly maxBytes?: number
}

interface Fault {
  readonly code: status
  readonly details: string
}

const MAX_BYTES = 64 * 1024 * 1024
const SLICE_MILLIS = 10

/** Registers the service on a server that is not started yet. Whoever can connect sees every configuration, but for private keys. */
export function addStatusService(server: Server, engine: Engine, options: StatusServiceOptions = {}): void {
  let busy: Promise<unknown> = Promise.resolve()
  // One answer at a time: they may be large.
  const answer: Answer = (request, isCancelled) => {
    const turn = busy.then(() => collect(request, engine, options, isCancelled))
    busy = turn.catch(() => undefined)
    return turn
  }
  const methods: UntypedServiceImplementation = {
    FetchClientStatus: (
      call: ServerUnaryCall<ClientStatusRequest, Uint8Array>,
      callback: sendUnaryData<Uint8Array>,
    ): void => {
      void answer(call.request, () => call.cancelled).then(
        (bytes) => callback(null, bytes),
        (error: unknown) => callback(explain(error)),
      )
    },
    StreamClientStatus: (call: ServerDuplexStream<ClientStatusRequest, Uint8Array>): void => serve(call, answer),
  }
  server.addService(CLIENT_STATUS, methods)
}

type Answer = (request: ClientStatusRequest, isCancelled: () => boolean) => Promise<Buffer>

/** Answers one request after the other, and reads the next only when the answer before was taken. */
function serve(call: ServerDuplexStream<ClientStatusRequest, Uint8Array>, answer: Answer): void {
  call.on('data', (request: ClientStatusRequest) => {
    call.pause()
    answer(request, () => call.cancelled).then(
      (bytes) => {
        if (call.write(bytes)) call.resume()
        else call.once('drain', () => call.resume())
      },
      (error: unknown) => call.emit('error', explain(error)),
    )
  })
  call.on('end', () => call.end())
  call.on('error', () => undefined)
}

async function collect(
  request: ClientStatusRequest,
  engine: Engine,
  { time = Date.now, maxBytes = MAX_BYTES }: StatusServiceOptions,
  isCancelled: () => boolean,
): Promise<Buffer> {
  const matches = parseNodeMatchers(request.node_matchers)
  const offset = time() - engine.now()
  const options = { contents: !request.exclude_resource_contents, timeOf: (reading: number) => reading + offset }
  const configs: Uint8Array[] = []
  let size = 0
  let sliceEnd = performance.now() + SLICE_MILLIS
  for (const stream of [...engine.streams]) {
    if (!stream.node || !matches(stream.node)) continue
    if (performance.now() > sliceEnd) {
      await nextTurn()
      sliceEnd = performance.now() + SLICE_MILLIS
    }
    if (isCancelled()) break
    const config = encodeClientConfig(buildClientConfig(stream, stream.node, options))
    configs.push(config)
    size += config.length
    if (size > maxBytes) throw new TooLarge(maxBytes)
  }
  return encodeClientStatusResponse(configs)
}

class TooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the answer is larger than ${maxBytes} bytes: narrow it with node_matchers or exclude_resource_contents`)
  }
}

function explain(error: unknown): Fault {
  const details = error instanceof Error ? error.message : String(error)
  if (error instanceof MatcherError) return { code: status.INVALID_ARGUMENT, details }
  return { code: error instanceof TooLarge ? status.RESOURCE_EXHAUSTED : status.INTERNAL, details }
}
