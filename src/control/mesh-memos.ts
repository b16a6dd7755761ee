/** What translation remembers of each mesh, so that unchanged parts are built and encoded once. */
import type { MeshView } from '../model/mesh-view.js'
import type { ResourceRef } from '../model/resource.js'
import { createMemo, type Memo } from '../translate/memo.js'
import { meshKey } from './mesh-follower.js'

type MeshRef = Pick<ResourceRef, 'meshOwner' | 'meshName'>

/** Keys that a mesh needs are some two for each resource, and more where nodes have client policies of their own: room for several times that. */
const [LEAST_KEYS, KEYS_PER_RESOURCE] = [2000, 20]

interface Known {
  view: MeshView
  readonly memo: Memo
}

export class MeshMemos {
  readonly #memos = new Map<string, Known>()

  /** The memo of the mesh, for its newest view: as large as that asks for, so that what is gone from the mesh is forgotten before long. */
  of(view: MeshView): Memo {
    const key = meshKey(view.mesh.ref)
    const known = this.#memos.get(key)
    if (known) {
      known.view = view
      return known.memo
    }
    const limit = (): number => LEAST_KEYS + KEYS_PER_RESOURCE * countResources(made.view)
    const made: Known = { view, memo: createMemo({ limit }) }
    this.#memos.set(key, made)
    return made.memo
  }

  /** Forgets those of `keys` that are meshes which are gone. */
  forget(keys: ReadonlySet<string>, isGone: (ref: MeshRef) => boolean): void {
    for (const [key, { view }] of this.#memos) if (keys.has(key) && isGone(view.mesh.ref)) this.#memos.delete(key)
  }
}

/** But for routes, of which there is mostly one for each router. */
function countResources({ virtualGateways, virtualNodes, virtualRouters, virtualServices }: MeshView): number {
  return virtualGateways.size + virtualNodes.size + virtualRouters.size + virtualServices.size
}
