/** How many of each there may be (app-mesh-api.md section 8): as many as the one who hosts the service says. */
import { limitExceeded } from '../model/errors.js'
import { isKind, type Kind, type Resource, type ResourceRef } from '../model/resource.js'
import { formatSuggestion } from '../model/suggest.js'
import type { ReadTransaction } from '../store/store.js'

/** Resources of a kind, the backends of a virtual node, or what Cloud Map counts (cloud-map/context.ts). */
type Counted = Kind | 'backend' | 'namespaces' | 'instances' | 'instanceAttributes'

/** The most there may be of each; what is not in it has no limit. */
export type Quotas = Readonly<Partial<Record<Counted, number>>>

export const NO_QUOTAS: Quotas = {}

/** What an account at AWS had by default. */
export const AWS_QUOTAS: Quotas = {
  mesh: 15,
  virtualNode: 200,
  virtualRouter: 200,
  virtualService: 200,
  virtualGateway: 3,
  route: 50,
  gatewayRoute: 10,
  backend: 50,
  namespaces: 50,
  instances: 1000,
  instanceAttributes: 30,
}

/** What is counted, by its name in a configuration, and where it is counted. */
const COUNTED: Readonly<Record<string, readonly [Counted, string]>> = {
  meshes: ['mesh', 'meshes per account'],
  virtualNodes: ['virtualNode', 'virtual nodes per mesh'],
  virtualRouters: ['virtualRouter', 'virtual routers per mesh'],
  virtualServices: ['virtualService', 'virtual services per mesh'],
  virtualGateways: ['virtualGateway', 'virtual gateways per mesh'],
  routes: ['route', 'routes per virtual router'],
  gatewayRoutes: ['gatewayRoute', 'gateway routes per virtual gateway'],
  backends: ['backend', 'backends per virtual node'],
  namespaces: ['namespaces', 'namespaces per account'],
  instances: ['instances', 'instances per service'],
  instanceAttributes: ['instanceAttributes', 'attributes per instance'],
}

const SCOPES: ReadonlyMap<Counted, string> = new Map(Object.values(COUNTED))

/** Parses `virtualNodes=200,backends=50`, `aws` or `none`. Throws an Error that says what is wrong with the text. */
export function parseQuotas(text: string): Quotas {
  if (text === 'none') return NO_QUOTAS
  if (text === 'aws') return AWS_QUOTAS
  return Object.fromEntries(text.split(',').map(parseQuota))
}

function parseQuota(text: string): readonly [Counted, number] {
  const [, name, limit] = /^\s*(\w+)\s*=\s*(\d{1,9})\s*$/.exec(text) ?? []
  if (name === undefined)
    throw new Error(`"${text}" is no quota: use none, aws or a list such as backends=50,routes=100`)
  const counted = Object.hasOwn(COUNTED, name) ? COUNTED[name]?.[0] : undefined
  if (!counted) throw new Error(`"${name}" has no quota${formatSuggestion(name, Object.keys(COUNTED))}`)
  return [counted, Number(limit)]
}

/** Throws LimitExceededException when there is no room for one more resource beside `ref`. */
export async function requireRoom(tx: ReadTransaction, quotas: Quotas, ref: ResourceRef): Promise<void> {
  const { kind, meshOwner, meshName, parentName } = ref
  if (quotas[kind] === undefined) return
  const scope =
    kind === 'mesh' ? { meshOwner } : { meshOwner, meshName, ...(parentName !== undefined && { parentName }) }
  requireWithin(quotas, kind, (await tx.count(kind, scope)) + 1)
}

/** Throws LimitExceededException when the spec itself holds too many of something. */
export function checkSize(quotas: Quotas, resource: Resource): void {
  if (isKind(resource, 'virtualNode')) requireWithin(quotas, 'backend', resource.spec.backends?.length ?? 0)
}

function requireWithin(quotas: Quotas, counted: Counted, count: number): void {
  const limit = quotas[counted]
  if (limit !== undefined && count > limit) throw limitExceeded(SCOPES.get(counted) ?? counted, limit)
}
