/** Meshes for tests: App Mesh resources in the shape in which the API takes them → MeshView. */
import { placeKey, type DiscoveredInstance, type ServicePlace } from '../../src/model/cloud-map/discovery.js'
import type { Attributes } from '../../src/model/cloud-map/resource.js'
import { formatArn } from '../../src/model/arn.js'
import type { CreateGatewayRouteInput } from '../../src/model/gateway-route.js'
import type { CreateMeshInput } from '../../src/model/mesh.js'
import { buildMeshView, type MeshView } from '../../src/model/mesh-view.js'
import type { Kind, Resource, SpecByKind } from '../../src/model/resource.js'
import type { CreateRouteInput } from '../../src/model/route.js'
import type { CreateVirtualGatewayInput } from '../../src/model/virtual-gateway.js'
import type { CreateVirtualNodeInput } from '../../src/model/virtual-node.js'
import type { CreateVirtualRouterInput } from '../../src/model/virtual-router.js'
import type { CreateVirtualServiceInput } from '../../src/model/virtual-service.js'

type WithoutMesh<T> = Omit<T, 'meshName'>

/** The bodies of create calls, by kind. */
export interface MeshInput {
  readonly mesh: CreateMeshInput
  readonly virtualNodes?: readonly WithoutMesh<CreateVirtualNodeInput>[]
  readonly virtualRouters?: readonly WithoutMesh<CreateVirtualRouterInput>[]
  readonly routes?: readonly WithoutMesh<CreateRouteInput>[]
  readonly virtualServices?: readonly WithoutMesh<CreateVirtualServiceInput>[]
  readonly virtualGateways?: readonly WithoutMesh<CreateVirtualGatewayInput>[]
  readonly gatewayRoutes?: readonly WithoutMesh<CreateGatewayRouteInput>[]
  /** Instances of Cloud Map services. */
  readonly cloudMap?: readonly CloudMapInput[]
}

/** Instances are healthy unless they say otherwise. */
export interface CloudMapInput extends ServicePlace {
  readonly instances?: readonly { readonly attributes: Attributes; readonly healthy?: boolean }[]
}

/** The instances of a service in `input`; undefined when it has no such service. */
export function instancesIn({ cloudMap = [] }: MeshInput, place: ServicePlace): DiscoveredInstance[] | undefined {
  const service = cloudMap.find((each) => placeKey(each) === placeKey(place))
  return (
    service &&
    (service.instances ?? []).map(({ attributes, healthy = true }, index) => {
      return { id: `i-${index}`, attributes, healthy }
    })
  )
}

export const ACCOUNT = '000000000000'

export function viewOf(input: MeshInput, revision = 1): MeshView {
  return buildMeshView(resourcesOf(input), revision)
}

export function resourcesOf(input: MeshInput): Resource[] {
  const { meshName, spec = {} } = input.mesh
  return [
    resource('mesh', meshName, meshName, spec),
    ...(input.virtualNodes ?? []).map((body) => resource('virtualNode', meshName, body.virtualNodeName, body.spec)),
    ...(input.virtualRouters ?? []).map((body) =>
      resource('virtualRouter', meshName, body.virtualRouterName, body.spec),
    ),
    ...(input.routes ?? []).map((body) =>
      resource('route', meshName, body.routeName, body.spec, body.virtualRouterName),
    ),
    ...(input.virtualServices ?? []).map((body) =>
      resource('virtualService', meshName, body.virtualServiceName, body.spec),
    ),
    ...(input.virtualGateways ?? []).map((body) =>
      resource('virtualGateway', meshName, body.virtualGatewayName, body.spec),
    ),
    ...(input.gatewayRoutes ?? []).map((body) =>
      resource('gatewayRoute', meshName, body.gatewayRouteName, body.spec, body.virtualGatewayName),
    ),
  ]
}

export function resource<K extends Kind>(
  kind: K,
  meshName: string,
  name: string,
  spec: SpecByKind[K],
  parentName?: string,
): Resource<K> {
  const ref = { kind, meshOwner: ACCOUNT, meshName, name, ...(parentName !== undefined && { parentName }) }
  return {
    ref,
    metadata: {
      arn: formatArn(ref, { region: 'us-east-1', account: ACCOUNT }),
      createdAt: 0,
      lastUpdatedAt: 0,
      meshOwner: ACCOUNT,
      resourceOwner: ACCOUNT,
      uid: '00000000-0000-4000-8000-000000000000',
      version: 1,
    },
    spec,
  }
}
