/** What a plan is made of. */
import type { Definition, ResourceRef, Tag } from '../../model/resource.js'

export type Step =
  | {
      readonly action: 'create'
      readonly ref: ResourceRef
      readonly spec: Definition['spec']
      readonly tags: readonly Tag[]
    }
  | {
      readonly action: 'update'
      readonly ref: ResourceRef
      readonly spec: Definition['spec']
      /** Another update of the same resource follows: this one keeps the traffic while others change. */
      readonly interim?: true
    }
  | {
      readonly action: 'tag'
      readonly ref: ResourceRef
      /** Undefined for what does not exist when the plan is made. */
      readonly arn: string
      readonly set: readonly Tag[]
      readonly removeKeys: readonly string[]
    }
  | {
      readonly action: 'delete'
      readonly ref: ResourceRef
      /** It is made again further on, because no update leads from what it is to what it shall be. */
      readonly replaced?: true
    }

export interface PlanProblem {
  readonly ref: ResourceRef
  readonly message: string
}

/** What happens to one resource, all steps together. */
export interface Change {
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'none'
  readonly ref: ResourceRef
  readonly before?: Pick<Definition, 'spec'> & { readonly tags: readonly Tag[] }
  readonly after?: Pick<Definition, 'spec'> & { readonly tags: readonly Tag[] }
}

export interface Plan {
  /** In an order in which none is refused. */
  readonly steps: readonly Step[]
  /** One per resource that is defined or removed, unchanged ones included. */
  readonly changes: readonly Change[]
  /** Why there is no such order. */
  readonly problems: readonly PlanProblem[]
}
