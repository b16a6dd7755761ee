/**
 * Everything of Cloud Map in memory, in step with the store's log: what is discovered is answered from here. Nobody pushes into it; `sync` reads
 * what the log has grown by.
 */
import { placeKey, type DiscoveredInstance, type ServicePlace } from '../model/cloud-map/discovery.js'
import { isHealthy, type Instance, type Namespace, type Service } from '../model/cloud-map/resource.js'
import type { CloudMapChange, LoggedChange } from '../store/cloud-map-store.js'
import { LogTrimmedError, type Store } from '../store/store.js'
import type { Discovered, EndpointSource } from './endpoint-source.js'

/** A service with its instances, always as they are now. */
export interface RegisteredService {
  readonly service: Service
  readonly instances: ReadonlyMap<string, Instance>
  /** Grows with every registration and deregistration, not with health (cloud-map-api.md section 8). */
  readonly instancesRevision: number
}

interface Entry {
  service: Service
  readonly instances: Map<string, Instance>
  instancesRevision: number
  /** What `find` answered last; gone when it is no longer right. */
  discovered?: Discovered | undefined
}

interface Watched {
  readonly place: ServicePlace
  readonly listeners: Set<(changedAt: number) => void>
}

const PAGE = 1000

export class Registry implements EndpointSource {
  readonly #store: Store
  readonly #namespaces = new Map<string, Namespace>()
  readonly #namespaceIds = new Map<string, string>()
  readonly #services = new Map<string, Entry>()
  /** By namespace id, then by name. */
  readonly #serviceIds = new Map<string, Map<string, string>>()
  readonly #watched = new Map<string, Watched>()
  /** What the stretch of the log that is being read has touched, with the time of its first change. */
  readonly #dirty = new Map<string, number>()
  #revision: number | undefined
  #last: Promise<void> = Promise.resolve()
  #queued: Promise<void> | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** The revision that it is at; undefined before the first `sync`. */
  get revision(): number | undefined {
    return this.#revision
  }

  namespace(httpName: string): Namespace | undefined {
    return this.#namespaces.get(this.#namespaceIds.get(httpName) ?? '')
  }

  get namespaces(): Iterable<Namespace> {
    return this.#namespaces.values()
  }

  services(namespace: Namespace): Iterable<RegisteredService> {
    const ids = this.#serviceIds.get(namespace.id)?.values() ?? []
    return [...ids].flatMap((id) => this.#services.get(id) ?? [])
  }

  service(namespace: Namespace, name: string): RegisteredService | undefined {
    return this.#service(namespace, name)
  }

  #service({ id }: Namespace, name: string): Entry | undefined {
    return this.#services.get(this.#serviceIds.get(id)?.get(name) ?? '')
  }

  find({ namespaceName, serviceName }: ServicePlace): Discovered {
    const namespace = this.namespace(namespaceName)
    if (!namespace) return { known: false, reason: `there is no Cloud Map namespace ${namespaceName}` }
    const entry = this.#service(namespace, serviceName)
    if (!entry)
      return { known: false, reason: `there is no service ${serviceName} in Cloud Map namespace ${namespaceName}` }
    return (entry.discovered ??= { known: true, instances: discover(entry) })
  }

  watch(place: ServicePlace, onChange: (changedAt: number) => void): () => void {
    const key = placeKey(place)
    const watched = this.#watched.get(key) ?? { place, listeners: new Set() }
    this.#watched.set(key, watched)
    const own = (changedAt: number): void => onChange(changedAt)
    watched.listeners.add(own)
    return () => {
      watched.listeners.delete(own)
      if (watched.listeners.size === 0 && this.#watched.get(key) === watched) this.#watched.delete(key)
    }
  }

  /** Calls while one waits for its turn share it; one that runs already may have read too early for them. */
  sync(): Promise<void> {
    if (this.#queued) return this.#queued
    const start = (): Promise<void> => {
      this.#queued = undefined
      return this.#advance()
    }
    this.#queued = this.#last = this.#last.then(start, start)
    return this.#queued
  }

  async #advance(): Promise<void> {
    if (this.#revision === undefined) return this.#load()
    // Between two changes of Cloud Map there may be any number of others, which are not to be looked through again.
    const head = await this.#store.head()
    if (head === this.#revision) return
    try {
      await this.#read(this.#revision, head)
    } catch (error) {
      if (!(error instanceof LogTrimmedError)) throw error
      await this.#load()
    }
  }

  async #read(from: number, head: number): Promise<void> {
    try {
      for (;;) {
        const changes = await this.#store.cloudMapChangesAfter(from, PAGE)
        const last = changes.at(-1)
        if (!last) break
        for (const change of changes) this.#apply(change)
        this.#revision = from = last.revision
      }
      this.#revision = Math.max(from, head)
    } finally {
      // What came before the store went away may be all there is: then nothing is read, nor told, when it is back.
      this.#tell()
    }
  }

  async #load(): Promise<void> {
    const { revision, namespaces, services, instances, instanceRevisions } = await this.#store.cloudMapImage()
    for (const known of [this.#namespaces, this.#namespaceIds, this.#services, this.#serviceIds, this.#dirty])
      known.clear()
    for (const namespace of namespaces) this.#putNamespace(namespace)
    for (const service of services) this.#putService(service, instanceRevisions.get(service.id) ?? revision)
    for (const instance of instances) this.#services.get(instance.serviceId)?.instances.set(instance.id, instance)
    this.#revision = revision
    const now = Date.now()
    for (const { listeners } of this.#watched.values()) for (const listener of [...listeners]) listener(now)
  }

  #apply(change: CloudMapChange): void {
    if (change.kind === 'namespace') this.#applyNamespace(change)
    else if (change.kind === 'service') this.#applyService(change)
    else this.#applyInstance(change)
  }

  #applyNamespace({ before, after, time }: LoggedChange<'namespace'>): void {
    if (after) this.#putNamespace(after)
    else if (before) {
      this.#namespaces.delete(before.id)
      this.#namespaceIds.delete(before.httpName)
    }
    const { httpName } = after ?? before ?? {}
    if (before && after) return
    for (const [key, { place }] of this.#watched) if (place.namespaceName === httpName) this.#touch(key, time)
  }

  #applyService({ before, after, time, revision }: LoggedChange<'service'>): void {
    if (after) this.#putService(after, revision)
    else if (before) {
      this.#services.delete(before.id)
      this.#serviceIds.get(before.namespaceId)?.delete(before.name)
    }
    this.#touchService(after ?? before, time)
  }

  #applyInstance({ before, after, time, revision }: LoggedChange<'instance'>): void {
    const { serviceId, id } = after ?? before ?? { serviceId: '', id: '' }
    const entry = this.#services.get(serviceId)
    if (!entry) return
    if (after) entry.instances.set(id, after)
    else entry.instances.delete(id)
    if (JSON.stringify(before?.attributes) !== JSON.stringify(after?.attributes)) entry.instancesRevision = revision
    entry.discovered = undefined
    this.#touchService(entry.service, time)
  }

  #putNamespace(namespace: Namespace): void {
    this.#namespaces.set(namespace.id, namespace)
    this.#namespaceIds.set(namespace.httpName, namespace.id)
  }

  #putService(service: Service, revision: number): void {
    const { id, namespaceId, name } = service
    const known = this.#services.get(id)
    if (known) {
      known.service = service
      known.discovered = undefined
    } else this.#services.set(id, { service, instances: new Map(), instancesRevision: revision })
    const names = this.#serviceIds.get(namespaceId) ?? new Map<string, string>()
    this.#serviceIds.set(namespaceId, names.set(name, id))
  }

  #touchService(service: Service | undefined, time: number): void {
    const namespace = service && this.#namespaces.get(service.namespaceId)
    if (namespace) this.#touch(placeKey({ namespaceName: namespace.httpName, serviceName: service.name }), time)
  }

  #touch(key: string, time: number): void {
    if (this.#watched.has(key) && !this.#dirty.has(key)) this.#dirty.set(key, time)
  }

  #tell(): void {
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    for (const [key, time] of dirty) for (const tell of [...(this.#watched.get(key)?.listeners ?? [])]) tell(time)
  }
}

function discover({ service, instances }: Entry): DiscoveredInstance[] {
  return [...instances.values()].map((instance) => {
    return { id: instance.id, attributes: instance.attributes, healthy: isHealthy(service, instance) }
  })
}
