/** What a resource comes to beyond its own words: what stands in its way, and what holds although it does not say so. */
import type { ApiClient } from '../access/api-client.js'
import { encodeSegment } from '../access/kinds.js'
import type { StoredResource } from '../access/meshes.js'
import { formatTable, indent } from '../text.js'

/** As `/meshkeeper/v1` answers it. */
export interface EffectiveDefault {
  readonly path: string
  readonly value: unknown
  readonly why: string
}

interface MeshStatus {
  readonly nodes: readonly { readonly kind: string; readonly name: string; readonly problems: readonly string[] }[]
}

/** Why the Envoys of a virtual node or gateway, or of any in a mesh, cannot have what was meant; [] for other kinds. */
export async function readProblems(api: ApiClient, { ref }: StoredResource): Promise<readonly string[]> {
  const { kind, name, meshName } = ref
  if (kind !== 'mesh' && kind !== 'virtualNode' && kind !== 'virtualGateway') return []
  const { nodes } = (await api.get(`/meshkeeper/v1/meshes/${encodeSegment(meshName)}/status`)) as MeshStatus
  if (kind !== 'mesh') return nodes.find((node) => node.kind === kind && node.name === name)?.problems ?? []
  return nodes.flatMap(({ problems }) => problems)
}

export async function readDefaults(api: ApiClient, { ref }: StoredResource): Promise<readonly EffectiveDefault[]> {
  const { kind, meshName, parentName, name } = ref
  const place = [meshName, 'defaults', kind, ...(parentName === undefined ? [] : [parentName]), name]
  const { defaults } = (await api.get(`/meshkeeper/v1/meshes/${place.map(encodeSegment).join('/')}`)) as {
    defaults: readonly EffectiveDefault[]
  }
  return defaults
}

/** A section, or none. */
export function formatDefaults(defaults: readonly EffectiveDefault[]): string[] {
  if (defaults.length === 0) return []
  const rows = defaults.map(({ path, value, why }) => [path, formatValue(value), why])
  return [`Holds unless it says otherwise:\n${indent(formatTable(rows).trimEnd())}\n`]
}

function formatValue(value: unknown): string {
  if (value === null) return 'none'
  const { value: number, unit } = value as { value?: unknown; unit?: unknown }
  if (typeof number === 'number' && typeof unit === 'string') return `${number} ${unit}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
