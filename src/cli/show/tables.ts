/** Resources as tables, one for each kind. */
import { backendsOf, targetServiceOf, targetsOf } from '../../model/references.js'
import { isKind, type Kind } from '../../model/resource.js'
import { KIND_NAMES, localName } from '../access/kinds.js'
import type { MeshState, StoredResource } from '../access/meshes.js'
import { formatAge, formatTable } from '../text.js'

export interface TableOptions {
  readonly wide: boolean
  readonly withMesh: boolean
  /** Milliseconds since the epoch. */
  readonly now?: number
}

/** What is shown of a mesh. */
export interface Selection {
  readonly mesh: MeshState
  readonly resources: readonly StoredResource[]
}

interface Column {
  readonly head: string
  readonly cell: (resource: StoredResource, mesh: MeshState) => string
  readonly wide?: true
}

/** Every table of `kinds` that has a line; with one kind only, a sentence instead of an empty one. */
export function formatTables(found: readonly Selection[], kinds: readonly Kind[], options: TableOptions): string {
  const tables = kinds.flatMap((kind) => {
    const rows = found.flatMap(({ mesh, resources }) =>
      resources.filter(({ ref }) => ref.kind === kind).map((resource) => ({ mesh, resource })),
    )
    return rows.length === 0 ? [] : [formatKind(kind, rows, options)]
  })
  if (tables.length > 0) return tables.join('\n')
  const [kind] = kinds
  return kinds.length === 1 && kind ? `There is no ${KIND_NAMES[kind].noun} yet.\n` : 'There is nothing yet.\n'
}

type Row = { readonly mesh: MeshState; readonly resource: StoredResource }

function formatKind(kind: Kind, rows: readonly Row[], { wide, withMesh, now = Date.now() }: TableOptions): string {
  const columns = [
    ...(withMesh && kind !== 'mesh' ? [{ head: 'MESH', cell: ({ ref }: StoredResource) => ref.meshName }] : []),
    { head: KIND_NAMES[kind].noun.toUpperCase(), cell: ({ ref }: StoredResource) => localName(ref) },
    ...COLUMNS[kind],
    { head: 'VERSION', cell: ({ version }: StoredResource) => String(version) },
    { head: 'AGE', cell: ({ createdAt }: StoredResource) => formatAge(Math.max(0, now - Date.parse(createdAt))) },
    ...WIDE,
  ].filter((column) => wide || !('wide' in column))
  const lines = rows.map(({ resource, mesh }) => columns.map(({ cell }) => cell(resource, mesh) || '-'))
  return formatTable([columns.map(({ head }) => head), ...lines])
}

const WIDE: readonly Column[] = [
  { head: 'UPDATED', cell: ({ lastUpdatedAt }) => lastUpdatedAt, wide: true },
  { head: 'TAGS', cell: ({ tags }) => tags.map(({ key, value }) => `${key}=${value}`).join(','), wide: true },
  { head: 'ARN', cell: ({ arn }) => arn, wide: true },
]

const COLUMNS: Readonly<Record<Kind, readonly Column[]>> = {
  mesh: [
    { head: 'EGRESS', cell: (mesh) => (isKind(mesh, 'mesh') ? (mesh.spec.egressFilter?.type ?? 'DROP_ALL') : '') },
    { head: 'RESOURCES', cell: (_, { resources }) => String(resources.length - 1) },
  ],
  virtualNode: [
    { head: 'LISTENERS', cell: formatListeners },
    { head: 'DISCOVERY', cell: (node) => (isKind(node, 'virtualNode') ? formatDiscovery(node.spec) : '') },
    { head: 'BACKENDS', cell: (node) => (isKind(node, 'virtualNode') ? String(backendsOf(node.spec).length) : '') },
  ],
  virtualRouter: [
    { head: 'LISTENERS', cell: formatListeners },
    {
      head: 'ROUTES',
      cell: ({ ref }, { resources }) =>
        String(resources.filter((each) => each.ref.kind === 'route' && each.ref.parentName === ref.name).length),
    },
  ],
  route: [
    { head: 'PRIORITY', cell: ({ spec }) => String((spec as { priority?: number }).priority ?? '') },
    { head: 'MATCH', cell: formatMatch },
    { head: 'TARGETS', cell: (route) => (isKind(route, 'route') ? formatTargets(route.spec) : '') },
  ],
  virtualService: [
    { head: 'PROVIDER', cell: (service) => (isKind(service, 'virtualService') ? formatProvider(service.spec) : '') },
  ],
  virtualGateway: [
    { head: 'LISTENERS', cell: formatListeners },
    {
      head: 'GATEWAY ROUTES',
      cell: ({ ref }, { resources }) =>
        String(resources.filter((each) => each.ref.kind === 'gatewayRoute' && each.ref.parentName === ref.name).length),
    },
  ],
  gatewayRoute: [
    { head: 'PRIORITY', cell: ({ spec }) => String((spec as { priority?: number }).priority ?? '') },
    { head: 'MATCH', cell: formatMatch },
    { head: 'SERVICE', cell: (route) => (isKind(route, 'gatewayRoute') ? (targetServiceOf(route.spec) ?? '') : '') },
  ],
}

type SpecOf<K extends Kind> = StoredResource<K>['spec']

function formatListeners({ spec }: StoredResource): string {
  const { listeners = [] } = spec as SpecOf<'virtualNode'>
  return listeners
    .map(
      ({ portMapping, tls }) =>
        `${portMapping.protocol}:${portMapping.port}${tls && tls.mode !== 'DISABLED' ? '+tls' : ''}`,
    )
    .join(', ')
}

function formatDiscovery({ serviceDiscovery: { dns, awsCloudMap } = {} }: SpecOf<'virtualNode'>): string {
  if (dns) return `dns ${dns.hostname}`
  return awsCloudMap ? `cloud map ${awsCloudMap.serviceName}.${awsCloudMap.namespaceName}` : ''
}

function formatProvider({ provider: { virtualNode, virtualRouter } = {} }: SpecOf<'virtualService'>): string {
  if (virtualNode) return `virtualNode/${virtualNode.virtualNodeName}`
  return virtualRouter ? `virtualRouter/${virtualRouter.virtualRouterName}` : ''
}

function formatTargets(spec: SpecOf<'route'>): string {
  return targetsOf(spec)
    .map(({ virtualNode, weight, port }) => `${virtualNode}${port === undefined ? '' : `:${port}`} ${weight}`)
    .join(', ')
}

/** What both kinds of routes match on, of any type. */
interface AnyMatch {
  readonly prefix?: string
  readonly path?: { readonly exact?: string; readonly regex?: string }
  readonly hostname?: { readonly exact?: string; readonly suffix?: string }
  readonly method?: string
  readonly serviceName?: string
  readonly methodName?: string
  readonly port?: number
  readonly headers?: readonly unknown[]
  readonly metadata?: readonly unknown[]
  readonly queryParameters?: readonly unknown[]
}

const ROUTE_TYPES: Readonly<Record<string, string>> = {
  httpRoute: 'http',
  http2Route: 'http2',
  grpcRoute: 'grpc',
  tcpRoute: 'tcp',
}

function formatMatch({ spec }: StoredResource): string {
  const [name = '', typed] = Object.entries(spec).find(([member]) => member in ROUTE_TYPES) ?? []
  const match = (typed as { match?: AnyMatch } | undefined)?.match ?? {}
  const host = match.hostname?.exact ?? (match.hostname?.suffix === undefined ? undefined : `*${match.hostname.suffix}`)
  const path = match.prefix ?? (match.path?.exact === undefined ? undefined : `=${match.path.exact}`)
  const regex = match.path?.regex === undefined ? undefined : `~${match.path.regex}`
  const service = match.serviceName === undefined ? undefined : `${match.serviceName}/${match.methodName ?? '*'}`
  const conditions = [...(match.headers ?? []), ...(match.metadata ?? []), ...(match.queryParameters ?? [])].length
  const port = match.port === undefined ? undefined : `:${match.port}`
  const more = conditions === 0 ? undefined : `+${conditions}`
  const parts = [ROUTE_TYPES[name], match.method, host, port, path, regex, service, more]
  return parts.filter((part) => part !== undefined).join(' ')
}
