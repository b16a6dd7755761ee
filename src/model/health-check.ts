/** Active health checks of a listener. `path` matters for http and http2 only. */
import Type, { type Static } from 'typebox'
import { PortNumber, PortProtocol, VirtualGatewayPortProtocol } from './scalars.js'
import { integer, long, shape } from './schema.js'

export const HealthCheckThreshold = integer({ minimum: 2, maximum: 10 })
export type HealthCheckThreshold = Static<typeof HealthCheckThreshold>

export const HealthCheckIntervalMillis = long({ minimum: 5000, maximum: 300000 })
export type HealthCheckIntervalMillis = Static<typeof HealthCheckIntervalMillis>

export const HealthCheckTimeoutMillis = long({ minimum: 2000, maximum: 60000 })
export type HealthCheckTimeoutMillis = Static<typeof HealthCheckTimeoutMillis>

/** `port` is filled in with the listener's when absent. */
export const HealthCheckPolicy = shape('HealthCheckPolicy', {
  healthyThreshold: HealthCheckThreshold,
  intervalMillis: HealthCheckIntervalMillis,
  path: Type.Optional(Type.String()),
  port: Type.Optional(PortNumber),
  protocol: PortProtocol,
  timeoutMillis: HealthCheckTimeoutMillis,
  unhealthyThreshold: HealthCheckThreshold,
})
export type HealthCheckPolicy = Static<typeof HealthCheckPolicy>

export const VirtualGatewayHealthCheckPolicy = shape('VirtualGatewayHealthCheckPolicy', {
  ...HealthCheckPolicy.properties,
  protocol: VirtualGatewayPortProtocol,
})
export type VirtualGatewayHealthCheckPolicy = Static<typeof VirtualGatewayHealthCheckPolicy>
