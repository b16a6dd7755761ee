/** Connection pools: one member per protocol, and exactly the one of the listener's protocol may be set. */
import Type, { type Static } from 'typebox'
import { integer, shape, union } from './schema.js'

export const MaxConnections = integer({ minimum: 1 })
export type MaxConnections = Static<typeof MaxConnections>

export const MaxPendingRequests = integer({ minimum: 1 })
export type MaxPendingRequests = Static<typeof MaxPendingRequests>

export const MaxRequests = integer({ minimum: 1 })
export type MaxRequests = Static<typeof MaxRequests>

export const VirtualNodeTcpConnectionPool = shape('VirtualNodeTcpConnectionPool', {
  maxConnections: MaxConnections,
})
export type VirtualNodeTcpConnectionPool = Static<typeof VirtualNodeTcpConnectionPool>

export const VirtualNodeHttpConnectionPool = shape('VirtualNodeHttpConnectionPool', {
  maxConnections: MaxConnections,
  maxPendingRequests: Type.Optional(MaxPendingRequests),
})
export type VirtualNodeHttpConnectionPool = Static<typeof VirtualNodeHttpConnectionPool>

export const VirtualNodeHttp2ConnectionPool = shape('VirtualNodeHttp2ConnectionPool', {
  maxRequests: MaxRequests,
})
export type VirtualNodeHttp2ConnectionPool = Static<typeof VirtualNodeHttp2ConnectionPool>

export const VirtualNodeGrpcConnectionPool = shape('VirtualNodeGrpcConnectionPool', {
  maxRequests: MaxRequests,
})
export type VirtualNodeGrpcConnectionPool = Static<typeof VirtualNodeGrpcConnectionPool>

/** Exactly one member. */
export const VirtualNodeConnectionPool = union('VirtualNodeConnectionPool', {
  grpc: Type.Optional(VirtualNodeGrpcConnectionPool),
  http: Type.Optional(VirtualNodeHttpConnectionPool),
  http2: Type.Optional(VirtualNodeHttp2ConnectionPool),
  tcp: Type.Optional(VirtualNodeTcpConnectionPool),
})
export type VirtualNodeConnectionPool = Static<typeof VirtualNodeConnectionPool>

export const VirtualGatewayHttpConnectionPool = shape(
  'VirtualGatewayHttpConnectionPool',
  VirtualNodeHttpConnectionPool.properties,
)
export type VirtualGatewayHttpConnectionPool = Static<typeof VirtualGatewayHttpConnectionPool>

export const VirtualGatewayHttp2ConnectionPool = shape('VirtualGatewayHttp2ConnectionPool', {
  maxRequests: MaxRequests,
})
export type VirtualGatewayHttp2ConnectionPool = Static<typeof VirtualGatewayHttp2ConnectionPool>

export const VirtualGatewayGrpcConnectionPool = shape('VirtualGatewayGrpcConnectionPool', {
  maxRequests: MaxRequests,
})
export type VirtualGatewayGrpcConnectionPool = Static<typeof VirtualGatewayGrpcConnectionPool>

/** Exactly one member. */
export const VirtualGatewayConnectionPool = union('VirtualGatewayConnectionPool', {
  grpc: Type.Optional(VirtualGatewayGrpcConnectionPool),
  http: Type.Optional(VirtualGatewayHttpConnectionPool),
  http2: Type.Optional(VirtualGatewayHttp2ConnectionPool),
})
export type VirtualGatewayConnectionPool = Static<typeof VirtualGatewayConnectionPool>
