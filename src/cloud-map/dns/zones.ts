/** What DNS names mean: the DNS namespaces of the registry as zones, their services and instances as names in them. */
import type { Instance, Namespace } from '../../model/cloud-map/resource.js'
import type { RegisteredService, Registry } from '../registry.js'
import { canonicalName, relativeName } from './names.js'
import { instanceRecords, selectRecords, type DnsRecord } from './records.js'

export interface Zone {
  readonly name: string
  /** Seconds that it may be remembered that something is not there. */
  readonly negativeTtl: number
}

/** What is known of a name. Without records it exists (NODATA) or does not (NXDOMAIN). */
export interface Resolution {
  readonly zone: Zone
  readonly exists: boolean
  readonly records: readonly DnsRecord[]
}

interface ZoneIndex extends Zone {
  readonly isPrivate: boolean
  /** By canonical name below the zone; '' is the zone itself. */
  readonly services: ReadonlyMap<string, RegisteredService>
  /** Names that have names below them. */
  readonly parents: ReadonlySet<string>
}

const NEGATIVE_TTL_SECONDS = 15

/** Steps from alias to alias. */
const MOST_ALIASES = 8

export class Zones {
  readonly #registry: Registry
  #revision: number | undefined
  #zones: ReadonlyMap<string, readonly ZoneIndex[]> = new Map()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  get revision(): number {
    return this.#registry.revision ?? 0
  }

  /**
   * What there is of `type` at `name`, which is as it was asked for: records have its case. Aliases are followed within the zones. Undefined: it is in no
   * zone of ours.
   */
  resolve(name: string, type: string): Resolution | undefined {
    const first = this.#resolveOne(name, type)
    const records = [...(first?.records ?? [])]
    for (let step = 0; type !== 'CNAME' && step < MOST_ALIASES; step += 1) {
      const last = records.at(-1)
      if (last?.type !== 'CNAME') break
      const next = this.#resolveOne(last.data, type)?.records ?? []
      if (next.length === 0) break
      records.push(...next)
    }
    return first && { ...first, records }
  }

  /** Of several zones of one name the private ones come first, as in a VPC; the first that knows the name answers. */
  #resolveOne(name: string, type: string): Resolution | undefined {
    const canonical = canonicalName(name)
    const zones = this.#zonesOf(canonical)
    let first: Resolution | undefined
    for (const zone of zones) {
      const found = resolveIn(zone, canonical, name, type)
      if (found.exists && relativeName(canonical, zone.name) !== '') return found
      first ??= found
      if (found.records.length > 0) return found
    }
    return first
  }

  #zonesOf(name: string): readonly ZoneIndex[] {
    if (this.#revision !== this.#registry.revision) this.#index()
    for (let rest = name; rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) {
      const zones = this.#zones.get(rest)
      if (zones) return zones
      if (!rest.includes('.')) return []
    }
    return []
  }

  #index(): void {
    const zones = new Map<string, ZoneIndex[]>()
    for (const namespace of this.#registry.namespaces) {
      if (namespace.type === 'HTTP') continue
      const index = buildIndex(namespace, this.#registry.services(namespace))
      const namesakes = [...(zones.get(index.name) ?? []), index]
      zones.set(
        index.name,
        namesakes.sort((a, b) => Number(b.isPrivate) - Number(a.isPrivate)),
      )
    }
    this.#zones = zones
    this.#revision = this.#registry.revision
  }
}

function buildIndex({ name, soaTtl, type }: Namespace, found: Iterable<RegisteredService>): ZoneIndex {
  const services = new Map<string, RegisteredService>()
  const parents = new Set<string>()
  for (const each of found) {
    if (!each.service.dnsConfig) continue
    const own = canonicalName(each.service.name)
    services.set(own, each)
    for (const parent of ancestors(own)) parents.add(parent)
  }
  const negativeTtl = soaTtl ?? NEGATIVE_TTL_SECONDS
  return { name: canonicalName(name), negativeTtl, isPrivate: type === 'DNS_PRIVATE', services, parents }
}

function resolveIn(zone: ZoneIndex, canonical: string, asked: string, type: string): Resolution {
  const relative = relativeName(canonical, zone.name) ?? ''
  const service = zone.services.get(relative)
  if (service) return { zone, exists: true, records: selectRecords(service, type, asked) }
  const instance = findInstance(zone, relative)
  if (instance.found)
    return { zone, exists: true, records: instanceRecords(instance.service, instance.found, type, asked) }
  return { zone, exists: relative === '' || zone.parents.has(relative) || instance.isParent, records: [] }
}

type InstanceAt =
  | { readonly found: Instance; readonly service: RegisteredService }
  | { readonly found: undefined; readonly isParent: boolean }

/** Instances have names of their own where SRV records point at them. Their ids can have dots. */
function findInstance({ services }: ZoneIndex, relative: string): InstanceAt {
  for (const parent of ancestors(relative)) {
    const service = services.get(parent)
    if (!service?.service.dnsConfig?.DnsRecords.some(({ Type }) => Type === 'SRV')) continue
    const id = relative.slice(0, -parent.length - 1)
    const exact = service.instances.get(id)
    if (exact) return { found: exact, service }
    const ids = [...service.instances.keys()]
    const likeIt = ids.find((each) => each.toLowerCase() === id)
    const found = likeIt === undefined ? undefined : service.instances.get(likeIt)
    if (found) return { found, service }
    return { found: undefined, isParent: ids.some((each) => each.toLowerCase().endsWith(`.${id}`)) }
  }
  return { found: undefined, isParent: false }
}

/** The names above a name, the nearest first. */
function ancestors(name: string): string[] {
  const labels = name.split('.')
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'))
}
