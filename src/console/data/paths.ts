/** Addresses of the console's pages, without the `/console` before them. */
import type { Kind } from '../../model/resource.js'

/** Where the pages are served; the router adds it by itself. */
export const BASE = '/console'

export interface PagePlace {
  readonly meshName: string
  readonly meshOwner?: string | undefined
}

export interface ItemPlace extends PagePlace {
  readonly kind: Kind
  readonly name: string
  readonly parentName?: string | undefined
}

/** The kinds that have a list of their own in a mesh. */
export type ListedKind = Exclude<Kind, 'mesh' | 'route' | 'gatewayRoute'>

export const SECTIONS: Readonly<Record<ListedKind, string>> = {
  virtualService: 'virtual-services',
  virtualNode: 'virtual-nodes',
  virtualRouter: 'virtual-routers',
  virtualGateway: 'virtual-gateways',
}

const CHILDREN = {
  route: { parent: 'virtualRouter', section: 'routes' },
  gatewayRoute: { parent: 'virtualGateway', section: 'gateway-routes' },
} as const

/** The page of a mesh, or of something below it, e.g. `meshPath(mesh, 'map')`. */
export function meshPath(mesh: PagePlace, ...below: readonly string[]): string {
  return join(mesh, ['meshes', segmentOf(mesh.meshName), ...below])
}

export function listPath(mesh: PagePlace, kind: ListedKind): string {
  return meshPath(mesh, SECTIONS[kind])
}

/** The page of one resource. */
export function itemPath(place: ItemPlace): string {
  return join(place, itemSegments(place))
}

export function editPath(place: ItemPlace): string {
  return join(place, [...itemSegments(place), 'edit'])
}

/** The page on which another of this kind is created; `parentName` for routes and gateway routes. */
export function createPath(
  place: PagePlace & { readonly kind: Kind; readonly parentName?: string | undefined },
): string {
  return place.kind === 'mesh' ? '/meshes/create' : join(place, [...collectionSegments(place), 'create'])
}

/** The page that shows the list in which a resource stands: for a route its router. */
export function parentPath(place: ItemPlace): string {
  if (place.kind === 'mesh') return '/meshes'
  if (place.kind !== 'route' && place.kind !== 'gatewayRoute') return listPath(place, place.kind)
  return itemPath({ ...place, kind: CHILDREN[place.kind].parent, name: place.parentName ?? '', parentName: undefined })
}

function itemSegments(place: ItemPlace): string[] {
  return place.kind === 'mesh'
    ? ['meshes', segmentOf(place.meshName)]
    : [...collectionSegments(place), segmentOf(place.name)]
}

function collectionSegments({
  kind,
  meshName,
  parentName,
}: PagePlace & { readonly kind: Kind; readonly parentName?: string | undefined }): string[] {
  if (kind === 'mesh') return ['meshes']
  if (kind !== 'route' && kind !== 'gatewayRoute') return ['meshes', segmentOf(meshName), SECTIONS[kind]]
  const { parent, section } = CHILDREN[kind]
  return ['meshes', segmentOf(meshName), SECTIONS[parent], segmentOf(parentName ?? ''), section]
}

/** Names that mean something else in an address: the page that creates, and directories. */
const RESERVED: ReadonlySet<string> = new Set(['create', '.', '..'])

/**
 * A name as a segment, before the encoding that every segment gets: what would be taken for something else is encoded once more. The router decodes
 * `%2F` in a segment that it has decoded already.
 */
function segmentOf(name: string): string {
  if (!RESERVED.has(name)) return name.replaceAll('%', '%25')
  return `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`
}

/** The name that a decoded segment stands for; also of an address that somebody typed, with a single `%` in it. */
export function parseSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function join({ meshOwner }: PagePlace, segments: readonly string[]): string {
  const path = `/${segments.map(encodeURIComponent).join('/')}`
  return meshOwner === undefined ? path : `${path}?meshOwner=${meshOwner}`
}
