/** How many of each there may be (app-mesh-api.md section 8). Off unless the one who hosts the service sets them. */
import { limitExceeded } from '../model/errors.js'
import { isKind, type Kind, type Resource, type ResourceRef } from '../model/resource.js'
import type { ReadTransaction } from '../store/store.js'

export interface Quotas {
  /** Most resources of a kind within their mesh, router or gateway; meshes within the account. */
  readonly resources: Readonly<Partial<Record<Kind, number>>>
  readonly backendsPerVirtualNode?: number
}

/** Whoever hosts the service decides what it can bear. */
export const NO_QUOTAS: Quotas = { resources: {} }

/** What an account at AWS had by default. */
export const AWS_QUOTAS: Quotas = {
  resources: {
    mesh: 15,
    virtualNode: 200,
    virtualRouter: 200,
    virtualService: 200,
    virtualGateway: 3,
    route: 50,
    gatewayRoute: 10,
  },
  backendsPerVirtualNode: 50,
}

const SCOPE: Readonly<Record<Kind, string>> = {
  mesh: 'meshes per account',
  virtualNode: 'virtual nodes per mesh',
  virtualRouter: 'virtual routers per mesh',
  virtualService: 'virtual services per mesh',
  virtualGateway: 'virtual gateways per mesh',
  route: 'routes per virtual router',
  gatewayRoute: 'gateway routes per virtual gateway',
}

/** Throws LimitExceededException when there is no room for one more resource beside `ref`. */
export async function requireRoom(tx: ReadTransaction, quotas: Quotas, ref: ResourceRef): Promise<void> {
  const { kind, meshOwner, meshName, parentName } = ref
  const limit = quotas.resources[kind]
  if (limit === undefined) return
  const scope =
    kind === 'mesh' ? { meshOwner } : { meshOwner, meshName, ...(parentName !== undefined && { parentName }) }
  if ((await tx.count(kind, scope)) >= limit) throw limitExceeded(SCOPE[kind], limit)
}

/** Throws LimitExceededException when the spec itself holds too many of something. */
export function checkSize(quotas: Quotas, resource: Resource): void {
  const limit = quotas.backendsPerVirtualNode
  if (limit === undefined || !isKind(resource, 'virtualNode')) return
  if ((resource.spec.backends?.length ?? 0) > limit) throw limitExceeded('backends per virtual node', limit)
}
