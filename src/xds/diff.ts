/** What differs between two sets of resources of one type. Pure; remembered per pair, since all streams of a proxy move between the same two. */
import type { EncodedResource } from '../codec/resource.js'
import { resourcesOf, type TypeSnapshot } from './snapshot.js'

export interface Diff {
  /** New or with another version, in name order. */
  readonly changed: readonly EncodedResource[]
  /** Names that are gone. */
  readonly removed: readonly string[]
}

const NOTHING: Diff = { changed: [], removed: [] }

const remembered = new WeakMap<TypeSnapshot, WeakMap<TypeSnapshot, Diff>>()

/** From `from` (undefined: from nothing) to `to`. */
export function diffTypes(from: TypeSnapshot | undefined, to: TypeSnapshot): Diff {
  if (from === to) return NOTHING
  if (!from) return { changed: resourcesOf(to), removed: [] }
  let byTarget = remembered.get(from)
  if (!byTarget) remembered.set(from, (byTarget = new WeakMap()))
  let diff = byTarget.get(to)
  if (!diff) byTarget.set(to, (diff = computeDiff(from, to)))
  return diff
}

function computeDiff(from: TypeSnapshot, to: TypeSnapshot): Diff {
  if (from.version === to.version) return NOTHING
  const changed: EncodedResource[] = []
  const removed: string[] = []
  for (const [name, resource] of to.resources) {
    if (from.resources.get(name)?.version !== resource.version) changed.push(resource)
  }
  for (const name of from.resources.keys()) if (!to.resources.has(name)) removed.push(name)
  return { changed, removed }
}
