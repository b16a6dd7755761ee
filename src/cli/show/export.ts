/** `meshkeeper export`: definitions without what differs from server to server, for a repository or another server (docs/commands.md). */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { stringify } from 'yaml'
import { endpointOption } from '../access/endpoint.js'
import { KIND_NAMES } from '../access/kinds.js'
import { readMeshes, type MeshState, type StoredResource } from '../access/meshes.js'
import { CommandError } from '../command-error.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { count } from '../text.js'
import { writeFileAtomically } from '../write-file.js'
import { toDefinition } from './manifest.js'

const FORMATS: Readonly<Record<string, (definitions: readonly object[]) => string>> = {
  yaml: (definitions) => definitions.map(toYaml).join('---\n'),
  json: (definitions) => `${JSON.stringify({ items: definitions }, undefined, 2)}\n`,
}

interface Flags extends ServerFlags {
  readonly mesh?: string
  readonly output: string
  readonly directory?: string
}

export function exportCommand(io: MeshIo): Command {
  return new Command('export')
    .description('print meshes as definitions for apply, without versions, times and owners')
    .option('-m, --mesh <MESH>', 'only this mesh')
    .option('--directory <DIR>', 'write one YAML file for each resource below this directory instead')
    .addOption(new Option('-o, --output <FORMAT>', 'notation').choices(Object.keys(FORMATS)).default('yaml'))
    .addOption(endpointOption())
    .action((flags: Flags) => exportMeshes(io, flags))
}

async function exportMeshes(io: MeshIo, flags: Flags): Promise<void> {
  const meshes = await readMeshes(apiOf(io, flags), flags.mesh)
  const { directory } = flags
  if (directory !== undefined) await writeFiles(io, meshes, directory)
  else io.stdout(FORMATS[flags.output]?.(meshes.flatMap(({ resources }) => resources.map(toDefinition))) ?? '')
}

function toYaml(definition: object): string {
  return stringify(definition, { aliasDuplicateObjects: false, lineWidth: 0 })
}

async function writeFiles(io: MeshIo, meshes: readonly MeshState[], directory: string): Promise<void> {
  let files = 0
  for (const resource of meshes.flatMap(({ resources }) => resources)) {
    const { folder, file } = placeOf(directory, resource)
    try {
      await mkdir(folder, { recursive: true })
      await writeFileAtomically(join(folder, file), toYaml(toDefinition(resource)))
    } catch (error) {
      throw new CommandError(`error: cannot write ${join(folder, file)}: ${(error as Error).message}`, { cause: error })
    }
    files += 1
  }
  io.stderr(`${count(files, 'file')} written below ${directory}\n`)
}

/** `DIR/shop/virtualNodes/cart.yaml`, `DIR/shop/routes/ROUTER/checkout.yaml`. Names may hold anything: what no file can be called is escaped. */
function placeOf(directory: string, { ref }: StoredResource): { folder: string; file: string } {
  const mesh = escapeName(ref.meshName)
  if (ref.kind === 'mesh') return { folder: join(directory, mesh), file: 'mesh.yaml' }
  const parent = ref.parentName === undefined ? [] : [escapeName(ref.parentName)]
  return { folder: join(directory, mesh, KIND_NAMES[ref.kind].plural, ...parent), file: `${escapeName(ref.name)}.yaml` }
}

function escapeName(name: string): string {
  return encodeURIComponent(name).replaceAll('%3A', ':').replaceAll('*', '%2A').replace(/^\./, '%2E')
}
