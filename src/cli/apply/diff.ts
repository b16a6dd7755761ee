/** `meshkeeper diff`: what `apply` would change (docs/commands.md). */
import { Command } from 'commander'
import { endpointOption } from '../access/endpoint.js'
import { colorsFor } from '../colors.js'
import { CommandEnd, CommandError } from '../command-error.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { readDefinitions } from '../manifest/files.js'
import { formatDifference } from './differences.js'
import { filesOption, meshOption } from './flags.js'
import { planApply, requireSound } from './mesh-plan.js'

interface Flags extends ServerFlags {
  readonly filename: readonly string[]
  readonly mesh?: string
  readonly prune?: boolean
}

export function diffCommand(io: MeshIo): Command {
  return new Command('diff')
    .description('show what apply would change; ends with 1 when there is something, with 2 when it cannot tell')
    .addOption(filesOption().makeOptionMandatory())
    .addOption(meshOption())
    .option('--prune', 'also what apply --prune would delete')
    .addOption(endpointOption())
    .action((flags: Flags) => diff(io, flags))
}

/** Like diff(1): trouble must not look like a difference. */
async function diff(io: MeshIo, flags: Flags): Promise<void> {
  try {
    const definitions = await readDefinitions(flags.filename, io.readStdin, flags.mesh)
    const plans = await planApply(apiOf(io, flags), definitions, { prune: flags.prune ?? false })
    requireSound(plans, definitions)
    const texts = plans.flatMap(({ changes }) => changes.map((change) => formatDifference(change, colorsFor(io))))
    io.stdout(texts.join(''))
    if (texts.some((text) => text !== '')) throw new CommandEnd(1)
  } catch (error) {
    throw error instanceof CommandError ? new CommandError(error.message, 2, { cause: error }) : error
  }
}
