/** Retry policies of http, http2 and grpc routes. */
import Type, { type Static } from 'typebox'
import { Duration } from './duration.js'
import { long, shape } from './schema.js'

/** server-error, gateway-error, client-error or stream-error, by rule: the model leaves it free. */
export const HttpRetryPolicyEvent = Type.String({ minLength: 1, maxLength: 25 })
export type HttpRetryPolicyEvent = Static<typeof HttpRetryPolicyEvent>

export const TcpRetryPolicyEvent = Type.Enum(['connection-error'])
export type TcpRetryPolicyEvent = Static<typeof TcpRetryPolicyEvent>

export const GrpcRetryPolicyEvent = Type.Enum([
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
])
export type GrpcRetryPolicyEvent = Static<typeof GrpcRetryPolicyEvent>

export const MaxRetries = long({ minimum: 0 })
export type MaxRetries = Static<typeof MaxRetries>

export const HttpRetryPolicy = shape('HttpRetryPolicy', {
  httpRetryEvents: Type.Optional(Type.Array(HttpRetryPolicyEvent, { minItems: 1, maxItems: 25 })),
  maxRetries: MaxRetries,
  perRetryTimeout: Duration,
  tcpRetryEvents: Type.Optional(Type.Array(TcpRetryPolicyEvent, { minItems: 1, maxItems: 1 })),
})
export type HttpRetryPolicy = Static<typeof HttpRetryPolicy>

export const GrpcRetryPolicy = shape('GrpcRetryPolicy', {
  grpcRetryEvents: Type.Optional(Type.Array(GrpcRetryPolicyEvent, { minItems: 1, maxItems: 5 })),
  httpRetryEvents: Type.Optional(Type.Array(HttpRetryPolicyEvent, { minItems: 1, maxItems: 25 })),
  maxRetries: MaxRetries,
  perRetryTimeout: Duration,
  tcpRetryEvents: Type.Optional(Type.Array(TcpRetryPolicyEvent, { minItems: 1, maxItems: 1 })),
})
export type GrpcRetryPolicy = Static<typeof GrpcRetryPolicy>
