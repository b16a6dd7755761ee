/**
 * The mesh map as a graph: what is in a mesh, and where traffic goes from there. It says nothing of how things are (map-status.ts), so that
 * the layout, which follows from the graph alone, stays while states change.
 */
import { parseArn } from '../../model/arn.js'
import type { GatewayRouteSpec } from '../../model/gateway-route.js'
import { backendsOf, targetServiceOf, targetsOf } from '../../model/references.js'
import type { Kind, SpecByKind } from '../../model/resource.js'
import type { RouteSpec } from '../../model/route.js'
import type { VirtualGatewaySpec } from '../../model/virtual-gateway.js'
import type { VirtualNodeSpec } from '../../model/virtual-node.js'
import { isOutsideHost } from './map-host.js'
import { formatGatewayRouteMatch, formatRouteMatch, routeTypeOf } from './map-match.js'

/** A resource as `GET /meshkeeper/v1/meshes/{mesh}/resources` gives it, as far as the map looks at it. */
export type MapResource = {
  [K in Kind]: { readonly kind: K; readonly name: string; readonly parentName?: string; readonly spec: SpecByKind[K] }
}[Kind]

/** In the order in which traffic meets them. */
export const BOX_KINDS = [
  'virtualGateway',
  'gatewayRoute',
  'virtualService',
  'virtualRouter',
  'route',
  'virtualNode',
  'external',
] as const
export type BoxKind = (typeof BOX_KINDS)[number]

export interface MapBox {
  /** `virtualNode/cart`, `route/cart-router/all`: the same on every refresh. */
  readonly id: string
  readonly kind: BoxKind
  readonly name: string
  /** The router of a route, the gateway of a gateway route. */
  readonly parentName?: string
  /** What matters of its spec, most important first. */
  readonly details: readonly string[]
  /** Something refers to it, but it is not in this mesh. */
  readonly missing?: true
  readonly tls?: ListenerTls
  /** Nodes that stand for a host outside: nobody expects an Envoy there. */
  readonly outside?: true
}

export type ListenerTls = 'STRICT' | 'PERMISSIVE' | 'DISABLED'

/** `traffic`: routing leads there. `backend`: the node may call it. `discovery`: where its endpoints are. `egress`: whatever is outside. */
export type LinkKind = 'traffic' | 'backend' | 'discovery' | 'egress'

export interface MapLink {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly kind: LinkKind
  /** E.g. `75%`, `75% · port 8080`. */
  readonly label?: string
}

export interface MapGraph {
  /** By kind, then by name. */
  readonly boxes: readonly MapBox[]
  readonly links: readonly MapLink[]
}

/** Above this many nodes a line from each to the world says less than the one word beside it. */
const MOST_EGRESS_LINKS = 20

/** The graph of one mesh, the same for the same resources in whatever order. */
export function buildMapGraph(resources: readonly MapResource[]): MapGraph {
  const mesh = resources.find((resource) => resource.kind === 'mesh')?.name ?? ''
  const pieces = resources.map((resource) => describe(resource, mesh))
  const egress = buildEgress(resources, pieces)
  const boxes = new Map([...pieces, egress].flatMap((piece) => piece.boxes.map((box) => [box.id, box])))
  const links = [...pieces, egress].flatMap((piece) => piece.links)
  for (const { to } of links) if (!boxes.has(to)) boxes.set(to, missingBox(to))
  return { boxes: [...boxes.values()].sort(byKindAndName), links: links.sort((a, b) => compare(a.id, b.id)) }
}

/** The box of a resource of this mesh. */
export function boxId({ kind, name, parentName }: Pick<MapBox, 'kind' | 'name' | 'parentName'>): string {
  return [kind, ...(parentName === undefined ? [] : [parentName]), name].map(encodeURIComponent).join('/')
}

/** Weights as shares of a hundred, e.g. [1, 2] → ['33.3%', '66.7%']; nothing is shared where all are 0. */
export function formatShares(weights: readonly number[]): string[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => `${sum === 0 ? 0 : Math.round((weight / sum) * 1000) / 10}%`)
}

interface Piece {
  readonly boxes: readonly MapBox[]
  readonly links: readonly MapLink[]
}

const NOTHING: Piece = { boxes: [], links: [] }

function describe(resource: MapResource, mesh: string): Piece {
  switch (resource.kind) {
    case 'mesh':
      return NOTHING
    case 'virtualGateway':
      return describeGateway(resource.name, resource.spec)
    case 'gatewayRoute':
      return describeGatewayRoute(resource.name, resource.parentName ?? '', resource.spec)
    case 'virtualService':
      return describeService(resource.name, resource.spec)
    case 'virtualRouter':
      return describeRouter(resource.name, resource.spec)
    case 'route':
      return describeRoute(resource.name, resource.parentName ?? '', resource.spec)
    case 'virtualNode':
      return describeNode(resource.name, resource.spec, mesh)
  }
}

function describeGateway(name: string, { listeners }: VirtualGatewaySpec): Piece {
  const details = listeners.map(({ portMapping: { protocol, port } }) => `${protocol} ${port}`)
  return { boxes: [buildBox({ kind: 'virtualGateway', name, details, ...tlsOf(listeners) })], links: [] }
}

function describeGatewayRoute(name: string, gateway: string, spec: GatewayRouteSpec): Piece {
  const box = buildBox({ kind: 'gatewayRoute', name, parentName: gateway, details: formatGatewayRouteMatch(spec) })
  const service = targetServiceOf(spec)
  const port = (spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute)?.action.target.port
  const target =
    service === undefined
      ? []
      : [link(box.id, boxId({ kind: 'virtualService', name: service }), 'traffic', formatPort(port))]
  return { boxes: [box], links: [link(boxId({ kind: 'virtualGateway', name: gateway }), box.id, 'traffic'), ...target] }
}

function describeService(name: string, { provider }: SpecByKind['virtualService']): Piece {
  const router = provider?.virtualRouter?.virtualRouterName
  const node = provider?.virtualNode?.virtualNodeName
  const details = router === undefined && node === undefined ? ['no provider'] : []
  const box = buildBox({ kind: 'virtualService', name, details })
  const targets = [
    ...(router === undefined ? [] : [boxId({ kind: 'virtualRouter', name: router })]),
    ...(node === undefined ? [] : [boxId({ kind: 'virtualNode', name: node })]),
  ]
  return { boxes: [box], links: targets.map((target) => link(box.id, target, 'traffic')) }
}

function describeRouter(name: string, { listeners }: SpecByKind['virtualRouter']): Piece {
  const details = (listeners ?? []).map(({ portMapping: { protocol, port } }) => `${protocol} ${port}`)
  return { boxes: [buildBox({ kind: 'virtualRouter', name, details })], links: [] }
}

function describeRoute(name: string, router: string, spec: RouteSpec): Piece {
  const priority = spec.priority === undefined ? [] : [`priority ${spec.priority}`]
  const details = [`${routeTypeOf(spec) ?? ''} ${formatRouteMatch(spec).join(', ')}`.trim(), ...priority]
  const box = buildBox({ kind: 'route', name, parentName: router, details })
  const targets = targetsOf(spec)
  const shares = formatShares(targets.map(({ weight }) => weight))
  const links = targets.map(({ virtualNode, port }, index) => {
    const label = [shares[index] ?? '', ...(formatPort(port) ?? [])].join(' · ')
    const to = boxId({ kind: 'virtualNode', name: virtualNode })
    return { ...link(box.id, to, 'traffic', [label]), id: `${box.id}→${to}#${index}` }
  })
  return { boxes: [box], links: [link(boxId({ kind: 'virtualRouter', name: router }), box.id, 'traffic'), ...links] }
}

function describeNode(name: string, spec: VirtualNodeSpec, mesh: string): Piece {
  const { dns, awsCloudMap } = spec.serviceDiscovery ?? {}
  const listeners = spec.listeners ?? []
  const outside = dns !== undefined && isOutsideHost(dns.hostname)
  const details = [
    ...listeners.map(({ portMapping: { protocol, port } }) => `${protocol} ${port}`),
    ...(dns ? [dns.hostname] : []),
    ...(awsCloudMap ? [`Cloud Map ${awsCloudMap.serviceName}.${awsCloudMap.namespaceName}`] : []),
  ]
  const box = buildBox({ kind: 'virtualNode', name, details, ...tlsOf(listeners), ...(outside && { outside }) })
  const backends = [...new Set(backendsOf(spec))].map((backend) => link(box.id, backendId(backend, mesh), 'backend'))
  if (!outside) return { boxes: [box], links: backends }
  const host = buildBox({ kind: 'external', name: dns.hostname, details: ['host outside the mesh'] })
  return { boxes: [box, host], links: [...backends, link(box.id, host.id, 'discovery')] }
}

/** A service of this mesh by its name or its ARN, one of another mesh by its ARN. */
function backendId(nameOrArn: string, mesh: string): string {
  const arn = parseArn(nameOrArn)
  if (arn?.kind !== 'virtualService') return boxId({ kind: 'virtualService', name: nameOrArn })
  const inside = arn.meshName === mesh
  return boxId(inside ? { kind: 'virtualService', name: arn.name } : { kind: 'external', name: nameOrArn })
}

function buildEgress(resources: readonly MapResource[], pieces: readonly Piece[]): Piece {
  const mesh = resources.find((resource) => resource.kind === 'mesh')
  if (mesh?.spec.egressFilter?.type !== 'ALLOW_ALL') return NOTHING
  const host = buildBox({ kind: 'external', name: 'Any host', details: ['egress filter ALLOW_ALL'] })
  const nodes = pieces.flatMap(({ boxes }) => boxes).filter((box) => box.kind === 'virtualNode' && !box.outside)
  const links = nodes.length > MOST_EGRESS_LINKS ? [] : nodes.map((node) => link(node.id, host.id, 'egress'))
  return { boxes: [host], links }
}

function missingBox(id: string): MapBox {
  const [kind, ...names] = id.split('/').map(decodeURIComponent) as [BoxKind, ...string[]]
  const name = names.at(-1) ?? ''
  const arn = kind === 'external' ? parseArn(name) : undefined
  if (arn) return { id, kind, name: arn.name, details: [`virtual service of mesh ${arn.meshName}`] }
  const [parentName] = names.length > 1 ? names : []
  return { id, kind, name, ...(parentName !== undefined && { parentName }), details: ['does not exist'], missing: true }
}

function buildBox(box: Omit<MapBox, 'id'>): MapBox {
  return { id: boxId(box), ...box }
}

function link(from: string, to: string, kind: LinkKind, label?: readonly string[]): MapLink {
  return {
    id: `${from}→${to}${kind === 'traffic' ? '' : `#${kind}`}`,
    from,
    to,
    kind,
    ...(label && { label: label.join(' · ') }),
  }
}

function formatPort(port: number | undefined): string[] | undefined {
  return port === undefined ? undefined : [`port ${port}`]
}

const STRICTEST_FIRST: readonly ListenerTls[] = ['STRICT', 'PERMISSIVE', 'DISABLED']

function tlsOf(listeners: readonly { readonly tls?: { readonly mode: ListenerTls } }[]): Pick<MapBox, 'tls'> {
  const mode = STRICTEST_FIRST.find((each) => listeners.some(({ tls }) => tls?.mode === each))
  return mode ? { tls: mode } : {}
}

function byKindAndName(a: MapBox, b: MapBox): number {
  return BOX_KINDS.indexOf(a.kind) - BOX_KINDS.indexOf(b.kind) || compare(a.id, b.id)
}

/** By code units, as nothing else is the same in every browser. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
