/** ARNs of App Mesh resources (app-mesh-api.md section 4). */
import type { Kind, ResourceRef } from './resource.js'

/** Where an ARN says its resource is. */
export interface ArnScope {
  readonly region: string
  /** Owner of the mesh for a mesh; for everything in it the owner of the resource, who need not own the mesh. */
  readonly account: string
}

/** The place of a resource as far as a path tells it: everything but the owner of the mesh. */
export type ResourcePath = Omit<ResourceRef, 'meshOwner'>

export interface ParsedArn extends ArnScope, ResourcePath {
  readonly partition: string
}

/** The ARN of `ref`. The partition follows from the region. Names stand in it as they are, without escapes. */
export function formatArn(ref: ResourceRef, { region, account }: ArnScope): string {
  return `arn:${partitionOf(region)}:appmesh:${region}:${account}:${formatResourcePath(ref)}`
}

/** `mesh/shop/virtualNode/cart` and the like: the last part of an ARN. */
export function formatResourcePath(ref: ResourcePath): string {
  const mesh = `mesh/${ref.meshName}`
  if (ref.kind === 'mesh') return mesh
  const parent = PARENT_SEGMENT[ref.kind]
  return `${mesh}/${parent ? `${parent}/${ref.parentName ?? ''}/` : ''}${ref.kind}/${ref.name}`
}

/**
 * The parts of an ARN of any App Mesh kind, or undefined when it is not one. Mesh, router and gateway names are taken up to the next slash:
 * an ARN does not say where a name ends that holds one.
 */
export function parseArn(arn: string): ParsedArn | undefined {
  const head = parseArnHead(arn)
  const place = head && parseResourcePath(head.path)
  if (!place || head.partition !== partitionOf(head.region)) return undefined
  const { partition, region, account } = head
  return { partition, region, account, ...place }
}

/** The parts of an ARN of App Mesh (or of its preview), its path not yet taken apart; undefined when it is not one. */
export function parseArnHead(
  arn: string,
): (ArnScope & { readonly partition: string; readonly path: string }) | undefined {
  const found = ARN.exec(arn)
  if (!found) return undefined
  const [, partition = '', region = '', account = '', path = ''] = found
  return { partition, region, account, path }
}

const ARN = /^arn:(aws(?:-[a-z]+)*):appmesh(?:-preview)?:([a-z0-9]+(?:-[a-z0-9]+)*):(\d{12}):(mesh\/.+)$/su

/** What a resource path says, or undefined when it is not one. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  for (const [kind, pattern] of PATHS) {
    const parts = pattern.exec(path)?.groups
    if (!parts) continue
    const { mesh = '', parent, name = mesh } = parts
    return { kind, meshName: mesh, ...(parent === undefined ? {} : { parentName: parent }), name }
  }
  return undefined
}

/** The partition of a region: `aws` unless the region's name says otherwise. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}

const PARTITIONS = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
] as const

/** The children of routers and gateways first: their paths also look like those of a router or gateway with slashes in its name. */
const PATHS: readonly (readonly [Kind, RegExp])[] = [
  ['route', /^mesh\/(?<mesh>[^/]+)\/virtualRouter\/(?<parent>[^/]+)\/route\/(?<name>.+)$/su],
  ['gatewayRoute', /^mesh\/(?<mesh>[^/]+)\/virtualGateway\/(?<parent>[^/]+)\/gatewayRoute\/(?<name>.+)$/su],
  ['virtualNode', /^mesh\/(?<mesh>[^/]+)\/virtualNode\/(?<name>.+)$/su],
  ['virtualRouter', /^mesh\/(?<mesh>[^/]+)\/virtualRouter\/(?<name>.+)$/su],
  ['virtualService', /^mesh\/(?<mesh>[^/]+)\/virtualService\/(?<name>.+)$/su],
  ['virtualGateway', /^mesh\/(?<mesh>[^/]+)\/virtualGateway\/(?<name>.+)$/su],
  ['mesh', /^mesh\/(?<mesh>[^/]+)$/su],
]

const PARENT_SEGMENT: Partial<Record<Kind, string>> = { route: 'virtualRouter', gatewayRoute: 'virtualGateway' }
