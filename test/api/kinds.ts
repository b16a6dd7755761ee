/** One legal resource of each kind, with what must be there before it. */
import type { Kind } from '../../src/model/resource.js'
import type { Input, Service } from './service.js'

export interface Sample {
  readonly kind: Kind
  /** The kind in the names of operations. */
  readonly title: string
  /** The kind in the name of the list operation, and the list member. */
  readonly plural: string
  readonly nameMember: string
  /** The names in the path, and the member of the response that each becomes. */
  readonly place: Readonly<Record<string, string>>
  readonly arn: string
  readonly spec: Input
  /** A smaller spec to update to. */
  readonly other: Input
}

const DNS = { dns: { hostname: 'colorteller.local' } }
const HTTP = { portMapping: { port: 8080, protocol: 'http' } }
const LOGGING = { accessLog: { file: { path: '/dev/stdout' } } }
const TO_SERVICE = { target: { virtualService: { virtualServiceName: 'service' } } }
const TARGETS = { weightedTargets: [{ virtualNode: 'target', weight: 1 }] }

export const SAMPLES: readonly Sample[] = [
  {
    kind: 'mesh',
    title: 'Mesh',
    plural: 'Meshes',
    nameMember: 'meshName',
    place: {},
    arn: 'mesh/one',
    spec: { egressFilter: { type: 'ALLOW_ALL' }, serviceDiscovery: { ipPreference: 'IPv4_ONLY' } },
    other: {},
  },
  {
    kind: 'virtualNode',
    title: 'VirtualNode',
    plural: 'VirtualNodes',
    nameMember: 'virtualNodeName',
    place: { meshName: 'm' },
    arn: 'mesh/m/virtualNode/one',
    spec: { backends: [{ virtualService: { virtualServiceName: 'x' } }], listeners: [HTTP], serviceDiscovery: DNS },
    other: { serviceDiscovery: DNS },
  },
  {
    kind: 'virtualRouter',
    title: 'VirtualRouter',
    plural: 'VirtualRouters',
    nameMember: 'virtualRouterName',
    place: { meshName: 'm' },
    arn: 'mesh/m/virtualRouter/one',
    spec: { listeners: [HTTP, { portMapping: { port: 9090, protocol: 'grpc' } }] },
    other: { listeners: [] },
  },
  {
    kind: 'route',
    title: 'Route',
    plural: 'Routes',
    nameMember: 'routeName',
    place: { meshName: 'm', virtualRouterName: 'r' },
    arn: 'mesh/m/virtualRouter/r/route/one',
    spec: { httpRoute: { action: TARGETS, match: { prefix: '/' } }, priority: 7 },
    other: { httpRoute: { action: TARGETS, match: { path: { exact: '/a' } } } },
  },
  {
    kind: 'virtualService',
    title: 'VirtualService',
    plural: 'VirtualServices',
    nameMember: 'virtualServiceName',
    place: { meshName: 'm' },
    arn: 'mesh/m/virtualService/one',
    spec: { provider: { virtualRouter: { virtualRouterName: 'r' } } },
    other: {},
  },
  {
    kind: 'virtualGateway',
    title: 'VirtualGateway',
    plural: 'VirtualGateways',
    nameMember: 'virtualGatewayName',
    place: { meshName: 'm' },
    arn: 'mesh/m/virtualGateway/one',
    spec: { listeners: [HTTP, { portMapping: { port: 9090, protocol: 'grpc' } }], logging: LOGGING },
    other: { listeners: [{ ...HTTP, connectionPool: { http: { maxConnections: 5 } } }] },
  },
  {
    kind: 'gatewayRoute',
    title: 'GatewayRoute',
    plural: 'GatewayRoutes',
    nameMember: 'gatewayRouteName',
    place: { meshName: 'm', virtualGatewayName: 'g' },
    arn: 'mesh/m/virtualGateway/g/gatewayRoute/one',
    spec: { httpRoute: { action: TO_SERVICE, match: { hostname: { suffix: '.a' }, prefix: '/' } }, priority: 7 },
    other: { httpRoute: { action: TO_SERVICE, match: { path: { exact: '/a' } } } },
  },
]

/** Makes the mesh `m` with the node `target`, the router `r`, the service `service` and the gateway `g` that the samples need. */
export async function makeSurroundings({ make }: Pick<Service, 'make'>): Promise<void> {
  await make('CreateMesh', { meshName: 'm' })
  await make('CreateVirtualNode', {
    meshName: 'm',
    virtualNodeName: 'target',
    spec: { listeners: [HTTP], serviceDiscovery: DNS },
  })
  await make('CreateVirtualRouter', { meshName: 'm', virtualRouterName: 'r', spec: { listeners: [HTTP] } })
  await make('CreateVirtualService', { meshName: 'm', virtualServiceName: 'service', spec: {} })
  await make('CreateVirtualGateway', { meshName: 'm', virtualGatewayName: 'g', spec: { listeners: [HTTP] } })
}

/** The input of a create operation. */
export function createInput({ place, nameMember, spec }: Sample, name = 'one'): Input {
  return { ...place, [nameMember]: name, spec }
}
