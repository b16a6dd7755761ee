/** What every look-up in a mesh needs. */
import type { MeshView } from '../model/mesh-view.js'
import type { Problem } from '../model/problem.js'
import type { Memo } from './memo.js'

export interface Lookup {
  readonly view: MeshView
  readonly memo: Memo
  /** Collects what is found to be wrong on the way. */
  readonly problems: Problem[]
}
