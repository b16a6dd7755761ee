/** Which resources a command line names. */
import type { Kind } from '../../model/resource.js'
import { formatSuggestion } from '../../model/suggest.js'
import { KIND_NAMES, localName } from '../access/kinds.js'
import type { MeshState, StoredResource } from '../access/meshes.js'
import { CommandError } from '../command-error.js'
import { printable } from '../text.js'

/** Those of `kinds`, in their order; of that name, for a child also with its parent's. */
export function selectResources({ resources }: MeshState, kinds: readonly Kind[], name?: string): StoredResource[] {
  return kinds.flatMap((kind) =>
    resources.filter(
      ({ ref }) => ref.kind === kind && (name === undefined || ref.name === name || localName(ref) === name),
    ),
  )
}

/** Says what there is instead. */
export function notFound(meshes: readonly MeshState[], kinds: readonly Kind[], name: string): CommandError {
  const known = meshes.flatMap((mesh) => selectResources(mesh, kinds).map(({ ref }) => localName(ref)))
  const [kind] = kinds
  const noun = kinds.length === 1 && kind ? KIND_NAMES[kind].noun : 'resource'
  const where = meshes.length === 1 ? ` in mesh ${meshes[0]?.meshName ?? ''}` : ''
  return new CommandError(
    `error: there is no ${noun} ${printable(name)}${where}${formatSuggestion(name, new Set(known))}`,
  )
}
