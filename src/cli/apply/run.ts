/** Runs plans and tells what becomes of each resource. */
import { refKey } from '../../model/references.js'
import type { ApiClient } from '../access/api-client.js'
import { displayRef } from '../access/kinds.js'
import { colorsFor, type Colors } from '../colors.js'
import { CommandError } from '../command-error.js'
import type { MeshIo } from '../io.js'
import type { Change, Step } from '../plan/step.js'
import { count, printable } from '../text.js'
import { executeSteps, findHalfDone, StepError, StoppedError } from './execute.js'
import { watchInterrupt } from './interrupt.js'
import type { MeshPlan } from './mesh-plan.js'
import { openProgress } from './progress.js'
import { findRivals, isFull } from './room.js'

/** Answers the newest revision of each mesh, written or found. Throws CommandError that says how far it came. */
export async function runPlans(io: MeshIo, api: ApiClient, plans: readonly MeshPlan[]): Promise<Map<string, number>> {
  const total = plans.reduce((sum, { steps }) => sum + steps.length, 0)
  const progress = openProgress(io)
  const interrupt = watchInterrupt(io)
  const newest = new Map<string, number>()
  const done: Step[] = []
  try {
    for (const plan of plans) {
      const { meshName, steps, state } = plan
      const tell = teller(io, plan)
      const revision = await executeSteps(api, steps, {
        current: state.resources,
        isStopped: () => interrupt.requested,
        onRoom: (deletions, step) => {
          progress.clear()
          io.stderr(formatRoom(deletions, step))
        },
        onStep: (step) => {
          done.push(step)
          progress.clear()
          tell(step)
          if (done.length < total) progress.show(`${done.length} of ${count(total, 'step')} done`)
        },
      })
      newest.set(meshName, Math.max(state.revision, revision))
    }
    return newest
  } catch (error) {
    progress.clear()
    throw explainEnd(error, done, total)
  } finally {
    interrupt.close()
  }
}

/** Tells of what stays as it is at once, of each other resource when its last step is done. */
function teller(io: MeshIo, { steps, changes }: MeshPlan): (step: Step) => void {
  const colors = colorsFor(io)
  const left = countSteps(steps)
  for (const { ref } of changes.filter(({ action }) => action === 'none')) io.stdout(formatChange('none', ref, colors))
  return ({ ref }) => {
    const key = refKey(ref)
    const remaining = (left.get(key) ?? 0) - 1
    left.set(key, remaining)
    const change = changes.find((each) => refKey(each.ref) === key)
    if (remaining === 0 && change) io.stdout(formatChange(change.action, change.ref, colors))
  }
}

function formatRoom(deletions: readonly Step[], step: Step): string {
  const names = deletions.map(({ ref }) => displayRef(ref)).join(', ')
  return printable(`note: a limit leaves no room for ${displayRef(step.ref)}: first goes ${names}\n`)
}

function countSteps(steps: readonly Step[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { ref } of steps) counts.set(refKey(ref), (counts.get(refKey(ref)) ?? 0) + 1)
  return counts
}

export const DONE: Readonly<Record<Change['action'], string>> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
  none: 'unchanged',
}

const PAINT: Readonly<Record<Change['action'], 'green' | 'yellow' | 'red' | 'dim'>> = {
  create: 'green',
  update: 'yellow',
  replace: 'yellow',
  delete: 'red',
  none: 'dim',
}

export function formatChange(action: Change['action'], ref: Change['ref'], colors: Colors, note = ''): string {
  return `${printable(displayRef(ref))} ${colors[PAINT[action]](DONE[action])}${note}\n`
}

const VERBS: Readonly<Record<Step['action'], string>> = {
  create: 'creating',
  update: 'updating',
  tag: 'tagging',
  delete: 'deleting',
}

function explainEnd(error: unknown, done: readonly Step[], total: number): unknown {
  const far = `${done.length} of ${count(total, 'step')} done, and that stays. Run the same command again to go on from there.`
  if (error instanceof StoppedError) return new CommandError(`error: interrupted\n${far}`, { cause: error })
  if (!(error instanceof StepError)) return error
  const { step, later, message, cause } = error
  const reason = message.replace(/^error: /, '')
  const head = `error: ${VERBS[step.action]} ${displayRef(step.ref)} of mesh ${step.ref.meshName}: ${reason}`
  const lines = [head, ...explainLimit(error), ...findHalfDone(done, [step, ...later]).map(explainLoss), far]
  return new CommandError(printable(lines.join('\n')), { cause })
}

/** Only one who sees that there would have been room soon wonders why. */
function explainLimit({ step, later, cause }: StepError): string[] {
  const [rival] = step.action === 'create' && isFull(cause) ? findRivals(step, later) : []
  if (!rival) return []
  return [
    `${displayRef(rival.ref)} is to go, but is needed until then: raise the limit for a while (serve --quotas), or change in two steps what uses it.`,
  ]
}

/** Tags that no file says would be gone for good. */
function explainLoss({ ref, tags }: Extract<Step, { action: 'create' }>): string {
  const lost = tags.map(({ key, value }) => `${key}=${value}`).join(', ')
  return `${displayRef(ref)} was deleted to be made anew, and is not there now${lost && `; its tags were ${lost}: write them into the file if they are not there`}.`
}
