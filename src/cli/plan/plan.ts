/** From what there is to what there shall be: the steps, in an order in which the API refuses none and traffic has somewhere to go meanwhile. */
import { isDeepStrictEqual } from 'node:util'
import { refKey } from '../../model/references.js'
import type { Definition, Kind, ResourceRef, Tag } from '../../model/resource.js'
import type { StoredResource } from '../access/meshes.js'
import type { Desired } from '../manifest/definition.js'
import { Sequencer, type Put } from './sequencer.js'
import type { Change, Plan, Step } from './step.js'

export interface PlanInput {
  /** Everything in the mesh. */
  readonly current: readonly StoredResource[]
  /** What shall be as it says; the rest of the mesh stays as it is. */
  readonly desired: readonly Desired[]
  /** What shall be gone. */
  readonly removed: readonly ResourceRef[]
}

/** First what others point at, then what points: make before break. Deletions go the other way, after everything else. */
const ORDER: Readonly<Record<Kind, number>> = {
  mesh: 0,
  virtualNode: 1,
  virtualRouter: 2,
  route: 3,
  virtualService: 4,
  virtualGateway: 5,
  gatewayRoute: 6,
}

export function buildPlan({ current, desired, removed }: PlanInput): Plan {
  const byKey = new Map(current.map((resource) => [refKey(resource.ref), resource]))
  const gone = inOrder(removed.map((ref) => ({ ref })))
    .map(({ ref }) => ref)
    .filter((ref) => byKey.has(refKey(ref)))
    .reverse()
  const puts = inOrder(desired).map((each) => describePut(each, byKey.get(refKey(each.ref))))
  const sequencer = new Sequencer(
    current,
    puts.filter(({ isNew, specChanged }) => isNew || specChanged),
    gone,
  )
  const { steps, problems, replaced } = sequencer.run()
  const isReplaced = (ref: ResourceRef): boolean => replaced.has(refKey(ref))
  const tagSteps = puts.filter(({ ref }) => !isReplaced(ref)).flatMap((put) => buildTagStep(put))
  const firstRemoval = steps.findIndex(({ action }, index) => action === 'delete' && index >= sequencer.removalsFrom)
  const at = firstRemoval < 0 ? steps.length : firstRemoval
  const changes = [
    ...puts.map((put) => describeChange(put, isReplaced(put.ref))),
    ...gone.map((ref) => describeRemoval(ref, byKey)),
  ]
  return { steps: [...steps.slice(0, at), ...tagSteps, ...steps.slice(at)], changes, problems }
}

function inOrder<T extends { readonly ref: ResourceRef }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => ORDER[a.ref.kind] - ORDER[b.ref.kind])
}

function describePut(desired: Desired, stored: StoredResource | undefined): Put {
  const { ref, spec, tags = stored?.tags ?? [] } = desired
  return {
    ref,
    spec,
    tags,
    isNew: stored === undefined,
    specChanged: stored !== undefined && !isDeepStrictEqual(stored.spec, spec),
    ...(stored && { stored }),
  }
}

function buildTagStep({ ref, tags, stored }: Put): Step[] {
  if (!stored) return []
  const before = new Map(stored.tags.map(({ key, value }) => [key, value]))
  const wanted = new Set(tags.map(({ key }) => key))
  const set = tags.filter(({ key, value }) => before.get(key) !== value)
  const removeKeys = [...before.keys()].filter((key) => !wanted.has(key))
  return set.length + removeKeys.length === 0 ? [] : [{ action: 'tag', ref, arn: stored.arn, set, removeKeys }]
}

function describeChange(put: Put, isReplaced: boolean): Change {
  const { ref, spec, tags, stored, specChanged } = put
  const after = { spec, tags: sortTags(tags) }
  if (!stored) return { action: 'create', ref, after }
  const before = { spec: stored.spec, tags: sortTags(stored.tags) }
  if (isReplaced) return { action: 'replace', ref, before, after }
  const changed = specChanged || buildTagStep(put).length > 0
  return { action: changed ? 'update' : 'none', ref, before, after }
}

function describeRemoval(ref: ResourceRef, byKey: ReadonlyMap<string, StoredResource>): Change {
  const stored = byKey.get(refKey(ref))
  return { action: 'delete', ref, ...(stored && { before: { spec: stored.spec, tags: sortTags(stored.tags) } }) }
}

/** Tags are a set; their order is of no account. */
export function sortTags(tags: readonly Tag[]): Tag[] {
  return [...tags].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

/** What `--prune` removes: what is in the mesh and not defined, but never the mesh itself. */
export function listPruned(current: readonly Definition[], desired: readonly Definition[]): ResourceRef[] {
  const kept = new Set(desired.map(({ ref }) => refKey(ref)))
  return current.map(({ ref }) => ref).filter((ref) => ref.kind !== 'mesh' && !kept.has(refKey(ref)))
}
