/** The kinds as people type them, and where the App Mesh API has them (app-mesh-api.md section 2). */
import { CreateGatewayRouteInput } from '../../model/gateway-route.js'
import { CreateMeshInput } from '../../model/mesh.js'
import { PARENT_KIND } from '../../model/references.js'
import { KINDS, type Kind, type ResourceRef } from '../../model/resource.js'
import { CreateRouteInput } from '../../model/route.js'
import { formatSuggestion } from '../../model/suggest.js'
import { CreateVirtualGatewayInput } from '../../model/virtual-gateway.js'
import { CreateVirtualNodeInput } from '../../model/virtual-node.js'
import { CreateVirtualRouterInput } from '../../model/virtual-router.js'
import { CreateVirtualServiceInput } from '../../model/virtual-service.js'
import { CommandError } from '../command-error.js'

export interface KindNames {
  readonly short: string
  readonly plural: string
  /** As text speaks of one. */
  readonly noun: string
}

export const KIND_NAMES: Readonly<Record<Kind, KindNames>> = {
  mesh: { short: 'm', plural: 'meshes', noun: 'mesh' },
  virtualNode: { short: 'vn', plural: 'virtualNodes', noun: 'virtual node' },
  virtualRouter: { short: 'vr', plural: 'virtualRouters', noun: 'virtual router' },
  route: { short: 'rt', plural: 'routes', noun: 'route' },
  virtualService: { short: 'vs', plural: 'virtualServices', noun: 'virtual service' },
  virtualGateway: { short: 'vg', plural: 'virtualGateways', noun: 'virtual gateway' },
  gatewayRoute: { short: 'gr', plural: 'gatewayRoutes', noun: 'gateway route' },
}

/** The inputs of the create operations, by kind: what a definition may hold. */
export const CREATE_INPUTS = {
  mesh: CreateMeshInput,
  virtualNode: CreateVirtualNodeInput,
  virtualRouter: CreateVirtualRouterInput,
  route: CreateRouteInput,
  virtualService: CreateVirtualServiceInput,
  virtualGateway: CreateVirtualGatewayInput,
  gatewayRoute: CreateGatewayRouteInput,
} as const satisfies Record<Kind, unknown>

/** Every name of every kind, folded. */
const BY_NAME: ReadonlyMap<string, Kind> = new Map(
  KINDS.flatMap((kind) => [kind, ...Object.values(namesOf(kind))].map((name) => [fold(name), kind] as const)),
)

function namesOf(kind: Kind): Omit<KindNames, 'noun'> {
  const { short, plural } = KIND_NAMES[kind]
  return { short, plural }
}

/** `virtual-node`, `VirtualNodes` and `virtualnode` are one. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

/** The kind that `name` is a name of: singular, plural or short, in any case. */
export function findKind(name: string): Kind | undefined {
  return BY_NAME.get(fold(name))
}

/** The kinds that a word on the command line names. Throws CommandError with what there is. */
export function parseKinds(text: string): readonly Kind[] {
  if (text === 'all') return KINDS
  return text.split(',').map(parseKind)
}

export function parseKind(text: string): Kind {
  const kind = findKind(text)
  if (kind) return kind
  const known = [...KINDS, ...KINDS.map((each) => KIND_NAMES[each].plural)]
  throw new CommandError(`error: there is no kind "${text}"${formatSuggestion(text, known)}: ${listKinds()}`, 2)
}

/** For help and errors: `mesh (m), virtualNode (vn), …`. */
export function listKinds(): string {
  return KINDS.map((kind) => `${kind} (${KIND_NAMES[kind].short})`).join(', ')
}

/** The member of App Mesh's JSON that names one: `virtualNodeName`. */
export function nameMember(kind: Kind): string {
  return `${kind}Name`
}

export function parentMember(kind: Kind): string | undefined {
  const parent = PARENT_KIND[kind]
  return parent && nameMember(parent)
}

/** As messages name one: `route router/checkout`. */
export function displayRef({ kind, parentName, name }: Pick<ResourceRef, 'kind' | 'parentName' | 'name'>): string {
  return `${kind}/${localName({ parentName, name })}`
}

/** As `NAME` on the command line: routes with their router, gateway routes with their gateway. */
export function localName({
  parentName,
  name,
}: {
  readonly parentName?: string | undefined
  readonly name: string
}): string {
  return parentName === undefined ? name : `${parentName}/${name}`
}

/** The path of a kind's collection in the App Mesh API. */
export function collectionPath({ kind, meshName, parentName = '' }: ResourceRef): string {
  const mesh = '/v20190125/meshes'
  if (kind === 'mesh') return mesh
  const inMesh = `${mesh}/${encodeSegment(meshName)}`
  const parent = PARENT_KIND[kind]
  return `${inMesh}/${parent ? `${parent}/${encodeSegment(parentName)}/` : ''}${KIND_NAMES[kind].plural}`
}

export function itemPath(ref: ResourceRef): string {
  return `${collectionPath(ref)}/${encodeSegment(ref.name)}`
}

export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/^\.{1,2}$/, (dots) => dots.replaceAll('.', '%2E'))
}
