/**
 * What a stored App Mesh resource is: its kind, its place in the mesh, its metadata and its spec.
 * Everything that passes between store, api, control and translate is one of these.
 */
import type { MeshSpec } from './mesh.js'
import type { VirtualNodeSpec } from './virtual-node.js'
import type { VirtualRouterSpec } from './virtual-router.js'
import type { RouteSpec } from './route.js'
import type { VirtualServiceSpec } from './virtual-service.js'
import type { VirtualGatewaySpec } from './virtual-gateway.js'
import type { GatewayRouteSpec } from './gateway-route.js'

export interface SpecByKind {
  mesh: MeshSpec
  virtualNode: VirtualNodeSpec
  virtualRouter: VirtualRouterSpec
  route: RouteSpec
  virtualService: VirtualServiceSpec
  virtualGateway: VirtualGatewaySpec
  gatewayRoute: GatewayRouteSpec
}

export type Kind = keyof SpecByKind

export const KINDS: readonly Kind[] = [
  'mesh',
  'virtualNode',
  'virtualRouter',
  'route',
  'virtualService',
  'virtualGateway',
  'gatewayRoute',
]

/** The place of one resource. A mesh's `name` equals its `meshName`. */
export interface ResourceRef<K extends Kind = Kind> {
  readonly kind: K
  /** 12-digit account that owns the mesh. */
  readonly meshOwner: string
  readonly meshName: string
  /** The router of a route, the gateway of a gateway route; absent for every other kind. */
  readonly parentName?: string
  readonly name: string
}

/** App Mesh's ResourceMetadata. Times are milliseconds since the epoch; the API's edge turns them into seconds. */
export interface ResourceMetadata {
  readonly arn: string
  readonly createdAt: number
  readonly lastUpdatedAt: number
  readonly meshOwner: string
  readonly resourceOwner: string
  readonly uid: string
  /** 1 on create, +1 per update. */
  readonly version: number
}

export interface Tag {
  readonly key: string
  readonly value: string
}

export interface Resource<K extends Kind = Kind> {
  readonly ref: ResourceRef<K>
  readonly metadata: ResourceMetadata
  readonly spec: SpecByKind[K]
}

/** What of a resource people write: one that may not exist yet has no more. */
export type Definition<K extends Kind = Kind> = Pick<Resource<K>, 'ref' | 'spec'>

/** True when `resource` is of `kind`, narrowing its spec. */
export function isKind<K extends Kind>(resource: Resource, kind: K): resource is Resource<K>
export function isKind<K extends Kind>(resource: Definition, kind: K): resource is Definition<K>
export function isKind<K extends Kind>(resource: Definition, kind: K): resource is Definition<K> {
  return resource.ref.kind === kind
}

/** The kind as the names of App Mesh's operations write it, e.g. `VirtualNode`. */
export function titleOf(kind: Kind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1)
}
