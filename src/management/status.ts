/** `GET /meshes/{mesh}/status`: how the Envoys of every virtual node and gateway of a mesh are. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import Type from 'typebox'
import type { ProxyStatus } from '../control/proxy-registry.js'
import type { MeshView } from '../model/mesh-view.js'
import { formatProblem } from '../model/problem.js'
import { isKind, type Resource } from '../model/resource.js'
import type { ManagementContext } from './context.js'
import type { Endpoint } from './endpoint.js'
import { MESH_OWNER, MESH_PARAMS, meshNotFound, readMeshPlace } from './mesh-place.js'
import { compareText } from './order.js'
import { PROXY_KINDS, type ProxyKind } from './place.js'
import { answer, Name, Revision } from './shapes.js'

const Count = Type.Integer({ minimum: 0 })

const Envoys = answer('EnvoyCounts', { connected: Count, synced: Count, stale: Count, nacked: Count })

const NodeStatus = answer('NodeStatus', {
  kind: Type.Enum([...PROXY_KINDS]),
  name: Name,
  envoys: Envoys,
  endpoints: Type.Optional(
    Type.Object(
      { healthy: Count, total: Count },
      { title: 'EndpointCounts', additionalProperties: false, description: 'of a node that Cloud Map discovers' },
    ),
  ),
  tls: Type.Optional(
    Type.Enum(['STRICT', 'PERMISSIVE', 'DISABLED'], { description: 'the strictest of its listeners' }),
  ),
  problems: Type.Array(Type.String()),
})

export const STATUS: Endpoint = {
  operation: 'GetMeshStatus',
  path: '/meshes/:mesh/status',
  summary: 'Envoys, endpoints, TLS and problems of every virtual node and gateway',
  params: MESH_PARAMS,
  query: MESH_OWNER,
  answer: answer('MeshStatus', { revision: Revision, appliedRevision: Revision, nodes: Type.Array(NodeStatus) }),
  follows: true,
  handle: async (context, call) => {
    const place = readMeshPlace(context, call)
    const { control, directory } = context
    if (!control.view(place)) throw meshNotFound(place)
    const { proxies } = await directory.statuses({ mesh: `${place.meshName}@${place.meshOwner}` })
    const view = control.view(place)
    if (!view) throw meshNotFound(place)
    return {
      revision: view.revision,
      appliedRevision: control.appliedRevision,
      nodes: await describeNodes(control, view, countEnvoys(proxies)),
    }
  },
}

type ProxyResource = Resource<'virtualNode'> | Resource<'virtualGateway'>

const SLICE_MILLIS = 10

/** Works in slices: each of them is translated. */
async function describeNodes(
  { previews }: ManagementContext['control'],
  view: MeshView,
  envoys: ReadonlyMap<string, Counts>,
): Promise<object[]> {
  const resources: ProxyResource[] = [...sorted(view.virtualNodes.values()), ...sorted(view.virtualGateways.values())]
  const nodes: object[] = []
  let sliceEnd = performance.now() + SLICE_MILLIS
  for (const resource of resources) {
    if (performance.now() > sliceEnd) {
      await nextTurn()
      sliceEnd = performance.now() + SLICE_MILLIS
    }
    const { kind, name } = resource.ref
    const endpoints = isKind(resource, 'virtualNode') ? previews.countEndpoints(resource) : undefined
    const tls = strictest(resource)
    nodes.push({
      kind,
      name,
      envoys: envoys.get(keyOf(kind, name)) ?? NONE,
      ...(endpoints && { endpoints }),
      ...(tls !== undefined && { tls }),
      problems: (previews.problems(resource.ref) ?? []).map(formatProblem),
    })
  }
  return nodes
}

function sorted<R extends Resource>(resources: Iterable<R>): R[] {
  return [...resources].sort((left, right) => compareText(left.ref.name, right.ref.name))
}

interface Counts {
  readonly connected: number
  readonly synced: number
  readonly stale: number
  readonly nacked: number
}

const NONE: Counts = { connected: 0, synced: 0, stale: 0, nacked: 0 }

const COUNTED = { SYNCED: 'synced', STALE: 'stale', NACKED: 'nacked', NOT_SENT: undefined } as const

function countEnvoys(proxies: readonly ProxyStatus[]): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>()
  for (const { resource, state } of proxies) {
    if (!resource) continue
    const key = keyOf(resource.kind, resource.name)
    const before = counts.get(key) ?? NONE
    const counted = COUNTED[state]
    counts.set(key, {
      ...before,
      connected: before.connected + 1,
      ...(counted && { [counted]: before[counted] + 1 }),
    })
  }
  return counts
}

function keyOf(kind: ProxyKind, name: string): string {
  return `${kind} ${name}`
}

const STRICTEST_FIRST = ['STRICT', 'PERMISSIVE', 'DISABLED'] as const

/** Undefined when no listener says anything about TLS. */
function strictest({ spec }: ProxyResource): (typeof STRICTEST_FIRST)[number] | undefined {
  const modes = new Set((spec.listeners ?? []).map(({ tls }) => tls?.mode))
  return STRICTEST_FIRST.find((mode) => modes.has(mode))
}
