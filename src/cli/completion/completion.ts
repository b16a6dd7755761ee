/** `meshkeeper completion`: completion of commands, options and names for the shells (docs/commands.md). */
import { Argument, Command } from 'commander'
import { openApi } from '../access/api-client.js'
import { listMeshes, readMeshes } from '../access/meshes.js'
import type { MeshIo } from '../io.js'
import type { ProxiesAnswer } from '../proxy-answers.js'
import { complete, selectNames, type NameSource } from './complete.js'
import { SCRIPTS, type Shell } from './scripts.js'

/** Nobody waits longer for a name. */
const PATIENCE_MILLIS = 1_000

export function completionCommand(io: MeshIo): Command {
  return new Command('completion')
    .description('print a script that completes commands, options and names in a shell')
    .addArgument(new Argument('<SHELL>', 'which shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', '\nFor bash: source <(meshkeeper completion bash)')
    .action((shell: Shell) => io.stdout(SCRIPTS[shell]))
}

/** What the scripts ask. Never fails: a shell has no use for a complaint. */
export function completeCommand(io: MeshIo): Command {
  const command = new Command('__complete').argument('[WORD...]')
  return command.action(async (words: readonly string[]) => {
    const found = await complete(command.parent ?? command, words, serverNames(io)).catch(() => [])
    io.stdout(
      found
        .filter((word) => !/\p{Control}/u.test(word))
        .map((word) => `${word}\n`)
        .join(''),
    )
  })
}

function serverNames(io: MeshIo): NameSource {
  const api = openApi(io, undefined, { ...io.client, timeoutMillis: PATIENCE_MILLIS, attempts: 1 })
  const quietly = (names: Promise<readonly string[]>): Promise<readonly string[]> => names.catch(() => [])
  return {
    meshes: () => quietly(listMeshes(api)),
    resources: (kind, mesh) => quietly(namesOf(kind, mesh)),
    proxies: () =>
      quietly(
        (api.get('/meshkeeper/v1/proxies') as Promise<ProxiesAnswer>).then(({ proxies }) =>
          proxies.flatMap(({ resource }) => (resource ? [`${resource.meshName}/${resource.name}`] : [])),
        ),
      ),
  }

  async function namesOf(kind: string, mesh: string | undefined): Promise<string[]> {
    const meshes = await readMeshes(api, mesh)
    return meshes.flatMap(({ resources }) => selectNames(resources, kind))
  }
}
