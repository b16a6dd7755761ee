/** Which resources forbid a deletion (app-mesh-api.md section 7.1). Being a node's backend does not keep a virtual service alive. */
import { titleOf, type Kind, type Resource, type ResourceRef } from './resource.js'

/** What stands around a resource that shall be deleted. */
export interface Surroundings {
  /** What lives in it: for a mesh its nodes, routers, services and gateways; routes of a router, gateway routes of a gateway. */
  readonly children: readonly Pick<Resource, 'ref'>[]
  /** What points at it (`referencesOf`). */
  readonly referrers: readonly Pick<Resource, 'ref'>[]
}

/** The text with which App Mesh refuses to delete `ref`, and the names of the blockers; undefined when nothing forbids it. */
export function checkDeletion(ref: ResourceRef, { children, referrers }: Surroundings): string | undefined {
  for (const { relation, kind, text } of BLOCKERS[ref.kind]) {
    const blockers = (relation === 'child' ? children : referrers).filter((blocker) => blocker.ref.kind === kind)
    if (blockers.length > 0) return text(ref, blockers.map(nameOf))
  }
  return undefined
}

/** Everything that forbids to delete `ref`, children before what refers to it. */
export function listBlockers(ref: ResourceRef, { children, referrers }: Surroundings): BlockingResource[] {
  const found = BLOCKERS[ref.kind].flatMap(({ relation, kind }) =>
    (relation === 'child' ? children : referrers)
      .filter((blocker) => blocker.ref.kind === kind)
      .map((blocker): BlockingResource => ({ ref: blocker.ref, relation })),
  )
  return [
    ...found.filter(({ relation }) => relation === 'child'),
    ...found.filter(({ relation }) => relation !== 'child'),
  ]
}

/** A resource that must go first: it lives in the other one, or points at it. */
export interface BlockingResource {
  readonly ref: ResourceRef
  readonly relation: Blocker['relation']
}

interface Blocker {
  readonly relation: 'child' | 'referrer'
  readonly kind: Kind
  readonly text: (ref: ResourceRef, names: readonly string[]) => string
}

/** The first that applies is the one that is told. The texts up to the list of names are the real service's where one is known. */
const BLOCKERS: Record<Kind, readonly Blocker[]> = {
  mesh: [
    hasActive('virtualNode'),
    hasActive('virtualRouter'),
    hasActive('virtualService'),
    hasActive('virtualGateway'),
  ],
  virtualNode: [
    {
      relation: 'referrer',
      kind: 'route',
      text: (ref, names) => `${refuse(ref)} because it is the target of one or more routes. Routes: ${list(names)}`,
    },
    providesService(),
  ],
  virtualRouter: [hasActive('route'), providesService()],
  virtualService: [
    {
      relation: 'referrer',
      kind: 'gatewayRoute',
      text: (ref, names) =>
        `VirtualService ${ref.name} is being referenced in the following: GATEWAY_ROUTE: ${list(names)}`,
    },
  ],
  virtualGateway: [hasActive('gatewayRoute')],
  route: [],
  gatewayRoute: [],
}

function hasActive(kind: Kind): Blocker {
  const kinds = `${titleOf(kind)}s`
  return {
    relation: 'child',
    kind,
    text: (ref, names) => {
      const title = titleOf(ref.kind)
      const owner = ref.kind === 'mesh' ? ` for account ${ref.meshOwner}` : ''
      return `${title} ${ref.name}${owner} has active ${kinds}, please delete ${kinds} before deleting the ${title}. ${kinds}: ${list(names)}`
    },
  }
}

function providesService(): Blocker {
  return {
    relation: 'referrer',
    kind: 'virtualService',
    text: (ref, names) => `${refuse(ref)} because it is a VirtualService provider. VirtualServices: ${list(names)}`,
  }
}

function refuse(ref: ResourceRef): string {
  return `${titleOf(ref.kind)} with name ${ref.name} cannot be deleted`
}

/** A route is named with its router, because only together are they unique. */
function nameOf({ ref }: Pick<Resource, 'ref'>): string {
  return ref.kind === 'route' ? `${ref.parentName ?? ''}/${ref.name}` : ref.name
}

const MOST_NAMES = 5

function list(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return `[${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}]`
}
