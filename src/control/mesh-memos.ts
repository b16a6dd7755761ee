/** What translation remembers of each mesh, so that unchanged parts are built and encoded once. */
import type { ResourceRef } from '../model/resource.js'
import { createMemo, type Memo } from '../translate/memo.js'
import { meshKey } from './mesh-follower.js'

type MeshRef = Pick<ResourceRef, 'meshOwner' | 'meshName'>

export class MeshMemos {
  readonly #memos = new Map<string, { readonly ref: MeshRef; readonly memo: Memo }>()

  of(ref: MeshRef): Memo {
    const key = meshKey(ref)
    let known = this.#memos.get(key)
    if (!known) this.#memos.set(key, (known = { ref, memo: createMemo() }))
    return known.memo
  }

  /** Forgets those of `keys` that are meshes which are gone. */
  forget(keys: ReadonlySet<string>, isGone: (ref: MeshRef) => boolean): void {
    for (const [key, { ref }] of this.#memos) if (keys.has(key) && isGone(ref)) this.#memos.delete(key)
  }
}
