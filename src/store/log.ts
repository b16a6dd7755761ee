/** The log of changes: its rows, and what people look for in it. */
import type { CloudMapKind } from '../model/cloud-map/resource.js'
import type { Kind, Resource, ResourceRef, Tag } from '../model/resource.js'
import type { CloudMapChange } from './cloud-map-store.js'

/** One row of the log. A write transaction makes one row per resource that it put or removed; rows of one transaction share a revision. */
export interface Change {
  readonly revision: number
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly principal: string
  readonly operation: string
  readonly ref: ResourceRef
  readonly arn: string
  /** The resource before and after; `before` is absent on create, `after` on delete. */
  readonly before?: Resource
  readonly after?: Resource
  /** Set when the write replaced the tags of the resource. When tags are all that changed, `before` and `after` are equal. */
  readonly tags?: { readonly before: readonly Tag[]; readonly after: readonly Tag[] }
}

/** The place of a thing of Cloud Map in the log: by ids. `parentName` is the namespace of a service, the service of an instance. */
export interface CloudMapRef {
  readonly kind: CloudMapKind
  readonly parentName?: string
  readonly name: string
}

export type LogRef = ResourceRef | CloudMapRef

/** One row of the log, whatever it tells of. */
export type LogRow = (Change | CloudMapChange) & { readonly ref: LogRef; readonly arn: string }

/** Which rows are meant; what is not given does not matter. */
export interface LogQuery {
  readonly kind?: Kind | CloudMapKind
  readonly meshName?: string
  readonly meshOwner?: string
  readonly parentName?: string
  readonly name?: string
  readonly principal?: string
  readonly operation?: string
  /** Only revisions below this one. */
  readonly before?: number
  readonly limit: number
}

/** What one revision touched, without what it did. */
export interface Touch {
  readonly revision: number
  readonly ref: LogRef
}

/** True for a place in a mesh. */
export function isMeshRef(ref: LogRef): ref is ResourceRef {
  return 'meshName' in ref
}
