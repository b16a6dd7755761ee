/** Schemas that several answers share. A title makes one a component of the OpenAPI document. */
import Type, { type TProperties } from 'typebox'
import { GatewayRouteSpec } from '../model/gateway-route.js'
import { MeshSpec } from '../model/mesh.js'
import { KINDS, titleOf, type Kind } from '../model/resource.js'
import { RouteSpec } from '../model/route.js'
import { VirtualGatewaySpec } from '../model/virtual-gateway.js'
import { VirtualNodeSpec } from '../model/virtual-node.js'
import { VirtualRouterSpec } from '../model/virtual-router.js'
import { VirtualServiceSpec } from '../model/virtual-service.js'

/** An answer or a part of one: nothing is in it that is not written here. */
export function answer<Members extends TProperties>(title: string, members: Members) {
  return Type.Object(members, { title, additionalProperties: false })
}

const optional = Type.Optional

export const Revision = Type.Integer({
  minimum: 0,
  description: 'number of a change of the store; grows by one with each',
})
export const Time = Type.String({ format: 'date-time', description: 'ISO 8601' })
export const Name = Type.String()
export const ResourceKind = Type.Enum([...KINDS])
export const CloudMapKindName = Type.Enum(['namespace', 'service', 'instance'])

const SPECS = {
  mesh: MeshSpec,
  virtualNode: VirtualNodeSpec,
  virtualRouter: VirtualRouterSpec,
  route: RouteSpec,
  virtualService: VirtualServiceSpec,
  virtualGateway: VirtualGatewaySpec,
  gatewayRoute: GatewayRouteSpec,
} as const satisfies Record<Kind, unknown>

const TagList = Type.Array(Type.Object({ key: Type.String(), value: Type.String() }, { additionalProperties: false }))

const METADATA = {
  arn: Type.String(),
  uid: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  createdAt: Time,
  lastUpdatedAt: Time,
  meshOwner: Type.String(),
  resourceOwner: Type.String(),
}

/** A resource of App Mesh, whatever its kind. */
export const ResourceShape = Type.Union(KINDS.map(resourceOf))

function resourceOf(kind: Kind) {
  return answer(`${titleOf(kind)}Resource`, {
    kind: Type.Literal(kind),
    name: Name,
    ...((kind === 'route' || kind === 'gatewayRoute') && { parentName: Name }),
    ...METADATA,
    spec: SPECS[kind],
    tags: optional(TagList),
  })
}

export const MeshRefShape = answer('ResourceReference', {
  kind: ResourceKind,
  meshName: Name,
  meshOwner: Type.String(),
  name: Name,
  parentName: optional(Name),
})

export const CloudMapRefShape = Type.Object(
  { kind: CloudMapKindName, name: Type.String(), parentName: optional(Type.String()) },
  {
    title: 'CloudMapReference',
    additionalProperties: false,
    description: 'ids: parentName is the namespace of a service, the service of an instance',
  },
)

export const RefShape = Type.Union([MeshRefShape, CloudMapRefShape])
export const Tags = TagList

export const ProblemShape = answer('Problem', { path: Type.String(), message: Type.String() })

export const ErrorShape = answer('Error', {
  code: Type.String({
    description: 'BadRequest, NotFound, Forbidden, TooManyRequests, ServiceUnavailable, InternalServerError',
  }),
  message: Type.String(),
})
