/** A virtual node: a group of like endpoints (its listeners) and what they call (its backends). */
import Type, { type Static } from 'typebox'
import { Logging } from './access-log.js'
import { ClientPolicy } from './client-policy.js'
import { VirtualNodeConnectionPool } from './connection-pool.js'
import { HealthCheckPolicy } from './health-check.js'
import { OutlierDetection } from './outlier-detection.js'
import { PortMapping } from './port-mapping.js'
import { AccountId, ResourceName } from './scalars.js'
import { shape, union } from './schema.js'
import { ServiceDiscovery } from './service-discovery.js'
import { TagList } from './tag.js'
import { GrpcTimeout, HttpTimeout, TcpTimeout } from './timeout.js'
import { ListenerTls } from './tls.js'

/** Exactly one member. */
export const ListenerTimeout = union('ListenerTimeout', {
  grpc: Type.Optional(GrpcTimeout),
  http: Type.Optional(HttpTimeout),
  http2: Type.Optional(HttpTimeout),
  tcp: Type.Optional(TcpTimeout),
})
export type ListenerTimeout = Static<typeof ListenerTimeout>

export const Listener = shape('Listener', {
  connectionPool: Type.Optional(VirtualNodeConnectionPool),
  healthCheck: Type.Optional(HealthCheckPolicy),
  outlierDetection: Type.Optional(OutlierDetection),
  portMapping: PortMapping,
  timeout: Type.Optional(ListenerTimeout),
  tls: Type.Optional(ListenerTls),
})
export type Listener = Static<typeof Listener>

/** `virtualServiceName` is a name, or the full ARN of a virtual service. It need not exist. */
export const VirtualServiceBackend = shape('VirtualServiceBackend', {
  clientPolicy: Type.Optional(ClientPolicy),
  virtualServiceName: Type.String(),
})
export type VirtualServiceBackend = Static<typeof VirtualServiceBackend>

/** Exactly one member. */
export const Backend = union('Backend', {
  virtualService: Type.Optional(VirtualServiceBackend),
})
export type Backend = Static<typeof Backend>

export const BackendDefaults = shape('BackendDefaults', {
  clientPolicy: Type.Optional(ClientPolicy),
})
export type BackendDefaults = Static<typeof BackendDefaults>

/** A node without listeners takes no traffic; one with listeners needs service discovery. */
export const VirtualNodeSpec = shape('VirtualNodeSpec', {
  backendDefaults: Type.Optional(BackendDefaults),
  backends: Type.Optional(Type.Array(Backend)),
  listeners: Type.Optional(Type.Array(Listener)),
  logging: Type.Optional(Logging),
  serviceDiscovery: Type.Optional(ServiceDiscovery),
})
export type VirtualNodeSpec = Static<typeof VirtualNodeSpec>

export const CreateVirtualNodeInput = shape('CreateVirtualNodeInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualNodeSpec,
  tags: Type.Optional(TagList),
  virtualNodeName: ResourceName,
})
export type CreateVirtualNodeInput = Static<typeof CreateVirtualNodeInput>

export const UpdateVirtualNodeInput = shape('UpdateVirtualNodeInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualNodeSpec,
  virtualNodeName: ResourceName,
})
export type UpdateVirtualNodeInput = Static<typeof UpdateVirtualNodeInput>
