/**
 * The client status discovery service (CSDS): what each connected client was given and what it made of it, for grpcdebug and other
 * tools of the Envoy world. One request gets one response; on a stream each request is answered anew.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { encodeClientConfig, encodeClientStatusResponse } from '../codec/client-status.js'
import { CLIENT_STATUS, type ClientStatusRequest } from '../codec/services.js'
import { buildClientConfig, reportStream, type ClientReport } from './client-status.js'
import type { Engine } from './engine.js'
import type { CallObserver, ServerCall } from './grpc-call.js'
import { unary } from './grpc-methods.js'
import type { GrpcServer } from './grpc-server.js'
import { asStatus, GrpcError, STATUS } from './grpc-status.js'
import { parseNodeMatchers } from './node-matcher.js'
import type { XdsNode } from './resource-source.js'

export interface StatusServiceOptions {
  /** Milliseconds since the epoch. */
  readonly time?: () => number
  /** Larger answers are refused. */
  readonly maxBytes?: number
  /** The clients of other servers that `matches` takes, if they are to be shown as well. `now` is a reading of the engine's clock. */
  readonly elsewhere?: (matches: (node: XdsNode) => boolean, now: number) => AsyncIterable<ClientReport>
}

const MAX_BYTES = 64 * 1024 * 1024
const SLICE_MILLIS = 10

/** Registers the service. Whoever can connect sees every configuration, but for private keys. */
export function addStatusService(server: GrpcServer, engine: Engine, options: StatusServiceOptions = {}): void {
  let busy: Promise<unknown> = Promise.resolve()
  // One answer at a time: they may be large.
  const answer: Answer = (request, call) => {
    const turn = busy.then(() => collect(request, engine, options, () => call.cancelled))
    busy = turn.catch(() => undefined)
    return turn
  }
  server.add(CLIENT_STATUS.FetchClientStatus, unary(answer))
  server.add(CLIENT_STATUS.StreamClientStatus, (call) => serve(call, answer))
}

type Answer = (request: ClientStatusRequest, call: ServerCall<Uint8Array>) => Promise<Uint8Array>

/** Answers one request after the other, and reads the next only when the answer before was taken. */
function serve(call: ServerCall<Uint8Array>, answer: Answer): CallObserver<ClientStatusRequest> {
  return {
    onMessage(request) {
      call.pause()
      answer(request, call).then(
        (bytes) => {
          if (call.write(bytes)) call.resume()
        },
        (error: unknown) => call.finish(asStatus(error)),
      )
    },
    onDrain: () => call.resume(),
    onEnd: () => call.finish(),
  }
}

async function collect(
  request: ClientStatusRequest,
  engine: Engine,
  { time = Date.now, maxBytes = MAX_BYTES, elsewhere }: StatusServiceOptions,
  isCancelled: () => boolean,
): Promise<Buffer> {
  const matches = parseNodeMatchers(request.node_matchers)
  const now = engine.now()
  const offset = time() - now
  const options = { contents: !request.exclude_resource_contents, timeOf: (reading: number) => reading + offset }
  const configs: Uint8Array[] = []
  let size = 0
  let sliceEnd = performance.now() + SLICE_MILLIS
  for await (const report of reportAll(engine, matches, elsewhere?.(matches, now))) {
    if (performance.now() > sliceEnd) {
      await nextTurn()
      sliceEnd = performance.now() + SLICE_MILLIS
    }
    if (isCancelled()) break
    const config = encodeClientConfig(buildClientConfig(report, options))
    configs.push(config)
    size += config.length
    if (size > maxBytes) {
      throw new GrpcError(
        STATUS.RESOURCE_EXHAUSTED,
        `the answer is larger than ${maxBytes} bytes: narrow it with node_matchers or exclude_resource_contents`,
      )
    }
  }
  return encodeClientStatusResponse(configs)
}

async function* reportAll(
  engine: Engine,
  matches: (node: XdsNode) => boolean,
  elsewhere: AsyncIterable<ClientReport> | undefined,
): AsyncGenerator<ClientReport> {
  for (const stream of [...engine.streams])
    if (stream.node && matches(stream.node)) yield reportStream(stream, stream.node)
  if (elsewhere) yield* elsewhere
}
