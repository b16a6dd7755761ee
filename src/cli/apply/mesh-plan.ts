/** What the definitions of a command would change, mesh by mesh. */
import type { ResourceRef } from '../../model/resource.js'
import type { ApiClient } from '../access/api-client.js'
import { displayRef } from '../access/kinds.js'
import { readMesh, type MeshState } from '../access/meshes.js'
import { CommandError } from '../command-error.js'
import { formatPlace, type Desired } from '../manifest/definition.js'
import { buildPlan, listPruned } from '../plan/plan.js'
import type { Plan } from '../plan/step.js'
import { printable } from '../text.js'

export interface MeshPlan extends Plan {
  readonly meshName: string
  readonly state: MeshState
}

/** One plan for each mesh that is named, in the order in which they are. Throws CommandError when a mesh cannot be reached. */
export async function planApply(
  api: ApiClient,
  definitions: readonly Desired[],
  { prune }: { readonly prune: boolean },
): Promise<MeshPlan[]> {
  const names = [...new Set(definitions.map(({ ref }) => ref.meshName))]
  const plans: MeshPlan[] = []
  for (const meshName of names) {
    const state = await readMesh(api, meshName)
    const desired = definitions.filter(({ ref }) => ref.meshName === meshName).map((each) => ownedBy(state, each))
    const removed = prune ? listPruned(state.resources, desired) : []
    plans.push({ meshName, state, ...buildPlan({ current: state.resources, desired, removed }) })
  }
  return plans
}

/** The plan that removes some of a mesh. */
export function planRemoval(state: MeshState, removed: readonly ResourceRef[]): MeshPlan {
  return { meshName: state.meshName, state, ...buildPlan({ current: state.resources, desired: [], removed }) }
}

/** Nothing is begun that cannot be ended. Throws CommandError. */
export function requireSound(plans: readonly MeshPlan[], definitions: readonly Desired[] = []): void {
  const lines = plans.flatMap(({ problems }) =>
    problems.map(({ ref, message }) => {
      const place = definitions.find((each) => isSame(each.ref, ref))?.place
      return `error: ${place ? `${formatPlace(place)}: ` : ''}${displayRef(ref)}: ${message}`
    }),
  )
  if (lines.length > 0) throw new CommandError(printable([...lines, 'Nothing was changed.'].join('\n')))
}

function isSame(a: ResourceRef, b: ResourceRef): boolean {
  return a.kind === b.kind && a.meshName === b.meshName && a.name === b.name && a.parentName === b.parentName
}

/** A definition seldom says who owns its mesh, and its server has one owner only. */
function ownedBy({ meshOwner, meshName }: MeshState, desired: Desired): Desired {
  const { ref, place } = desired
  if (ref.meshOwner !== '' && meshOwner !== '' && ref.meshOwner !== meshOwner)
    throw new CommandError(
      `error: ${place ? `${formatPlace(place)}: ` : ''}mesh ${meshName} belongs to ${meshOwner} here, not to ${ref.meshOwner}: leave meshOwner out`,
    )
  return { ...desired, ref: { ...ref, meshOwner } }
}
