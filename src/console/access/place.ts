/** Where a resource is, as far as the console needs to tell: the owner of the mesh only where an address names one. */
import type { Kind } from '../../model/resource.js'

export interface MeshPlace {
  readonly meshName: string
  /** 12-digit account; without, the server's own. */
  readonly meshOwner?: string | undefined
}

export interface ResourcePlace extends MeshPlace {
  readonly kind: Kind
  readonly name: string
  /** The router of a route, the gateway of a gateway route. */
  readonly parentName?: string | undefined
}
