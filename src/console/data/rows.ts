/** Rows of the tables: flat, because filters and sorting look at members of a row. */
import type { Kind, SpecByKind } from '../../model/resource.js'
import { describeEnvoys, type EnvoyCounts, type EnvoyState } from './envoy-state.js'
import { KIND_TEXTS, lower } from './kind-texts.js'
import { formatGatewayRouteMatch, formatRouteMatch, routeTypeOf } from './map-match.js'
import { countBackends, providerOf, summarizeDiscovery, summarizeListeners, summarizeTargets } from './summary.js'

/** A resource of the management API, as far as tables need it. */
export interface RowResource<K extends Kind = Kind> {
  readonly kind: K
  readonly name: string
  readonly parentName?: string
  readonly arn: string
  readonly version: number
  readonly createdAt: string
  readonly lastUpdatedAt: string
  readonly meshOwner: string
  readonly resourceOwner: string
  readonly spec: SpecByKind[K]
}

export interface RowStatus {
  readonly kind: Kind
  readonly name: string
  readonly envoys: EnvoyCounts
}

/** The members that every row has. */
export interface BaseRow {
  readonly name: string
  readonly parentName: string | undefined
  readonly arn: string
  readonly version: number
  readonly createdAt: string
  readonly lastUpdatedAt: string
  readonly meshOwner: string
  readonly resourceOwner: string
}

export interface ServiceRow extends BaseRow {
  readonly provider: string
  readonly providerKind: string
}

export interface NodeRow extends BaseRow {
  readonly discovery: string
  readonly listeners: string
  readonly backends: number
  readonly envoys: string
  readonly envoyType: EnvoyState['type']
}

export interface RouterRow extends BaseRow {
  readonly listeners: string
  readonly routes: number
}

export interface GatewayRow extends BaseRow {
  readonly listeners: string
  readonly routes: number
  readonly envoys: string
  readonly envoyType: EnvoyState['type']
}

export interface RouteRow extends BaseRow {
  readonly type: string
  readonly match: string
  readonly targets: string
  /** Routes without a priority come last. */
  readonly priority: number
}

export function buildServiceRows(resources: readonly RowResource[]): ServiceRow[] {
  return ofKind(resources, 'virtualService').map((resource) => {
    const provider = providerOf(resource.spec)
    return {
      ...base(resource),
      provider: provider?.name ?? '',
      providerKind: provider ? KIND_TEXTS[provider.kind].one : 'None',
    }
  })
}

export function buildNodeRows(
  resources: readonly RowResource[],
  statuses: readonly RowStatus[] | undefined,
): NodeRow[] {
  const envoysOf = indexEnvoys(statuses)
  return ofKind(resources, 'virtualNode').map((resource) => ({
    ...base(resource),
    discovery: summarizeDiscovery(resource.spec.serviceDiscovery),
    listeners: summarizeListeners(resource.spec.listeners),
    backends: countBackends(resource.spec),
    ...envoysOf('virtualNode', resource.name),
  }))
}

export function buildRouterRows(resources: readonly RowResource[]): RouterRow[] {
  const routes = countByParent(resources, 'route')
  return ofKind(resources, 'virtualRouter').map((resource) => ({
    ...base(resource),
    listeners: summarizeListeners(resource.spec.listeners),
    routes: routes.get(resource.name) ?? 0,
  }))
}

export function buildGatewayRows(
  resources: readonly RowResource[],
  statuses: readonly RowStatus[] | undefined,
): GatewayRow[] {
  const envoysOf = indexEnvoys(statuses)
  const routes = countByParent(resources, 'gatewayRoute')
  return ofKind(resources, 'virtualGateway').map((resource) => ({
    ...base(resource),
    listeners: summarizeListeners(resource.spec.listeners),
    routes: routes.get(resource.name) ?? 0,
    ...envoysOf('virtualGateway', resource.name),
  }))
}

/** The routes of one router. */
export function buildRouteRows(resources: readonly RowResource[], router: string): RouteRow[] {
  return ofKind(resources, 'route')
    .filter(({ parentName }) => parentName === router)
    .map((resource) => ({
      ...base(resource),
      type: routeTypeOf(resource.spec) ?? '',
      match: formatRouteMatch(resource.spec).join(', '),
      targets: summarizeTargets(resource.spec),
      priority: resource.spec.priority ?? Infinity,
    }))
}

/** The gateway routes of one gateway. */
export function buildGatewayRouteRows(resources: readonly RowResource[], gateway: string): RouteRow[] {
  return ofKind(resources, 'gatewayRoute')
    .filter(({ parentName }) => parentName === gateway)
    .map((resource) => ({
      ...base(resource),
      type: routeTypeOf(resource.spec) ?? '',
      match: formatGatewayRouteMatch(resource.spec).join(', '),
      targets: gatewayTargetOf(resource.spec),
      priority: resource.spec.priority ?? Infinity,
    }))
}

/** The name of the service that a gateway route leads to. */
export function gatewayTargetOf(spec: SpecByKind['gatewayRoute']): string {
  const target = (spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute)?.action.target
  return target?.virtualService.virtualServiceName ?? ''
}

/** `3 virtual nodes`, `1 route`. */
export function formatCount(count: number, kind: Kind): string {
  const { one, many } = KIND_TEXTS[kind]
  return `${count} ${lower(count === 1 ? one : many)}`
}

export function ofKind<K extends Kind>(resources: readonly RowResource[], kind: K): RowResource<K>[] {
  return resources.filter((each): each is RowResource<K> => each.kind === kind)
}

function base({ name, parentName, arn, version, ...rest }: RowResource): BaseRow {
  const { createdAt, lastUpdatedAt, meshOwner, resourceOwner } = rest
  return { name, parentName, arn, version, createdAt, lastUpdatedAt, meshOwner, resourceOwner }
}

const NONE_CONNECTED: EnvoyCounts = { connected: 0, synced: 0, stale: 0, nacked: 0 }

function indexEnvoys(statuses: readonly RowStatus[] | undefined) {
  const byPlace = statuses && new Map(statuses.map((status) => [`${status.kind}/${status.name}`, status.envoys]))
  return (kind: Kind, name: string): { envoys: string; envoyType: EnvoyState['type'] } => {
    const { text, type } = describeEnvoys(byPlace && (byPlace.get(`${kind}/${name}`) ?? NONE_CONNECTED))
    return { envoys: text, envoyType: type }
  }
}

function countByParent(resources: readonly RowResource[], kind: 'route' | 'gatewayRoute'): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { parentName = '' } of ofKind(resources, kind)) counts.set(parentName, (counts.get(parentName) ?? 0) + 1)
  return counts
}
