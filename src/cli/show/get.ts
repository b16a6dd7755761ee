/** `meshkeeper get`: what is in the meshes, as tables or as definitions that `apply` takes back (docs/commands.md). */
import { Command } from 'commander'
import { endpointOption } from '../access/endpoint.js'
import { listKinds, localName, parseKinds } from '../access/kinds.js'
import { readMeshes } from '../access/meshes.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { formatNotation, outputOption } from '../output.js'
import { printable } from '../text.js'
import type { Kind } from '../../model/resource.js'
import { formatTables, type Selection } from './tables.js'
import { toManifest } from './manifest.js'
import { notFound, selectResources } from './selection.js'

interface Flags extends ServerFlags {
  readonly mesh?: string
  readonly output: string
}

export function getCommand(io: MeshIo): Command {
  return new Command('get')
    .description('list meshes and what is in them, as a table or as definitions that apply takes back')
    .argument('[KIND]', `${listKinds()}, several separated by commas, or all`, 'mesh')
    .argument('[NAME]', 'only this one; a route also as ROUTER/NAME, a gateway route as GATEWAY/NAME')
    .option('-m, --mesh <MESH>', 'only of this mesh')
    .addOption(outputOption('table', 'wide', 'name'))
    .addOption(endpointOption())
    .action((kind: string, name: string | undefined, flags: Flags) => get(io, kind, name, flags))
}

async function get(io: MeshIo, word: string, name: string | undefined, flags: Flags): Promise<void> {
  const kinds = parseKinds(word)
  const isOneMesh = kinds.length === 1 && kinds[0] === 'mesh'
  const meshes = await readMeshes(apiOf(io, flags), flags.mesh ?? (isOneMesh ? name : undefined))
  const found = meshes.map((mesh) => ({ mesh, resources: selectResources(mesh, kinds, name) }))
  if (name !== undefined && found.every(({ resources }) => resources.length === 0)) throw notFound(meshes, kinds, name)
  io.stdout(formatFound(found, kinds, flags, name !== undefined))
}

function formatFound(
  found: readonly Selection[],
  kinds: readonly Kind[],
  { mesh, output }: Flags,
  one: boolean,
): string {
  const all = found.flatMap(({ resources }) => resources)
  if (output === 'name') return all.map(({ ref }) => `${printable(`${ref.kind}/${localName(ref)}`)}\n`).join('')
  const [only, ...others] = all
  const value = one && only && others.length === 0 ? toManifest(only) : { items: all.map(toManifest) }
  const notation = formatNotation(value, output)
  if (notation !== undefined) return notation
  return formatTables(found, kinds, { wide: output === 'wide', withMesh: mesh === undefined })
}
