/**
 * The gRPC services of the xDS port, for grpc-js: paths and (de)serializers taken from the Root.
 * Messages arrive as plain objects: snake_case keys; absent scalars, lists and maps as their defaults, absent messages as null, absent members of a
 * oneof left out; enums as names; 64-bit integers as numbers; bytes as Buffer; an Any as {type_url, value}.
 */
import type { MethodDefinition } from '@grpc/grpc-js'
import type protobuf from 'protobufjs'
import type { DeltaDiscoveryRequest__Output as DeltaDiscoveryRequest } from '../envoy/generated/envoy/service/discovery/v3/DeltaDiscoveryRequest.js'
import type { DiscoveryRequest__Output as DiscoveryRequest } from '../envoy/generated/envoy/service/discovery/v3/DiscoveryRequest.js'
import type { ClientStatusRequest__Output as ClientStatusRequest } from '../envoy/generated/envoy/service/status/v3/ClientStatusRequest.js'
import type { ClientConfig } from '../envoy/generated/envoy/service/status/v3/ClientConfig.js'
import type { HealthCheckRequest__Output as HealthCheckRequest } from '../envoy/generated/grpc/health/v1/HealthCheckRequest.js'
import type { HealthCheckResponse } from '../envoy/generated/grpc/health/v1/HealthCheckResponse.js'
import { root } from './root.js'

export type { ClientConfig, ClientStatusRequest, DeltaDiscoveryRequest, DiscoveryRequest }
export type { HealthCheckRequest, HealthCheckResponse }

/** A method whose responses are bytes already, made by codec/frames.ts (or codec/client-status.ts): they go out untouched. */
export type StateOfTheWorldMethod = MethodDefinition<DiscoveryRequest, Uint8Array>
export type DeltaMethod = MethodDefinition<DeltaDiscoveryRequest, Uint8Array>

export const AGGREGATED_DISCOVERY = discovery(
  'envoy.service.discovery.v3.AggregatedDiscoveryService',
  'StreamAggregatedResources',
  'DeltaAggregatedResources',
)

export const CLUSTER_DISCOVERY = discovery(
  'envoy.service.cluster.v3.ClusterDiscoveryService',
  'StreamClusters',
  'DeltaClusters',
)

export const ENDPOINT_DISCOVERY = discovery(
  'envoy.service.endpoint.v3.EndpointDiscoveryService',
  'StreamEndpoints',
  'DeltaEndpoints',
)

export const LISTENER_DISCOVERY = discovery(
  'envoy.service.listener.v3.ListenerDiscoveryService',
  'StreamListeners',
  'DeltaListeners',
)

export const ROUTE_DISCOVERY = discovery('envoy.service.route.v3.RouteDiscoveryService', 'StreamRoutes', 'DeltaRoutes')

export const SECRET_DISCOVERY = discovery(
  'envoy.service.secret.v3.SecretDiscoveryService',
  'StreamSecrets',
  'DeltaSecrets',
)

const CSDS = 'envoy.service.status.v3.ClientStatusDiscoveryService'

export const CLIENT_STATUS = {
  StreamClientStatus: withRawResponses<ClientStatusRequest>(CSDS, 'StreamClientStatus'),
  FetchClientStatus: withRawResponses<ClientStatusRequest>(CSDS, 'FetchClientStatus'),
}

export const HEALTH = {
  Check: method<HealthCheckRequest, HealthCheckResponse>('grpc.health.v1.Health', 'Check'),
  Watch: method<HealthCheckRequest, HealthCheckResponse>('grpc.health.v1.Health', 'Watch'),
}

/** Every method of a service with plain objects on both sides, by method name: what a client needs. Throws when proto/ has no such service. */
export function plainService(service: string): Record<string, MethodDefinition<object, object>> {
  const names = Object.keys(root.lookupService(service).methods)
  return Object.fromEntries(names.map((name) => [name, method(service, name)]))
}

function discovery<S extends string, D extends string>(
  service: string,
  stream: S,
  delta: D,
): Record<S, StateOfTheWorldMethod> & Record<D, DeltaMethod> {
  return { [stream]: withRawResponses(service, stream), [delta]: withRawResponses(service, delta) } as Record<
    S,
    StateOfTheWorldMethod
  > &
    Record<D, DeltaMethod>
}

function withRawResponses<Request extends object>(
  service: string,
  name: string,
): MethodDefinition<Request, Uint8Array> {
  return {
    ...method<Request, object>(service, name),
    responseSerialize: asBuffer,
    responseDeserialize: (bytes) => bytes,
  }
}

function method<Request extends object, Response extends object>(
  service: string,
  name: string,
): MethodDefinition<Request, Response> {
  const definition = root.lookupService(service).methods[name]
  const { resolvedRequestType: request, resolvedResponseType: response } = definition ?? {}
  if (!definition || !request || !response) throw new Error(`no method ${service}/${name} in proto/`)
  return {
    path: `/${service}/${name}`,
    requestStream: definition.requestStream === true,
    responseStream: definition.responseStream === true,
    requestSerialize: serializer(request),
    requestDeserialize: deserializer(request) as (bytes: Buffer) => Request,
    responseSerialize: serializer(response),
    responseDeserialize: deserializer(response) as (bytes: Buffer) => Response,
    originalName: name.charAt(0).toLowerCase() + name.slice(1),
  }
}

function serializer(type: protobuf.Type): (message: object) => Buffer {
  return (message) => asBuffer(type.encode(type.fromObject(message)).finish())
}

function deserializer(type: protobuf.Type): (bytes: Buffer) => object {
  return (bytes) => {
    try {
      return type.toObject(type.decode(bytes), { defaults: true, enums: String, longs: Number })
    } catch (cause) {
      // protobufjs stumbles in many ways over bytes that are no message; grpc-js ends the call with what is thrown here.
      throw new Error(`these bytes are no ${type.name}`, { cause })
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
