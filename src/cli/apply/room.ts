/** Room under a full quota: which of the deletions of a plan may come before a creation that found none. */
import { refKey } from '../../model/references.js'
import type { Definition, ResourceRef } from '../../model/resource.js'
import { RefusedError } from '../access/api-client.js'
import { Sketch } from '../plan/sketch.js'
import type { Step } from '../plan/step.js'

type Deletion = Extract<Step, { action: 'delete' }>

export function isFull(error: unknown): boolean {
  return error instanceof RefusedError && error.errorCode === 'LimitExceededException'
}

/** The deletions among `later` that count against the limit that `blocked` met. */
export function findRivals({ ref }: Step, later: readonly Step[]): Deletion[] {
  return deletionsOf(later).filter((each) => each.ref.kind === ref.kind && each.ref.parentName === ref.parentName)
}

/**
 * What to delete now so that `blocked` fits, in the order in which it can be: one of the same kind, after everything that uses it or lives in it,
 * if all of that is to go. Empty when what is to go is still needed.
 */
export function findRoom(current: readonly Definition[], done: readonly Step[], blocked: Step, later: readonly Step[]) {
  const sketch = sketchAfter(current, done)
  const leaving = deletionsOf(later)
  const keys = new Map(leaving.map((step) => [refKey(step.ref), step]))
  for (const rival of findRivals(blocked, later)) {
    const needed = new Set<Deletion>()
    if (collect(sketch, rival.ref, keys, needed)) return leaving.filter((step) => needed.has(step))
  }
  return []
}

function deletionsOf(steps: readonly Step[]): Deletion[] {
  return steps.filter((step) => step.action === 'delete').filter(({ replaced }) => !replaced)
}

/** False when something stays that needs it. */
function collect(
  sketch: Sketch,
  ref: ResourceRef,
  leaving: ReadonlyMap<string, Deletion>,
  needed: Set<Deletion>,
): boolean {
  const step = leaving.get(refKey(ref))
  if (!step) return false
  if (needed.has(step)) return true
  needed.add(step)
  return [...sketch.children(ref), ...sketch.referrers(ref)].every((each) => collect(sketch, each.ref, leaving, needed))
}

function sketchAfter(current: readonly Definition[], done: readonly Step[]): Sketch {
  const sketch = new Sketch(current)
  for (const step of done) {
    if (step.action === 'delete') sketch.remove(step.ref)
    else if (step.action !== 'tag') sketch.put({ ref: step.ref, spec: step.spec })
  }
  return sketch
}
