/**
 * MeshView: an immutable, indexed picture of one mesh at one revision.
 * A change makes a new view that shares every unchanged resource object with the old one, so that identity tells what moved.
 */
import { isKind, type Kind, type Resource, type ResourceRef } from './resource.js'

export type ResourcesByName<K extends Kind> = ReadonlyMap<string, Resource<K>>

export interface MeshView {
  /** The revision of the last change that this view holds. */
  readonly revision: number
  readonly mesh: Resource<'mesh'>
  readonly virtualNodes: ResourcesByName<'virtualNode'>
  readonly virtualRouters: ResourcesByName<'virtualRouter'>
  readonly virtualServices: ResourcesByName<'virtualService'>
  readonly virtualGateways: ResourcesByName<'virtualGateway'>
  /** By router name, then by route name. */
  readonly routes: ReadonlyMap<string, ResourcesByName<'route'>>
  /** By gateway name, then by gateway route name. */
  readonly gatewayRoutes: ReadonlyMap<string, ResourcesByName<'gatewayRoute'>>
}

/** A resource that now exists in this form, or one that is gone. */
export type ResourceChange =
  { readonly kind: 'put'; readonly resource: Resource } | { readonly kind: 'remove'; readonly ref: ResourceRef }

const COLLECTIONS = {
  virtualNode: 'virtualNodes',
  virtualRouter: 'virtualRouters',
  virtualService: 'virtualServices',
  virtualGateway: 'virtualGateways',
} as const

const NESTED = { route: 'routes', gatewayRoute: 'gatewayRoutes' } as const

/** The view of a mesh from all of its resources. Throws when the mesh itself is not among them. */
export function buildMeshView(resources: Iterable<Resource>, revision: number): MeshView {
  let mesh: Resource<'mesh'> | undefined
  const children: Resource[] = []
  for (const resource of resources) {
    if (isKind(resource, 'mesh')) mesh = resource
    else children.push(resource)
  }
  if (!mesh) throw new Error('a mesh view needs its mesh')
  const empty: MeshView = {
    revision,
    mesh,
    virtualNodes: new Map(),
    virtualRouters: new Map(),
    virtualServices: new Map(),
    virtualGateways: new Map(),
    routes: new Map(),
    gatewayRoutes: new Map(),
  }
  return applyChanges(
    empty,
    children.map((resource) => ({ kind: 'put', resource })),
    revision,
  )
}

/** The view after `changes`, all of them to resources of this mesh. Removing the mesh itself is the caller's business. */
export function applyChanges(view: MeshView, changes: Iterable<ResourceChange>, revision: number): MeshView {
  const draft = new Draft(view)
  for (const change of changes) {
    const ref = change.kind === 'put' ? change.resource.ref : change.ref
    draft.set(ref, change.kind === 'put' ? change.resource : undefined)
  }
  return draft.finish(revision)
}

/** The resource at that place of the mesh, if there is one. */
export function resourceOf(view: MeshView, { kind, parentName = '', name }: ResourceRef): Resource | undefined {
  if (kind === 'mesh') return view.mesh
  if (kind === 'route' || kind === 'gatewayRoute') return view[NESTED[kind]].get(parentName)?.get(name)
  return view[COLLECTIONS[kind]].get(name)
}

/** Everything in the mesh, the mesh itself first. */
export function* resourcesOf(view: MeshView): Generator<Resource> {
  yield view.mesh
  for (const collection of Object.values(COLLECTIONS)) yield* view[collection].values()
  for (const nested of Object.values(NESTED)) for (const siblings of view[nested].values()) yield* siblings.values()
}

type Collections = Omit<MeshView, 'revision' | 'mesh'>
type Mutable = Map<string, unknown>

/** Copies each map at most once per batch of changes: a view of n resources costs n once, not n per change. */
class Draft {
  readonly #view: MeshView
  #mesh: Resource<'mesh'>
  readonly #copies = new Map<string, Mutable>()
  readonly #fields: Partial<Record<keyof Collections, Mutable>> = {}

  constructor(view: MeshView) {
    this.#view = view
    this.#mesh = view.mesh
  }

  set(ref: ResourceRef, resource: Resource | undefined): void {
    if (ref.kind === 'mesh') {
      if (resource && isKind(resource, 'mesh')) this.#mesh = resource
    } else if (ref.kind === 'route' || ref.kind === 'gatewayRoute') {
      this.#setNested(NESTED[ref.kind], ref, resource)
    } else {
      assign(this.#copy(COLLECTIONS[ref.kind]), ref.name, resource)
    }
  }

  #setNested(field: 'routes' | 'gatewayRoutes', ref: ResourceRef, resource: Resource | undefined): void {
    const parents = this.#copy(field)
    const parent = ref.parentName ?? ''
    const id = `${field}/${parent}`
    let siblings = this.#copies.get(id)
    if (!siblings) {
      siblings = new Map(parents.get(parent) as Mutable | undefined)
      this.#copies.set(id, siblings)
    }
    assign(siblings, ref.name, resource)
    if (siblings.size > 0) parents.set(parent, siblings)
    else parents.delete(parent)
  }

  #copy(field: keyof Collections): Mutable {
    return (this.#fields[field] ??= new Map<string, unknown>(this.#view[field]))
  }

  finish(revision: number): MeshView {
    return { ...this.#view, ...(this.#fields as Partial<Collections>), mesh: this.#mesh, revision }
  }
}

function assign(map: Mutable, name: string, resource: Resource | undefined): void {
  if (resource) map.set(name, resource)
  else map.delete(name)
}
