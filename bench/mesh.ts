/**
 * The mesh of the benches: nodes that call each other's services, each service a router with one route to two nodes by weight.
 * Everything about it follows from its size, so that every run measures the same.
 */
import { formatArn } from '../src/model/arn.js'
import type { Kind, Resource, ResourceRef, SpecByKind } from '../src/model/resource.js'

export const ACCOUNT = '000000000000'
export const REGION = 'us-east-1'

export interface MeshShape {
  readonly name: string
  /** Virtual nodes, and as many virtual services, routers and routes. */
  readonly nodes: number
  /** Services that each node calls. */
  readonly backends: number
}

/** The mesh that the targets speak of. */
export const LARGE_MESH: MeshShape = { name: 'bench', nodes: 200, backends: 20 }

/** Backends of one node lie this far apart: coprime to the sizes in use, so that they are distinct and share no target. */
const STRIDE = 9
const PORT = 8080
const PROTOCOL = 'http'
const CREATED_AT = Date.UTC(2025, 0, 1)

export function buildMesh(shape: MeshShape): Resource[] {
  const resources: Resource[] = [build(refTo(shape, 'mesh', shape.name), {})]
  for (let index = 0; index < shape.nodes; index++) {
    resources.push(
      build(refTo(shape, 'virtualNode', nodeName(index)), buildNodeSpec(shape, index)),
      build(refTo(shape, 'virtualService', serviceName(index)), {
        provider: { virtualRouter: { virtualRouterName: routerName(index) } },
      }),
      build(refTo(shape, 'virtualRouter', routerName(index)), { listeners: [listener()] }),
      buildRoute(shape, index, 0),
    )
  }
  return resources
}

/** The route of service `index` in its `edition`-th form: each has another prefix and other weights. */
export function buildRoute(shape: MeshShape, index: number, edition: number): Resource<'route'> {
  return build(refTo(shape, 'route', ROUTE_NAME, routerName(index)), buildRouteSpec(shape, index, edition), edition + 1)
}

export function buildRouteSpec({ nodes }: MeshShape, index: number, edition: number): SpecByKind['route'] {
  const weight = 1 + (edition % 99)
  return {
    httpRoute: {
      match: { prefix: prefixOf(edition) },
      action: {
        weightedTargets: [
          { virtualNode: nodeName(index), weight },
          { virtualNode: nodeName((index + 1) % nodes), weight: 100 - weight },
        ],
      },
      retryPolicy: {
        maxRetries: 2,
        perRetryTimeout: { unit: 's', value: 2 },
        httpRetryEvents: ['server-error', 'gateway-error'],
        tcpRetryEvents: ['connection-error'],
      },
      timeout: { perRequest: { unit: 's', value: 10 } },
    },
  }
}

/** How an edition of a route is recognised in bytes. */
export function prefixOf(edition: number): string {
  return `/edition-${edition}/`
}

export const ROUTE_NAME = 'all'
export const nodeName = (index: number): string => `node-${index}`
export const serviceName = (index: number): string => `service-${index}.bench.localhost`
export const routerName = (index: number): string => `router-${index}`

/** The services that node `index` calls. */
export function backendsOf({ nodes, backends }: MeshShape, index: number): number[] {
  return Array.from({ length: backends }, (_, backend) => (index + 1 + backend * STRIDE) % nodes)
}

/** The nodes that call service `index`. */
export function callersOf(shape: MeshShape, index: number): number[] {
  return Array.from({ length: shape.nodes }, (_, node) => node).filter((node) =>
    backendsOf(shape, node).includes(index),
  )
}

export function refTo<K extends Kind>(shape: MeshShape, kind: K, name: string, parentName?: string): ResourceRef<K> {
  return { kind, meshOwner: ACCOUNT, meshName: shape.name, ...(parentName !== undefined && { parentName }), name }
}

export function buildNodeSpec(shape: MeshShape, index: number): SpecByKind['virtualNode'] {
  return {
    listeners: [
      {
        ...listener(),
        healthCheck: {
          protocol: PROTOCOL,
          path: '/healthz',
          healthyThreshold: 2,
          unhealthyThreshold: 3,
          intervalMillis: 5000,
          timeoutMillis: 2000,
        },
      },
    ],
    serviceDiscovery: { dns: { hostname: `${nodeName(index)}.bench.localhost` } },
    backends: backendsOf(shape, index).map((backend) => ({
      virtualService: { virtualServiceName: serviceName(backend) },
    })),
    logging: { accessLog: { file: { path: '/dev/stdout' } } },
  }
}

function listener() {
  return { portMapping: { port: PORT, protocol: PROTOCOL } } as const
}

function build<K extends Kind>(ref: ResourceRef<K>, spec: SpecByKind[K], version = 1): Resource<K> {
  const arn = formatArn(ref, { region: REGION, account: ACCOUNT })
  const owners = { meshOwner: ACCOUNT, resourceOwner: ACCOUNT }
  const times = { createdAt: CREATED_AT, lastUpdatedAt: CREATED_AT + version }
  return { ref, metadata: { arn, ...times, ...owners, uid: `uid-${arn}`, version }, spec }
}
