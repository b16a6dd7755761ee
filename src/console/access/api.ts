/** The App Mesh API, as an SDK would call it (app-mesh-api.md section 2), unsigned. */
import type { Kind, ResourceMetadata, SpecByKind, Tag } from '../../model/resource.js'
import { requestJson, withQuery, nameSegment } from './http.js'
import type { MeshPlace, ResourcePlace } from './place.js'

const PREFIX = '/v20190125'

/** One mesh of ListMeshes. Times are seconds since the epoch. */
export interface MeshItem {
  readonly meshName: string
  readonly arn: string
  readonly createdAt: number
  readonly lastUpdatedAt: number
  readonly meshOwner: string
  readonly resourceOwner: string
  readonly version: number
}

/** A resource as create, describe, update and delete answer it; beside these members it has its names, e.g. `virtualNodeName`. */
export interface ApiResource<K extends Kind = Kind> {
  readonly meshName: string
  /** Times are seconds since the epoch. */
  readonly metadata: ResourceMetadata
  readonly spec: SpecByKind[K]
  readonly status: { readonly status: string }
}

export interface NewResource<K extends Kind> extends ResourcePlace {
  readonly kind: K
  readonly spec: SpecByKind[K]
  readonly tags?: readonly Tag[] | undefined
  /** Makes the same request a second time answer what the first one made. */
  readonly clientToken?: string | undefined
}

/** Every mesh, own and shared. */
export async function listMeshes(signal?: AbortSignal): Promise<MeshItem[]> {
  return listAll((nextToken) =>
    requestJson<{ meshes: MeshItem[]; nextToken?: string }>(
      withQuery(`${PREFIX}/meshes`, { limit: 100, nextToken }),
      options(signal),
    ).then(({ meshes, nextToken: next }) => ({ items: meshes, next })),
  )
}

export function describeResource<K extends Kind>(
  place: ResourcePlace & { readonly kind: K },
  signal?: AbortSignal,
): Promise<ApiResource<K>> {
  return requestJson(itemPath(place), options(signal))
}

/** The name stands in the body, unlike that of an update. */
export function createResource<K extends Kind>(resource: NewResource<K>): Promise<ApiResource<K>> {
  const { kind, name, spec, tags, clientToken } = resource
  const body = { [`${kind}Name`]: name, spec, ...(tags && tags.length > 0 && { tags }), clientToken }
  return requestJson(collectionPath(resource), { method: 'PUT', body })
}

export function updateResource<K extends Kind>(
  place: ResourcePlace & { readonly kind: K },
  spec: SpecByKind[K],
  clientToken?: string,
): Promise<ApiResource<K>> {
  return requestJson(itemPath(place), { method: 'PUT', body: { spec, clientToken } })
}

export function deleteResource(place: ResourcePlace): Promise<ApiResource> {
  return requestJson(itemPath(place), { method: 'DELETE' })
}

/** Every tag of a resource, in key order. */
export async function listTags(resourceArn: string, signal?: AbortSignal): Promise<Tag[]> {
  return listAll((nextToken) =>
    requestJson<{ tags: Tag[]; nextToken?: string }>(
      withQuery(`${PREFIX}/tags`, { resourceArn, nextToken }),
      options(signal),
    ).then(({ tags, nextToken: next }) => ({ items: tags, next })),
  )
}

export async function tagResource(resourceArn: string, tags: readonly Tag[]): Promise<void> {
  await requestJson(withQuery(`${PREFIX}/tag`, { resourceArn }), { method: 'PUT', body: { tags } })
}

export async function untagResource(resourceArn: string, tagKeys: readonly string[]): Promise<void> {
  await requestJson(withQuery(`${PREFIX}/untag`, { resourceArn }), { method: 'PUT', body: { tagKeys } })
}

/** Path segments of the collections; those of routes and gateway routes stand below their parent. */
const COLLECTIONS: Readonly<Record<Kind, string>> = {
  mesh: 'meshes',
  virtualNode: 'virtualNodes',
  virtualRouter: 'virtualRouters',
  virtualService: 'virtualServices',
  virtualGateway: 'virtualGateways',
  route: 'routes',
  gatewayRoute: 'gatewayRoutes',
}

const PARENTS: Partial<Record<Kind, string>> = { route: 'virtualRouter', gatewayRoute: 'virtualGateway' }

function collectionPath({ meshOwner, ...place }: ResourcePlace): string {
  return withQuery(bareCollection(place), { meshOwner: place.kind === 'mesh' ? undefined : meshOwner })
}

function itemPath({ meshOwner, ...place }: ResourcePlace): string {
  return withQuery(`${bareCollection(place)}/${nameSegment(place.name)}`, { meshOwner })
}

function bareCollection({ kind, meshName, parentName }: Omit<ResourcePlace, keyof MeshPlace> & MeshPlace): string {
  if (kind === 'mesh') return `${PREFIX}/meshes`
  const parent = PARENTS[kind]
  const below = parent ? `/${parent}/${nameSegment(parentName ?? '')}` : ''
  return `${PREFIX}/meshes/${nameSegment(meshName)}${below}/${COLLECTIONS[kind]}`
}

async function listAll<Item>(
  page: (token: string | undefined) => Promise<{ items: readonly Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const found: Item[] = []
  let token: string | undefined
  do {
    const { items, next } = await page(token)
    found.push(...items)
    token = next
  } while (token !== undefined)
  return found
}

function options(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}
