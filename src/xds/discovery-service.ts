/** The discovery services over gRPC: thin adapters between calls and streams of the engine. */
import {
  AGGREGATED_DISCOVERY,
  CLUSTER_DISCOVERY,
  ENDPOINT_DISCOVERY,
  LISTENER_DISCOVERY,
  ROUTE_DISCOVERY,
  SECRET_DISCOVERY,
  type DeltaMethod,
  type StateOfTheWorldMethod,
} from '../codec/services.js'
import type { Engine } from './engine.js'
import type { CallObserver, ServerCall } from './grpc-call.js'
import type { GrpcServer } from './grpc-server.js'
import { STATUS } from './grpc-status.js'
import type { Refusal } from './resource-source.js'
import type { Incoming, Stream, Transport } from './stream.js'
import type { Variant } from './stream-view.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SECRET_TYPE } from './types.js'
import { frameResponse, readDeltaRequest, readSotwRequest } from './wire.js'

interface Service {
  readonly sotw: StateOfTheWorldMethod
  readonly delta: DeltaMethod
  /** The one type that it serves; the aggregated one serves all. */
  readonly typeUrl: string | undefined
}

const SERVICES: readonly Service[] = [
  {
    sotw: AGGREGATED_DISCOVERY.StreamAggregatedResources,
    delta: AGGREGATED_DISCOVERY.DeltaAggregatedResources,
    typeUrl: undefined,
  },
  { sotw: CLUSTER_DISCOVERY.StreamClusters, delta: CLUSTER_DISCOVERY.DeltaClusters, typeUrl: CLUSTER_TYPE },
  { sotw: ENDPOINT_DISCOVERY.StreamEndpoints, delta: ENDPOINT_DISCOVERY.DeltaEndpoints, typeUrl: ENDPOINT_TYPE },
  { sotw: LISTENER_DISCOVERY.StreamListeners, delta: LISTENER_DISCOVERY.DeltaListeners, typeUrl: LISTENER_TYPE },
  { sotw: ROUTE_DISCOVERY.StreamRoutes, delta: ROUTE_DISCOVERY.DeltaRoutes, typeUrl: ROUTE_TYPE },
  { sotw: SECRET_DISCOVERY.StreamSecrets, delta: SECRET_DISCOVERY.DeltaSecrets, typeUrl: SECRET_TYPE },
]

/** Registers every discovery service, in both variants. */
export function addDiscoveryServices(server: GrpcServer, engine: Engine): void {
  for (const { sotw, delta, typeUrl } of SERVICES) {
    server.add({ path: sotw.path, ...AS_BYTES }, (call) =>
      serve(call, { variant: 'sotw', read: readSotwRequest, typeUrl }, engine),
    )
    server.add({ path: delta.path, ...AS_BYTES }, (call) =>
      serve(call, { variant: 'delta', read: readDeltaRequest, typeUrl }, engine),
    )
  }
}

/** Most of what a message holds is read only when it is needed, which the stream knows. */
const AS_BYTES = {
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Uint8Array) => bytes,
}

interface Method {
  readonly variant: Variant
  readonly typeUrl: string | undefined
  readonly read: (bytes: Buffer, typeUrl: string | undefined, nodeKnown: boolean) => Incoming
}

function serve(call: ServerCall<Uint8Array>, { variant, typeUrl, read }: Method, engine: Engine): CallObserver<Buffer> {
  const transport: Transport = {
    send: (response) => call.writeShared(frameResponse(response)),
    close: (refusal) => finish(call, refusal),
  }
  const stream: Stream = engine.open(variant, call.peer, transport, typeUrl)
  return {
    // What cannot be read throws, and ends the call; a fault of ours is caught by the stream.
    onMessage: (bytes) => stream.receive(read(bytes, typeUrl, stream.node !== undefined)),
    onDrain: () => stream.drained(),
    onEnd: () => call.finish(),
    onClose: () => stream.end(),
  }
}

function finish(call: ServerCall<Uint8Array>, { code, message }: Refusal): void {
  if (code === STATUS.OK) call.finish()
  else call.finish({ code, details: message })
}
