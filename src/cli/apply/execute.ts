/** Carries out a plan, one step after the other, each exactly once however often its request has to be sent. */
import { randomUUID } from 'node:crypto'
import { refKey } from '../../model/references.js'
import type { Definition } from '../../model/resource.js'
import { RefusedError, type ApiClient } from '../access/api-client.js'
import { collectionPath, itemPath, nameMember } from '../access/kinds.js'
import type { Step } from '../plan/step.js'
import { findRoom, isFull } from './room.js'

/** A step that the server refused, or that did not reach it: nothing after it was tried. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly step: Step
  /** What was to come after it. */
  readonly later: readonly Step[]

  constructor(step: Step, later: readonly Step[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.step = step
    this.later = later
  }
}

/** Somebody wanted it to stop, and nothing is left half done. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}

export interface Execution {
  /** What the mesh holds before the first step. */
  readonly current?: readonly Definition[]
  readonly onStep?: (step: Step) => void
  /** Deletions that come before `step`, for which there is no room. */
  readonly onRoom?: (deletions: readonly Step[], step: Step) => void
  /** Asked before each step at which it may stop. */
  readonly isStopped?: () => boolean
}

/** Answers the revision of the last write, 0 without one. Throws StepError and StoppedError. */
export async function executeSteps(api: ApiClient, steps: readonly Step[], execution: Execution = {}): Promise<number> {
  const { current = [], onStep, onRoom, isStopped } = execution
  const done: Step[] = []
  let left = steps
  let revision = 0
  for (let [step] = left; step; [step] = left) {
    if (isStopped?.() && findHalfDone(done, left).length === 0) throw new StoppedError()
    const later = left.slice(1)
    try {
      revision = Math.max(revision, await execute(api, step))
    } catch (error) {
      const room = step.action === 'create' && isFull(error) ? findRoom(current, done, step, later) : []
      if (room.length === 0) throw new StepError(step, later, error)
      onRoom?.(room, step)
      left = [...room, step, ...later.filter((each) => !room.some((moved) => moved === each))]
      continue
    }
    done.push(step)
    left = later
    onStep?.(step)
  }
  return revision
}

/** What was deleted to be made again, and is not yet. */
export function findHalfDone(done: readonly Step[], left: readonly Step[]): Extract<Step, { action: 'create' }>[] {
  const gone = new Set(done.filter(isReplacement).map(({ ref }) => refKey(ref)))
  return left.filter((step) => step.action === 'create').filter(({ ref }) => gone.has(refKey(ref)))
}

function isReplacement(step: Step): boolean {
  return step.action === 'delete' && step.replaced === true
}

async function execute(api: ApiClient, step: Step): Promise<number> {
  if (step.action === 'delete') return deleteOne(api, step)
  if (step.action === 'tag') return changeTags(api, step)
  const { ref, spec } = step
  // The token makes a request that is sent again the same write, not a second one.
  const body = { spec, clientToken: randomUUID() }
  const { revision = 0 } =
    step.action === 'update'
      ? await api.send('PUT', itemPath(ref), body)
      : await api.send('PUT', collectionPath(ref), {
          ...body,
          [nameMember(ref.kind)]: ref.name,
          ...(step.tags.length > 0 && { tags: step.tags }),
        })
  return revision
}

/** A deletion has no token: one that was sent twice and finds nothing has been done by the first. */
async function deleteOne(api: ApiClient, { ref }: Extract<Step, { action: 'delete' }>): Promise<number> {
  try {
    return (await api.send('DELETE', itemPath(ref))).revision ?? 0
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404 && error.attempts > 1) return 0
    throw error
  }
}

/** Fewer first, so that a resource never has more tags than it may. */
async function changeTags(api: ApiClient, { arn, set, removeKeys }: Extract<Step, { action: 'tag' }>): Promise<number> {
  const query = `?resourceArn=${encodeURIComponent(arn)}`
  let revision = 0
  if (removeKeys.length > 0)
    revision = (await api.send('PUT', `/v20190125/untag${query}`, { tagKeys: removeKeys })).revision ?? 0
  if (set.length > 0) revision = (await api.send('PUT', `/v20190125/tag${query}`, { tags: set })).revision ?? revision
  return revision
}
