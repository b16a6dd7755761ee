/** `meshkeeper delete`: removes resources, in an order in which none stands in the way of another (docs/commands.md). */
import { Command } from 'commander'
import { PARENT_KIND, refKey } from '../../model/references.js'
import type { ResourceRef } from '../../model/resource.js'
import type { ApiClient } from '../access/api-client.js'
import { endpointOption } from '../access/endpoint.js'
import { displayRef, listKinds, localName, parseKind } from '../access/kinds.js'
import { listMeshes, readMesh, unknownMesh, type MeshState, type StoredResource } from '../access/meshes.js'
import { CommandError } from '../command-error.js'
import { apiOf, type MeshIo, type ServerFlags } from '../io.js'
import { readDefinitions } from '../manifest/files.js'
import { notFound, selectResources } from '../show/selection.js'
import { printable } from '../text.js'
import { carryOut, type RunFlags } from './apply.js'
import { filesOption, timeoutOption, waitOption } from './flags.js'
import { planRemoval, requireSound, type MeshPlan } from './mesh-plan.js'

interface Flags extends ServerFlags, RunFlags {
  readonly filename?: readonly string[]
  readonly mesh?: string
  readonly cascade?: boolean
  readonly ignoreNotFound?: boolean
}

export function deleteCommand(io: MeshIo): Command {
  return new Command('delete')
    .description('delete resources by name, or those that files define')
    .argument('[KIND]', listKinds())
    .argument('[NAME...]', 'names; a route also as ROUTER/NAME, a gateway route as GATEWAY/NAME')
    .addOption(filesOption())
    .option('-m, --mesh <MESH>', 'mesh that they are in; needed where there are several')
    .option('--cascade', 'also delete what lives in them: all of a mesh, the routes of a router or gateway')
    .option('--ignore-not-found', 'what is not there is no error')
    .option('--dry-run', 'delete nothing, show what would go')
    .addOption(waitOption())
    .addOption(timeoutOption())
    .addOption(endpointOption())
    .action((kind: string | undefined, names: readonly string[], flags: Flags) => remove(io, kind, names, flags))
}

async function remove(io: MeshIo, word: string | undefined, names: readonly string[], flags: Flags): Promise<void> {
  if ((word === undefined) === (flags.filename === undefined) || (word !== undefined && names.length === 0))
    throw new CommandError('error: say what: either KIND NAME or -f PATH. Run "meshkeeper delete --help" for more.', 2)
  const api = apiOf(io, flags)
  const plans =
    word === undefined ? await planFiles(io, api, flags) : await planNames(api, parseKind(word), names, flags)
  requireSound(plans)
  await carryOut(io, api, plans, flags)
}

/** What is gone already is fine: whoever was interrupted runs the same again. */
async function planFiles(io: MeshIo, api: ApiClient, { filename = [], mesh, cascade }: Flags): Promise<MeshPlan[]> {
  const definitions = await readDefinitions(filename, io.readStdin, mesh)
  const plans: MeshPlan[] = []
  for (const meshName of new Set(definitions.map(({ ref }) => ref.meshName))) {
    const state = await readMesh(api, meshName)
    const wanted = definitions.map(({ ref }) => refKey({ ...ref, meshOwner: state.meshOwner }))
    const found = state.resources.filter(({ ref }) => wanted.includes(refKey(ref)))
    for (const { ref } of definitions.filter((each) => each.ref.meshName === meshName))
      if (!found.some((each) => refKey(each.ref) === refKey({ ...ref, meshOwner: state.meshOwner })))
        io.stderr(`note: ${printable(displayRef(ref))} of mesh ${printable(meshName)} is not there\n`)
    plans.push(planRemoval(state, refsOf(state, found, cascade)))
  }
  return plans
}

async function planNames(
  api: ApiClient,
  kind: ResourceRef['kind'],
  names: readonly string[],
  { mesh, cascade, ignoreNotFound = false }: Flags,
): Promise<MeshPlan[]> {
  if (kind === 'mesh') {
    const states = await Promise.all(names.map((name) => readMesh(api, name)))
    for (const { meshName, resources } of states)
      if (resources.length === 0 && !ignoreNotFound) throw await unknownMesh(api, meshName)
    return states.map((state) => planRemoval(state, refsOf(state, selectResources(state, ['mesh']), cascade)))
  }
  const state = await readMesh(api, mesh ?? (await onlyMesh(api)))
  if (state.resources.length === 0) throw await unknownMesh(api, state.meshName)
  const found = names.flatMap((name) => {
    const matching = selectResources(state, [kind], name)
    if (matching.length === 0 && !ignoreNotFound) throw notFound([state], [kind], name)
    if (matching.length > 1) throw ambiguous(name, matching)
    return matching
  })
  return [planRemoval(state, refsOf(state, found, cascade))]
}

/** Throws CommandError where there are several: nobody wants to delete from the wrong one. */
async function onlyMesh(api: ApiClient): Promise<string> {
  const [name, ...others] = await listMeshes(api)
  if (name === undefined) throw new CommandError('error: there is no mesh')
  if (others.length === 0) return name
  throw new CommandError(`error: say of which mesh with --mesh: ${printable([name, ...others].join(', '))}`, 2)
}

function ambiguous(name: string, found: readonly StoredResource[]): CommandError {
  const names = found.map(({ ref }) => localName(ref)).join(', ')
  return new CommandError(`error: ${printable(`"${name}" may be any of ${names}`)}`, 2)
}

function refsOf({ resources }: MeshState, found: readonly StoredResource[], cascade = false): ResourceRef[] {
  const refs = found.map(({ ref }) => ref)
  if (!cascade) return refs
  if (refs.some(({ kind }) => kind === 'mesh')) return resources.map(({ ref }) => ref)
  const parents = new Set(refs.map(({ kind, name }) => `${kind}/${name}`))
  const children = resources.filter(({ ref: { kind, parentName = '' } }) => {
    return parents.has(`${PARENT_KIND[kind] ?? ''}/${parentName}`)
  })
  return [...new Map([...children.map(({ ref }) => ref), ...refs].map((ref) => [refKey(ref), ref])).values()]
}
