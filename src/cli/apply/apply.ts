/** `meshkeeper apply`: makes a mesh what files say (docs/commands.md). */
import { Command } from 'commander'
import type { ApiClient } from '../access/api-client.js'
import { endpointOption } from '../access/endpoint.js'
import { colorsFor } from '../colors.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { readDefinitions } from '../manifest/files.js'
import { formatDifference } from './differences.js'
import { filesOption, meshOption, timeoutOption, waitOption } from './flags.js'
import { planApply, requireSound, type MeshPlan } from './mesh-plan.js'
import { formatChange, runPlans } from './run.js'
import { rejectionsNow, waitForEnvoys } from './wait.js'

interface Flags extends ServerFlags, RunFlags {
  readonly filename: readonly string[]
  readonly mesh?: string
  readonly prune?: boolean
}

export interface RunFlags {
  readonly dryRun?: boolean
  readonly wait?: boolean
  readonly timeout: number
}

export function applyCommand(io: MeshIo): Command {
  return new Command('apply')
    .description('create and update what files define; with --prune also delete what they do not')
    .addOption(filesOption().makeOptionMandatory())
    .addOption(meshOption())
    .option('--prune', 'delete what is in the meshes of the files, but not in the files; never a mesh itself')
    .option('--dry-run', 'write nothing, show what would change')
    .addOption(waitOption())
    .addOption(timeoutOption())
    .addOption(endpointOption())
    .action((flags: Flags) => apply(io, flags))
}

async function apply(io: MeshIo, flags: Flags): Promise<void> {
  const definitions = await readDefinitions(flags.filename, io.readStdin, flags.mesh)
  const api = apiOf(io, flags)
  const plans = await planApply(api, definitions, { prune: flags.prune ?? false })
  requireSound(plans, definitions)
  await carryOut(io, api, plans, flags)
}

/** Runs the plans, waits for the Envoys, or only shows what would be done: as the flags say. */
export async function carryOut(io: MeshIo, api: ApiClient, plans: readonly MeshPlan[], flags: RunFlags): Promise<void> {
  if (flags.dryRun) {
    io.stdout(formatDryRun(io, plans))
    return
  }
  if (!flags.wait) {
    await runPlans(io, api, plans)
    return
  }
  const before = await rejectionsNow(
    api,
    plans.map(({ meshName }) => meshName),
  )
  const revisions = await runPlans(io, api, plans)
  await waitForEnvoys(io, api, revisions, { timeoutMillis: flags.timeout, before })
}

function formatDryRun(io: MeshIo, plans: readonly MeshPlan[]): string {
  const colors = colorsFor(io)
  return plans
    .flatMap(({ changes }) =>
      changes.flatMap((change) => [
        formatChange(change.action, change.ref, colors, ' (dry run)'),
        formatDifference(change, colors),
      ]),
    )
    .join('')
}
