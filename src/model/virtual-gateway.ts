/** A virtual gateway: an Envoy at the edge of the mesh. */
import Type, { type Static } from 'typebox'
import { VirtualGatewayLogging } from './access-log.js'
import { VirtualGatewayConnectionPool } from './connection-pool.js'
import { VirtualGatewayClientPolicy, VirtualGatewayListenerTls } from './gateway-tls.js'
import { VirtualGatewayHealthCheckPolicy } from './health-check.js'
import { AccountId, PortNumber, ResourceName, VirtualGatewayPortProtocol } from './scalars.js'
import { shape } from './schema.js'
import { TagList } from './tag.js'

export const VirtualGatewayPortMapping = shape('VirtualGatewayPortMapping', {
  port: PortNumber,
  protocol: VirtualGatewayPortProtocol,
})
export type VirtualGatewayPortMapping = Static<typeof VirtualGatewayPortMapping>

export const VirtualGatewayListener = shape('VirtualGatewayListener', {
  connectionPool: Type.Optional(VirtualGatewayConnectionPool),
  healthCheck: Type.Optional(VirtualGatewayHealthCheckPolicy),
  portMapping: VirtualGatewayPortMapping,
  tls: Type.Optional(VirtualGatewayListenerTls),
})
export type VirtualGatewayListener = Static<typeof VirtualGatewayListener>

export const VirtualGatewayBackendDefaults = shape('VirtualGatewayBackendDefaults', {
  clientPolicy: Type.Optional(VirtualGatewayClientPolicy),
})
export type VirtualGatewayBackendDefaults = Static<typeof VirtualGatewayBackendDefaults>

/** At least one listener, by rule. */
export const VirtualGatewaySpec = shape('VirtualGatewaySpec', {
  backendDefaults: Type.Optional(VirtualGatewayBackendDefaults),
  listeners: Type.Array(VirtualGatewayListener),
  logging: Type.Optional(VirtualGatewayLogging),
})
export type VirtualGatewaySpec = Static<typeof VirtualGatewaySpec>

export const CreateVirtualGatewayInput = shape('CreateVirtualGatewayInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualGatewaySpec,
  tags: Type.Optional(TagList),
  virtualGatewayName: ResourceName,
})
export type CreateVirtualGatewayInput = Static<typeof CreateVirtualGatewayInput>

export const UpdateVirtualGatewayInput = shape('UpdateVirtualGatewayInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: VirtualGatewaySpec,
  virtualGatewayName: ResourceName,
})
export type UpdateVirtualGatewayInput = Static<typeof UpdateVirtualGatewayInput>
