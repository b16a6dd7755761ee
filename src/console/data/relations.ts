/** Which resources of a mesh a resource has to do with: what it refers to, what refers to it, what it lives in, what lives in it. */
import { PARENT_KIND, referencesOf, refKey } from '../../model/references.js'
import type { Kind, Resource, ResourceRef } from '../../model/resource.js'
import type { RowResource } from './rows.js'

export type Relation = 'parent' | 'child' | 'refersTo' | 'referredBy'

export interface Related {
  readonly relation: Relation
  readonly ref: ResourceRef
  /** False for a reference to what is not there. */
  readonly exists: boolean
}

/** Relations of one resource, in the order parent, references, referrers, children; within each by kind and name. */
export function findRelations(resources: readonly RowResource[], meshName: string, of: RowResource): Related[] {
  const all = resources.map((each) => toResource(each, meshName))
  const known = new Set(all.map(({ ref }) => refKey(ref)))
  const self = toResource(of, meshName)
  const own = refKey(self.ref)
  const related = (relation: Relation, ref: ResourceRef): Related => ({ relation, ref, exists: known.has(refKey(ref)) })
  const parent = parentOf(self.ref)
  return [
    ...(parent ? [related('parent', parent)] : []),
    ...referencesOf(self)
      .sort(byPlace)
      .map((ref) => related('refersTo', ref)),
    ...all
      .filter((each) => refersTo(each, own))
      .map(({ ref }) => ref)
      .sort(byPlace)
      .map((ref) => related('referredBy', ref)),
    ...all
      .filter(({ ref }) => isChild(ref, self.ref))
      .map(({ ref }) => ref)
      .sort(byPlace)
      .map((ref) => related('child', ref)),
  ]
}

function refersTo(resource: Resource, key: string): boolean {
  return referencesOf(resource).some((ref) => refKey(ref) === key)
}

function parentOf({ kind, meshOwner, meshName, parentName }: ResourceRef): ResourceRef | undefined {
  const parent = PARENT_KIND[kind]
  return parent && { kind: parent, meshOwner, meshName, name: parentName ?? '' }
}

function isChild(ref: ResourceRef, of: ResourceRef): boolean {
  return PARENT_KIND[ref.kind] === of.kind && ref.parentName === of.name
}

/** The model's form of a resource: its place with the name of the mesh, which answers about one mesh leave out. */
function toResource(resource: RowResource, meshName: string): Resource {
  const { kind, name, parentName, meshOwner, spec, arn, version, resourceOwner } = resource
  return {
    ref: { kind, meshOwner, meshName, name, ...(parentName !== undefined && { parentName }) },
    metadata: { arn, version, meshOwner, resourceOwner, uid: '', createdAt: 0, lastUpdatedAt: 0 },
    spec,
  }
}

const ORDER: readonly Kind[] = [
  'virtualGateway',
  'gatewayRoute',
  'virtualService',
  'virtualRouter',
  'route',
  'virtualNode',
  'mesh',
]

function byPlace(one: ResourceRef, other: ResourceRef): number {
  return (
    ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) ||
    (one.parentName ?? '').localeCompare(other.parentName ?? '') ||
    one.name.localeCompare(other.name, 'en', { numeric: true })
  )
}
