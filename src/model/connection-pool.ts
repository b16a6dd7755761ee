/** Connection pools: one member per protocol, and exactly the one of the listener's protocol may be set. */
import Type, { type Static } from 'typebox'
import { integer } from './number.js'

export const MaxConnections = integer({ minimum: 1 })
export type MaxConnections = Static<typeof MaxConnections>

export const MaxPendingRequests = integer({ minimum: 1 })
export type MaxPendingRequests = Static<typeof MaxPendingRequests>

export const MaxRequests = integer({ minimum: 1 })
export type MaxRequests = Static<typeof MaxRequests>

export const VirtualNodeTcpConnectionPool = Type.Object({
  maxConnections: MaxConnections,
})
export type VirtualNodeTcpConnectionPool = Static<typeof VirtualNodeTcpConnectionPool>

export const VirtualNodeHttpConnectionPool = Type.Object({
  maxConnections: MaxConnections,
  maxPendingRequests: Type.Optional(MaxPendingRequests),
})
export type VirtualNodeHttpConnectionPool = Static<typeof VirtualNodeHttpConnectionPool>

export const VirtualNodeHttp2ConnectionPool = Type.Object({
  maxRequests: MaxRequests,
})
export type VirtualNodeHttp2ConnectionPool = Static<typeof VirtualNodeHttp2ConnectionPool>

export const VirtualNodeGrpcConnectionPool = Type.Object({
  maxRequests: MaxRequests,
})
export type VirtualNodeGrpcConnectionPool = Static<typeof VirtualNodeGrpcConnectionPool>

/** Exactly one member. */
export const VirtualNodeConnectionPool = Type.Object({
  grpc: Type.Optional(VirtualNodeGrpcConnectionPool),
  http: Type.Optional(VirtualNodeHttpConnectionPool),
  http2: Type.Optional(VirtualNodeHttp2ConnectionPool),
  tcp: Type.Optional(VirtualNodeTcpConnectionPool),
})
export type VirtualNodeConnectionPool = Static<typeof VirtualNodeConnectionPool>

export const VirtualGatewayHttpConnectionPool = Type.Object({
  maxConnections: MaxConnections,
  maxPendingRequests: Type.Optional(MaxPendingRequests),
})
export type VirtualGatewayHttpConnectionPool = Static<typeof VirtualGatewayHttpConnectionPool>

export const VirtualGatewayHttp2ConnectionPool = Type.Object({
  maxRequests: MaxRequests,
})
export type VirtualGatewayHttp2ConnectionPool = Static<typeof VirtualGatewayHttp2ConnectionPool>

export const VirtualGatewayGrpcConnectionPool = Type.Object({
  maxRequests: MaxRequests,
})
export type VirtualGatewayGrpcConnectionPool = Static<typeof VirtualGatewayGrpcConnectionPool>

/** Exactly one member. */
export const VirtualGatewayConnectionPool = Type.Object({
  grpc: Type.Optional(VirtualGatewayGrpcConnectionPool),
  http: Type.Optional(VirtualGatewayHttpConnectionPool),
  http2: Type.Optional(VirtualGatewayHttp2ConnectionPool),
})
export type VirtualGatewayConnectionPool = Static<typeof VirtualGatewayConnectionPool>
