/** A route of a virtual gateway: which requests from outside go to which virtual service. */
import Type, { type Static } from 'typebox'
import { HeaderMatch, HeaderMatchMethod, HeaderName, HttpPathMatch, HttpQueryParameter, MatchRange } from './match.js'
import { AccountId, HttpMethod, PortNumber, ResourceName, RoutePriority } from './scalars.js'
import { shape, union } from './schema.js'
import { TagList } from './tag.js'

export const DefaultGatewayRouteRewrite = Type.Enum(['ENABLED', 'DISABLED'])
export type DefaultGatewayRouteRewrite = Static<typeof DefaultGatewayRouteRewrite>

/** Exactly one member, by rule. */
export const GatewayRouteHostnameMatch = union('GatewayRouteHostnameMatch', {
  exact: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  suffix: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
})
export type GatewayRouteHostnameMatch = Static<typeof GatewayRouteHostnameMatch>

export const GatewayRouteHostnameRewrite = shape('GatewayRouteHostnameRewrite', {
  defaultTargetHostname: Type.Optional(DefaultGatewayRouteRewrite),
})
export type GatewayRouteHostnameRewrite = Static<typeof GatewayRouteHostnameRewrite>

export const GatewayRouteVirtualService = shape('GatewayRouteVirtualService', {
  virtualServiceName: ResourceName,
})
export type GatewayRouteVirtualService = Static<typeof GatewayRouteVirtualService>

export const GatewayRouteTarget = shape('GatewayRouteTarget', {
  port: Type.Optional(PortNumber),
  virtualService: GatewayRouteVirtualService,
})
export type GatewayRouteTarget = Static<typeof GatewayRouteTarget>

export const HttpGatewayRouteHeader = shape('HttpGatewayRouteHeader', {
  invert: Type.Optional(Type.Boolean()),
  match: Type.Optional(HeaderMatchMethod),
  name: HeaderName,
})
export type HttpGatewayRouteHeader = Static<typeof HttpGatewayRouteHeader>

/** At most one of `prefix` and `path`. */
export const HttpGatewayRouteMatch = shape('HttpGatewayRouteMatch', {
  headers: Type.Optional(Type.Array(HttpGatewayRouteHeader, { minItems: 1, maxItems: 10 })),
  hostname: Type.Optional(GatewayRouteHostnameMatch),
  method: Type.Optional(HttpMethod),
  path: Type.Optional(HttpPathMatch),
  port: Type.Optional(PortNumber),
  prefix: Type.Optional(Type.String()),
  queryParameters: Type.Optional(Type.Array(HttpQueryParameter, { minItems: 1, maxItems: 10 })),
})
export type HttpGatewayRouteMatch = Static<typeof HttpGatewayRouteMatch>

export const HttpGatewayRoutePathRewrite = shape('HttpGatewayRoutePathRewrite', {
  exact: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
export type HttpGatewayRoutePathRewrite = Static<typeof HttpGatewayRoutePathRewrite>

/** Exactly one member, by rule. */
export const HttpGatewayRoutePrefixRewrite = union('HttpGatewayRoutePrefixRewrite', {
  defaultPrefix: Type.Optional(DefaultGatewayRouteRewrite),
  value: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
export type HttpGatewayRoutePrefixRewrite = Static<typeof HttpGatewayRoutePrefixRewrite>

export const HttpGatewayRouteRewrite = shape('HttpGatewayRouteRewrite', {
  hostname: Type.Optional(GatewayRouteHostnameRewrite),
  path: Type.Optional(HttpGatewayRoutePathRewrite),
  prefix: Type.Optional(HttpGatewayRoutePrefixRewrite),
})
export type HttpGatewayRouteRewrite = Static<typeof HttpGatewayRouteRewrite>

export const HttpGatewayRouteAction = shape('HttpGatewayRouteAction', {
  rewrite: Type.Optional(HttpGatewayRouteRewrite),
  target: GatewayRouteTarget,
})
export type HttpGatewayRouteAction = Static<typeof HttpGatewayRouteAction>

export const HttpGatewayRoute = shape('HttpGatewayRoute', {
  action: HttpGatewayRouteAction,
  match: HttpGatewayRouteMatch,
})
export type HttpGatewayRoute = Static<typeof HttpGatewayRoute>

/** Exactly one member. */
export const GrpcMetadataMatchMethod = union('GrpcMetadataMatchMethod', {
  exact: Type.Optional(HeaderMatch),
  prefix: Type.Optional(HeaderMatch),
  range: Type.Optional(MatchRange),
  regex: Type.Optional(HeaderMatch),
  suffix: Type.Optional(HeaderMatch),
})
export type GrpcMetadataMatchMethod = Static<typeof GrpcMetadataMatchMethod>

export const GrpcGatewayRouteMetadata = shape('GrpcGatewayRouteMetadata', {
  invert: Type.Optional(Type.Boolean()),
  match: Type.Optional(GrpcMetadataMatchMethod),
  name: HeaderName,
})
export type GrpcGatewayRouteMetadata = Static<typeof GrpcGatewayRouteMetadata>

export const GrpcGatewayRouteMatch = shape('GrpcGatewayRouteMatch', {
  hostname: Type.Optional(GatewayRouteHostnameMatch),
  metadata: Type.Optional(Type.Array(GrpcGatewayRouteMetadata, { minItems: 1, maxItems: 10 })),
  port: Type.Optional(PortNumber),
  serviceName: Type.Optional(Type.String()),
})
export type GrpcGatewayRouteMatch = Static<typeof GrpcGatewayRouteMatch>

export const GrpcGatewayRouteRewrite = shape('GrpcGatewayRouteRewrite', {
  hostname: Type.Optional(GatewayRouteHostnameRewrite),
})
export type GrpcGatewayRouteRewrite = Static<typeof GrpcGatewayRouteRewrite>

export const GrpcGatewayRouteAction = shape('GrpcGatewayRouteAction', {
  rewrite: Type.Optional(GrpcGatewayRouteRewrite),
  target: GatewayRouteTarget,
})
export type GrpcGatewayRouteAction = Static<typeof GrpcGatewayRouteAction>

export const GrpcGatewayRoute = shape('GrpcGatewayRoute', {
  action: GrpcGatewayRouteAction,
  match: GrpcGatewayRouteMatch,
})
export type GrpcGatewayRoute = Static<typeof GrpcGatewayRoute>

/** Exactly one of the three route types. */
export const GatewayRouteSpec = shape('GatewayRouteSpec', {
  grpcRoute: Type.Optional(GrpcGatewayRoute),
  http2Route: Type.Optional(HttpGatewayRoute),
  httpRoute: Type.Optional(HttpGatewayRoute),
  priority: Type.Optional(RoutePriority),
})
export type GatewayRouteSpec = Static<typeof GatewayRouteSpec>

export const CreateGatewayRouteInput = shape('CreateGatewayRouteInput', {
  clientToken: Type.Optional(Type.String()),
  gatewayRouteName: ResourceName,
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: GatewayRouteSpec,
  tags: Type.Optional(TagList),
  virtualGatewayName: ResourceName,
})
export type CreateGatewayRouteInput = Static<typeof CreateGatewayRouteInput>

export const UpdateGatewayRouteInput = shape('UpdateGatewayRouteInput', {
  clientToken: Type.Optional(Type.String()),
  gatewayRouteName: ResourceName,
  meshName: ResourceName,
  meshOwner: Type.Optional(AccountId),
  spec: GatewayRouteSpec,
  virtualGatewayName: ResourceName,
})
export type UpdateGatewayRouteInput = Static<typeof UpdateGatewayRouteInput>
