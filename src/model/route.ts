/** A route of a virtual router: which requests it takes, and how it shares them among virtual nodes. */
import Type, { type Static } from 'typebox'
import { HeaderMatch, HeaderMatchMethod, HeaderName, HttpPathMatch, HttpQueryParameter, MatchRange } from './match.js'
import { integer } from './number.js'
import { GrpcRetryPolicy, HttpRetryPolicy } from './retry-policy.js'
import { AccountId, HttpMethod, PortNumber, ResourceName, RoutePriority, ServiceName } from './scalars.js'
import { TagList } from './tag.js'
import { GrpcTimeout, HttpTimeout, TcpTimeout } from './timeout.js'

export const HttpScheme = Type.Enum(['http', 'https'])
export type HttpScheme = Static<typeof HttpScheme>

export const PercentInt = integer({ minimum: 0, maximum: 100 })
export type PercentInt = Static<typeof PercentInt>

/** `port` is one of the target node's listener ports; needed when it has several. */
export const WeightedTarget = Type.Object({
  port: Type.Optional(PortNumber),
  virtualNode: ResourceName,
  weight: PercentInt,
})
export type WeightedTarget = Static<typeof WeightedTarget>

/** Without `match` the header only has to be there. */
export const HttpRouteHeader = Type.Object({
  invert: Type.Optional(Type.Boolean()),
  match: Type.Optional(HeaderMatchMethod),
  name: HeaderName,
})
export type HttpRouteHeader = Static<typeof HttpRouteHeader>

/** At most one of `prefix` and `path`; neither matches every path. */
export const HttpRouteMatch = Type.Object({
  headers: Type.Optional(Type.Array(HttpRouteHeader, { minItems: 1, maxItems: 10 })),
  method: Type.Optional(HttpMethod),
  path: Type.Optional(HttpPathMatch),
  port: Type.Optional(PortNumber),
  prefix: Type.Optional(Type.String()),
  queryParameters: Type.Optional(Type.Array(HttpQueryParameter, { minItems: 1, maxItems: 10 })),
  scheme: Type.Optional(HttpScheme),
})
export type HttpRouteMatch = Static<typeof HttpRouteMatch>

export const HttpRouteAction = Type.Object({
  weightedTargets: Type.Array(WeightedTarget, { minItems: 1, maxItems: 10 }),
})
export type HttpRouteAction = Static<typeof HttpRouteAction>

export const HttpRoute = Type.Object({
  action: HttpRouteAction,
  match: HttpRouteMatch,
  retryPolicy: Type.Optional(HttpRetryPolicy),
  timeout: Type.Optional(HttpTimeout),
})
export type HttpRoute = Static<typeof HttpRoute>

/** Exactly one member. */
export const GrpcRouteMetadataMatchMethod = Type.Object({
  exact: Type.Optional(HeaderMatch),
  prefix: Type.Optional(HeaderMatch),
  range: Type.Optional(MatchRange),
  regex: Type.Optional(HeaderMatch),
  suffix: Type.Optional(HeaderMatch),
})
export type GrpcRouteMetadataMatchMethod = Static<typeof GrpcRouteMetadataMatchMethod>

/** Without `match` the metadata key only has to be there. */
export const GrpcRouteMetadata = Type.Object({
  invert: Type.Optional(Type.Boolean()),
  match: Type.Optional(GrpcRouteMetadataMatchMethod),
  name: HeaderName,
})
export type GrpcRouteMetadata = Static<typeof GrpcRouteMetadata>

export const GrpcRouteMatch = Type.Object({
  metadata: Type.Optional(Type.Array(GrpcRouteMetadata, { minItems: 1, maxItems: 10 })),
  methodName: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
  port: Type.Optional(PortNumber),
  serviceName: Type.Optional(ServiceName),
})
export type GrpcRouteMatch = Static<typeof GrpcRouteMatch>

export const GrpcRouteAction = Type.Object({
  weightedTargets: Type.Array(WeightedTarget, { minItems: 1, maxItems: 10 }),
})
export type GrpcRouteAction = Static<typeof GrpcRouteAction>

export const GrpcRoute = Type.Object({
  action: GrpcRouteAction,
  match: GrpcRouteMatch,
  retryPolicy: Type.Optional(GrpcRetryPolicy),
  timeout: Type.Optional(GrpcTimeout),
})
export type GrpcRoute = Static<typeof GrpcRoute>

export const TcpRouteMatch = Type.Object({
  port: Type.Optional(PortNumber),
})
export type TcpRouteMatch = Static<typeof TcpRouteMatch>

export const TcpRouteAction = Type.Object({
  weightedTargets: Type.Array(WeightedTarget, { minItems: 1, maxItems: 10 }),
})
export type TcpRouteAction = Static<typeof TcpRouteAction>

export const TcpRoute = Type.Object({
  action: TcpRouteAction,
  match: Type.Optional(TcpRouteMatch),
  timeout: Type.Optional(TcpTimeout),
})
export type TcpRoute = Static<typeof TcpRoute>

/** Exactly one of the four route types. Lower `priority` wins; absent is last. */
export const RouteSpec = Type.Object({
  grpcRoute: Type.Optional(GrpcRoute),
  http2Route: Type.Optional(HttpRoute),
  httpRoute: Type.Optional(HttpRoute),
  priority: Type.Optional(RoutePriority),
  tcpRoute: Type.Optional(TcpRoute),
})
export type RouteSpec = Static<typeof RouteSpec>

export const CreateRouteInput = Type.Object({
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  routeName: ResourceName,
  spec: RouteSpec,
  tags: Type.Optional(TagList),
  virtualRouterName: ResourceName,
})
export type CreateRouteInput = Static<typeof CreateRouteInput>

export const UpdateRouteInput = Type.Object({
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  routeName: ResourceName,
  spec: RouteSpec,
  virtualRouterName: ResourceName,
})
export type UpdateRouteInput = Static<typeof UpdateRouteInput>
