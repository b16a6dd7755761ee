/** `meshkeeper apply`: makes a mesh what files say (docs/commands.md). */
import { Command } from 'commander'
import { endpointOption } from '../access/endpoint.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { readDefinitions } from '../manifest/files.js'
import { planApply, requireSound } from './mesh-plan.js'
import { runPlans } from './run.js'

interface Flags extends ServerFlags {
  readonly filename: readonly string[]
  readonly mesh?: string
  readonly prune?: boolean
}

export function applyCommand(io: MeshIo): Command {
  return new Command('apply')
    .description('create and update what files define; with --prune also delete what they do not')
    .requiredOption(
      '-f, --filename <PATH...>',
      'files or directories with definitions in JSON or YAML; - is standard input',
    )
    .option('-m, --mesh <MESH>', 'mesh of definitions that name none')
    .option('--prune', 'delete what is in the meshes of the files, but not in the files')
    .addOption(endpointOption())
    .action((flags: Flags) => apply(io, flags))
}

async function apply(io: MeshIo, flags: Flags): Promise<void> {
  const definitions = await readDefinitions(flags.filename, io.readStdin, flags.mesh)
  const api = apiOf(io, flags)
  const plans = await planApply(api, definitions, { prune: flags.prune ?? false })
  requireSound(plans, definitions)
  await runPlans(io, api, plans)
}
