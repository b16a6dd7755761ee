/** Carries out a plan, one step after the other, each exactly once however often its request has to be sent. */
import { randomUUID } from 'node:crypto'
import { RefusedError, type ApiClient } from '../access/api-client.js'
import { collectionPath, itemPath, nameMember } from '../access/kinds.js'
import type { Step } from '../plan/step.js'

/** A step that the server refused, or that did not reach it: nothing after it was tried. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly step: Step
  readonly done: number

  constructor(step: Step, done: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.step = step
    this.done = done
  }
}

/** Answers the revision of the last write, 0 without one. Throws StepError. */
export async function executeSteps(
  api: ApiClient,
  steps: readonly Step[],
  onStep: (step: Step, index: number) => void = () => undefined,
): Promise<number> {
  let revision = 0
  for (const [index, step] of steps.entries()) {
    try {
      revision = Math.max(revision, await execute(api, step))
    } catch (error) {
      throw new StepError(step, index, error)
    }
    onStep(step, index)
  }
  return revision
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
