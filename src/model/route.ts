/** A route of a virtual router: which requests it takes, and how it shares them among virtual nodes. */
import Type, { type Static } from 'typebox'
import { HeaderMatch, HeaderMatchMethod, HeaderName, HttpPathMatch, HttpQueryParameter, MatchRange } from './match.js'
import { GrpcRetryPolicy, HttpRetryPolicy } from './retry-policy.js'
import { AccountId, HttpMethod, PortNumber, ResourceName, RoutePriority } from './scalars.js'
import { integer, shape, union } from './schema.js'
import { TagList } from './tag.js'
import { GrpcTimeout, HttpTimeout, TcpTimeout } from './timeout.js'

export const HttpScheme = Type.Enum(['http', 'https'])
export type HttpScheme = Static<typeof HttpScheme>

export const PercentInt = integer({ minimum: 0, maximum: 100 })
export type PercentInt = Static<typeof PercentInt>

/** `port` is one of the target node's listener ports; needed when it has several. */
export const WeightedTarget = shape('WeightedTarget', {
  port: Type.Optional(PortNumber),
  virtualNode: ResourceName,
  weight: PercentInt,
})
export type WeightedTarget = Static<typeof WeightedTarget>

/** Without `match` the header only has to be there. */
export const HttpRouteHeader = shape('HttpRouteHeader', {
  invert: Type.Optional(Type.Boolean()),
  match: Type.Optional(HeaderMatchMethod),
  name: HeaderName,
})
export type HttpRouteHeader = Static<typeof HttpRouteHeader>

/** At most one of `prefix` and `path`; neither matches every path. */
export const HttpRouteMatch = shape('HttpRouteMatch', {
  headers: Type.Optional(Type.Array(HttpRouteHeader, { minItems: 1, maxItems: 10 })),
  method: Type.Optional(HttpMethod),
  path: Type.Optional(HttpPathMatch),
  port: Type.Optional(PortNumber),
  prefix: Type.Optional(Type.String()),
  queryParameters: Type.Optional(Type.Array(HttpQueryParameter, { minItems: 1, maxItems: 10 })),
  scheme: Type.Optional(HttpScheme),
})
export type HttpRouteMatch = Static<typeof HttpRouteMatch>

export const HttpRouteAction = shape('HttpRouteAction', {
  weightedTargets: Type.Array(WeightedTarget, { minItems: 1, maxItems: 10 }),
})
export type HttpRouteAction = Static<typeof HttpRouteAction>

/** An httpRoute or an http2Route. */
export const HttpRoute = shape('HttpRoute', {
  action: HttpRouteAction,
  match: HttpRouteMatch,
  retryPolicy: Type.Optional(HttpRetryPolicy),
  timeout: Type.Optional(HttpTimeout),
})
export type HttpRoute = Static<typeof HttpRoute>

/** Exactly one member. */
export const GrpcRouteMetadataMatchMethod = union('GrpcRouteMetadataMatchMethod', {
  exact: Type.Optional(HeaderMatch),
  prefix: Type.Optional(HeaderMatch),
  range: Type.Optional(MatchRange),
  regex: Type.Optional(HeaderMatch),
  suffix: Type.Optional(HeaderMatch),
})
export type GrpcRouteMetadataMatchMethod = Static<typeof GrpcRouteMetadataMatchMethod>

/** Without `match` the metadata key only has to be there. */
export const GrpcRouteMetadata = shape('GrpcRouteMetadata', {
  invert: Type.Optional(Type.Boolean()),
  match: Type.Optional(GrpcRouteMetadataMatchMethod),
  name: HeaderName,
})
export type GrpcRouteMetadata = Static<typeof GrpcRouteMetadata>

export const GrpcRouteMatch = shape('GrpcRouteMatch', {
  metadata: Type.Optional(Type.Array(GrpcRouteMetadata, { minItems: 1, maxItems: 10 })),
  methodName: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
  port: Type.Optional(PortNumber),
  serviceName: Type.Optional(Type.String()),
})
export type GrpcRouteMatch = Static<typeof GrpcRouteMatch>

export const GrpcRouteAction = shape('GrpcRouteAction', {
  weightedTargets: Type.Array(WeightedTarget, { minItems: 1, maxItems: 10 }),
})
export type GrpcRouteAction = Static<typeof GrpcRouteAction>

export const GrpcRoute = shape('GrpcRoute', {
  action: GrpcRouteAction,
  match: GrpcRouteMatch,
  retryPolicy: Type.Optional(GrpcRetryPolicy),
  timeout: Type.Optional(GrpcTimeout),
})
export type GrpcRoute = Static<typeof GrpcRoute>

export const TcpRouteMatch = shape('TcpRouteMatch', {
  port: Type.Optional(PortNumber),
})
export type TcpRouteMatch = Static<typeof TcpRouteMatch>

export const TcpRouteAction = shape('TcpRouteAction', {
  weightedTargets: Type.Array(WeightedTarget, { minItems: 1, maxItems: 10 }),
})
export type TcpRouteAction = Static<typeof TcpRouteAction>

export const TcpRoute = shape('TcpRoute', {
  action: TcpRouteAction,
  match: Type.Optional(TcpRouteMatch),
  timeout: Type.Optional(TcpTimeout),
})
export type TcpRoute = Static<typeof TcpRoute>

/** Exactly one of the four route types. Lower `priority` wins; absent is last. */
export const RouteSpec = shape('RouteSpec', {
  grpcRoute: Type.Optional(GrpcRoute),
  http2Route: Type.Optional(HttpRoute),
  httpRoute: Type.Optional(HttpRoute),
  priority: Type.Optional(RoutePriority),
  tcpRoute: Type.Optional(TcpRoute),
})
export type RouteSpec = Static<typeof RouteSpec>

export const CreateRouteInput = shape('CreateRouteInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  routeName: ResourceName,
  spec: RouteSpec,
  tags: Type.Optional(TagList),
  virtualRouterName: ResourceName,
})
export type CreateRouteInput = Static<typeof CreateRouteInput>

export const UpdateRouteInput = shape('UpdateRouteInput', {
  clientToken: Type.Optional(Type.String()),
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  routeName: ResourceName,
  spec: RouteSpec,
  virtualRouterName: ResourceName,
})
export type UpdateRouteInput = Static<typeof UpdateRouteInput>
