/** Who the Envoy is: node id, node cluster and the mesh resource behind them (bootstrap.md section 2). */
import { parseNodeId, type ProxyKind } from '../model/node-id.js'
import type { Outcome } from './outcome.js'
import type { Settings } from './variables.js'

/** The parts of the node id that tags and tracers show, as App Mesh's agent cuts them: between the slashes. */
export interface MeshResource {
  readonly type: ProxyKind
  /** With `@owner` when the id has it. */
  readonly mesh: string
  readonly name: string
}

export interface Identity {
  /** Verbatim from the environment. */
  readonly id: string
  readonly cluster: string
  readonly resource: MeshResource
}

const ID_VARIABLES = ['APPMESH_RESOURCE_ARN', 'APPMESH_RESOURCE_NAME', 'APPMESH_VIRTUAL_NODE_NAME'] as const

export function resolveIdentity(settings: Settings): Outcome<Identity> {
  const variable = ID_VARIABLES.find((name) => settings[name] !== undefined) ?? ID_VARIABLES[0]
  const id = settings[variable]
  if (id === undefined)
    return { path: variable, message: 'must be set: the ARN of the virtual node or gateway, or its short name' }
  const parsed = parseNodeId(id)
  if ('problem' in parsed) return { path: variable, message: `is not usable: ${parsed.problem}` }
  const [, mesh = '', , name = ''] = id.split('/')
  const cluster = settings.APPMESH_RESOURCE_CLUSTER ?? settings.APPMESH_VIRTUAL_NODE_CLUSTER ?? id
  return { id, cluster, resource: { type: parsed.kind, mesh, name } }
}
