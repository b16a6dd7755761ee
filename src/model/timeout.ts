/** Timeouts of routes and listeners. 0 switches a timeout off; absent leaves App Mesh's default (15 s per request, 300 s idle). */
import Type, { type Static } from 'typebox'
import { Duration } from './duration.js'
import { shape } from './schema.js'

export const HttpTimeout = shape('HttpTimeout', {
  idle: Type.Optional(Duration),
  perRequest: Type.Optional(Duration),
})
export type HttpTimeout = Static<typeof HttpTimeout>

export const GrpcTimeout = shape('GrpcTimeout', {
  idle: Type.Optional(Duration),
  perRequest: Type.Optional(Duration),
})
export type GrpcTimeout = Static<typeof GrpcTimeout>

export const TcpTimeout = shape('TcpTimeout', {
  idle: Type.Optional(Duration),
})
export type TcpTimeout = Static<typeof TcpTimeout>
