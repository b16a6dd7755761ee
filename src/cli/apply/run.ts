/** Runs plans and tells what becomes of each resource. */
import { refKey } from '../../model/references.js'
import type { ApiClient } from '../access/api-client.js'
import { displayRef } from '../access/kinds.js'
import { colorsFor, type Colors } from '../colors.js'
import { CommandError } from '../command-error.js'
import type { MeshIo } from '../io.js'
import type { Change, Step } from '../plan/step.js'
import { count, printable } from '../text.js'
import { executeSteps, StepError } from './execute.js'
import { openProgress } from './progress.js'
import type { MeshPlan } from './mesh-plan.js'

/** Answers the newest revision of each mesh, written or found. Throws CommandError that says how far it came. */
export async function runPlans(io: MeshIo, api: ApiClient, plans: readonly MeshPlan[]): Promise<Map<string, number>> {
  const total = plans.reduce((sum, { steps }) => sum + steps.length, 0)
  const colors = colorsFor(io)
  const progress = openProgress(io)
  const newest = new Map<string, number>()
  let done = 0
  for (const { meshName, steps, changes, state } of plans) {
    const left = countSteps(steps)
    for (const { ref } of changes.filter(({ action }) => action === 'none'))
      io.stdout(formatChange('none', ref, colors))
    const finish = (step: Step): void => {
      done += 1
      const key = refKey(step.ref)
      const remaining = (left.get(key) ?? 0) - 1
      left.set(key, remaining)
      progress.clear()
      const change = changes.find(({ ref }) => refKey(ref) === key)
      if (remaining === 0 && change) io.stdout(formatChange(change.action, change.ref, colors))
      if (done < total) progress.show(`${done} of ${count(total, 'step')} done`)
    }
    try {
      newest.set(meshName, Math.max(state.revision, await executeSteps(api, steps, finish)))
    } catch (error) {
      progress.clear()
      throw error instanceof StepError ? stopped(error, done, total) : error
    }
  }
  return newest
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

function stopped({ step, message, cause }: StepError, done: number, total: number): CommandError {
  const reason = message.replace(/^error: /, '')
  const far = `${done} of ${count(total, 'step')} done, and that stays. Run the same command again to go on from there.`
  const head = `error: ${VERBS[step.action]} ${displayRef(step.ref)} of mesh ${step.ref.meshName}: ${reason}`
  return new CommandError(`${printable(head)}\n${far}`, { cause })
}
