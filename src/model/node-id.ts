/** How Envoys say which virtual node or gateway they are: node.id, which the bootstrap fills from APPMESH_RESOURCE_ARN and its elders. */
import { formatResourcePath, parseArnHead, parseResourcePath } from './arn.js'
import type { ResourceRef } from './resource.js'

export type ProxyKind = 'virtualNode' | 'virtualGateway'

export interface NodeId {
  readonly kind: ProxyKind
  /** Account that owns the mesh; absent when the id leaves it to the server's default. */
  readonly meshOwner?: string
  readonly meshName: string
  readonly name: string
}

/** The text is not the id of a virtual node or gateway; says why. */
export interface NodeIdProblem {
  readonly problem: string
}

/**
 * Reads `mesh/M/virtualNode/N`, `mesh/M@OWNER/virtualNode/N` or the full ARN of one, and the same for virtual gateways
 * (bootstrap.md section 2; the Kubernetes controller writes the owner of a shared mesh after the mesh name).
 */
export function parseNodeId(text: string): NodeId | NodeIdProblem {
  if (text === '') return { problem: `the node id is empty: ${EXPECTED}` }
  const head = text.startsWith('arn:') ? parseArnHead(text) : undefined
  if (text.startsWith('arn:') && !head)
    return { problem: `${quote(text)} is not the ARN of an App Mesh resource: ${EXPECTED}` }
  const place = parseResourcePath(head?.path ?? text)
  if (!place) return { problem: `${quote(text)} does not name an App Mesh resource: ${EXPECTED}` }
  const { kind, name } = place
  if (kind !== 'virtualNode' && kind !== 'virtualGateway') {
    return { problem: `${quote(text)} names a ${kind}, which is no proxy: ${EXPECTED}` }
  }
  const shared = SHARED_MESH.exec(place.meshName)
  const meshOwner = shared?.[2] ?? head?.account
  return { kind, ...(meshOwner === undefined ? {} : { meshOwner }), meshName: shared?.[1] ?? place.meshName, name }
}

/** The resource that an id stands for, in the mesh of `defaultOwner` (12-digit account) unless the id names another owner. */
export function resolveNodeId(id: NodeId, defaultOwner: string): ResourceRef<ProxyKind> {
  return { kind: id.kind, meshOwner: id.meshOwner ?? defaultOwner, meshName: id.meshName, name: id.name }
}

/** The short form of an id: `mesh/M/virtualNode/N`, with `@OWNER` after the mesh when an owner is given. */
export function formatNodeId({ kind, meshOwner, meshName, name }: NodeId): string {
  const mesh = meshOwner === undefined ? meshName : `${meshName}@${meshOwner}`
  return formatResourcePath({ kind, meshName: mesh, name })
}

const SHARED_MESH = /^(.+)@(\d{12})$/su

const EXPECTED =
  'give mesh/MESH/virtualNode/NAME, mesh/MESH/virtualGateway/NAME, mesh/MESH@OWNER/virtualNode/NAME or the full ARN of one of them'

/** Enough of the text to recognise it; ids come from outside and may be anything. */
function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
}
