/** The discovery services over grpc-js: thin adapters between calls and streams of the engine. */
import { status, type Server, type ServerDuplexStream, type UntypedServiceImplementation } from '@grpc/grpc-js'
import {
  AGGREGATED_DISCOVERY,
  CLUSTER_DISCOVERY,
  ENDPOINT_DISCOVERY,
  LISTENER_DISCOVERY,
  ROUTE_DISCOVERY,
  SECRET_DISCOVERY,
  type DeltaDiscoveryRequest,
  type DiscoveryRequest,
} from '../codec/services.js'
import type { Engine } from './engine.js'
import type { Refusal } from './resource-source.js'
import type { Incoming, Stream } from './stream.js'
import type { Variant } from './stream-view.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SECRET_TYPE } from './types.js'
import { readDeltaRequest, readSotwRequest, writeResponse } from './wire.js'

/** Each service with the one type that it serves; the aggregated one serves all. */
const SERVICES = [
  { service: AGGREGATED_DISCOVERY, typeUrl: undefined },
  { service: CLUSTER_DISCOVERY, typeUrl: CLUSTER_TYPE },
  { service: ENDPOINT_DISCOVERY, typeUrl: ENDPOINT_TYPE },
  { service: LISTENER_DISCOVERY, typeUrl: LISTENER_TYPE },
  { service: ROUTE_DISCOVERY, typeUrl: ROUTE_TYPE },
  { service: SECRET_DISCOVERY, typeUrl: SECRET_TYPE },
] as const

/** Registers every discovery service, in both variants, on a server that is not started yet. */
export function addDiscoveryServices(server: Server, engine: Engine): void {
  for (const { service, typeUrl } of SERVICES) {
    const methods: UntypedServiceImplementation = {}
    for (const name of Object.keys(service)) {
      methods[name] = name.startsWith('Delta')
        ? (call: ServerDuplexStream<DeltaDiscoveryRequest, Uint8Array>) =>
            serve(call, 'delta', engine, (message, known) => readDeltaRequest(message, typeUrl, known))
        : (call: ServerDuplexStream<DiscoveryRequest, Uint8Array>) =>
            serve(call, 'sotw', engine, (message, known) => readSotwRequest(message, typeUrl, known))
    }
    server.addService(service, methods)
  }
}

function serve<Request>(
  call: ServerDuplexStream<Request, Uint8Array>,
  variant: Variant,
  engine: Engine,
  read: (message: Request, nodeKnown: boolean) => Incoming,
): void {
  const stream: Stream = engine.open(
    variant,
    { address: peerAddress(call.getPeer()) },
    {
      send: (response) => call.write(writeResponse(response)),
      close: (refusal) => finish(call, refusal),
    },
  )
  call.on('data', (message: Request) => {
    try {
      stream.receive(read(message, stream.node !== undefined))
    } catch (error) {
      // One client's message must never end the process.
      engine.onFault(stream, error)
      stream.close({ code: status.INTERNAL, message: 'the request could not be processed' })
    }
  })
  call.on('drain', () => stream.drained())
  call.on('end', () => {
    stream.end()
    call.end()
  })
  for (const event of ['cancelled', 'error', 'close'] as const) call.on(event, () => stream.end())
}

function finish<Request>(call: ServerDuplexStream<Request, Uint8Array>, { code, message }: Refusal): void {
  if (code === 0) call.end()
  else call.emit('error', { code, details: message })
}

/** grpc-js calls the peer of a Unix socket `unknown`. */
function peerAddress(peer: string): string {
  return peer === 'unknown' || peer === '' ? 'unix' : peer
}
