/**
 * The part of the store that holds Cloud Map: namespaces, services, instances and operations. Its changes are rows of the one log, under the one
 * revision, so whoever follows the log misses none. Operations, heartbeats and times of expiry are no changes: they use up no revision.
 */
import type {
  CloudMapKind,
  CloudMapKinds,
  Instance,
  Namespace,
  Operation,
  Service,
} from '../model/cloud-map/resource.js'
import type { Author, PageRequest } from './request.js'

/** One row of the log that tells of Cloud Map; `before` is absent on create, `after` on delete. */
export type CloudMapChange = { readonly [K in CloudMapKind]: LoggedChange<K> }[CloudMapKind]

export interface LoggedChange<K extends CloudMapKind> extends Author {
  readonly revision: number
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly kind: K
  readonly before?: CloudMapKinds[K]
  readonly after?: CloudMapKinds[K]
}

/** Everything of Cloud Map at one revision. */
export interface CloudMapImage {
  readonly revision: number
  readonly namespaces: readonly Namespace[]
  readonly services: readonly Service[]
  readonly instances: readonly Instance[]
  /** By service id: the number that DiscoverInstancesRevision answers. */
  readonly instanceRevisions: ReadonlyMap<string, number>
}

/** What an operation of a listing must be; what is not given does not matter. */
export interface OperationQuery {
  readonly namespaceId?: string
  readonly serviceId?: string
  readonly types?: readonly string[]
  /** Milliseconds since the epoch, both inclusive. */
  readonly updated?: readonly [number, number]
}

/** Listings are in id order; `after` is an id. */
export interface CloudMapReader {
  namespace(id: string): Promise<Namespace | undefined>
  namespaceByHttpName(httpName: string): Promise<Namespace | undefined>
  namespacesNamed(name: string): Promise<Namespace[]>
  namespaces(page: PageRequest): Promise<Namespace[]>
  service(id: string): Promise<Service | undefined>
  /** Those whose names differ from `name` in case at most. */
  servicesNamed(namespaceId: string, name: string): Promise<Service[]>
  /** Of one namespace, or of all. */
  services(namespaceId: string | undefined, page: PageRequest): Promise<Service[]>
  instance(serviceId: string, id: string): Promise<Instance | undefined>
  instances(serviceId: string, page: PageRequest): Promise<Instance[]>
  /** How many services each namespace has, or instances each service. */
  counts(kind: 'service' | 'instance', parentIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  operation(id: string): Promise<Operation | undefined>
  /** Of those that are still kept. */
  operations(query: OperationQuery, page: PageRequest): Promise<Operation[]>
  /** The operation that registered the instance as it is, while it is kept. */
  registration(instance: Instance): Promise<Operation | undefined>
  /** Instances whose time to live is over, longest first. */
  expired(limit: number): Promise<Instance[]>
}

export interface CloudMapWriter extends CloudMapReader {
  putNamespace(namespace: Namespace): Promise<void>
  /** It must exist and have no service. */
  removeNamespace(id: string): Promise<void>
  putService(service: Service): Promise<void>
  /** It must exist and have no instance. */
  removeService(id: string): Promise<void>
  /** Creates or replaces; its time to live begins anew. */
  putInstance(instance: Instance, operationId?: string): Promise<void>
  removeInstance(serviceId: string, id: string): Promise<void>
  /** The instance has reported: its time to live begins anew. No change. */
  renewInstance(instance: Instance): Promise<void>
  /** Kept for `lifeMillis`. No change. */
  putOperation(operation: Operation, lifeMillis: number): Promise<void>
}
