/**
 * Endpoints of clusters that Cloud Map knows: (namespace, service) → the targets that are made of it → the proxies that have those. A change of an
 * instance touches the endpoints of these proxies and nothing else of them.
 */
import { NO_ENDPOINTS, type EndpointSource } from '../cloud-map/endpoint-source.js'
import { encodeResource } from '../codec/encode.js'
import type { EncodedResource } from '../codec/resource.js'
import { placeKey, type DiscoveredInstance } from '../model/cloud-map/discovery.js'
import type { Problem } from '../model/problem.js'
import { buildDiscoveredAssignment, type EndpointNeed } from '../translate/endpoint-need.js'
import type { CloudMapDiscovery } from '../translate/target-view.js'
import { ENDPOINT_TYPE } from '../xds/types.js'

export interface EndpointsOptions<Owner> {
  readonly source?: EndpointSource | undefined
  /** A service that these owners need has changed, at that time (milliseconds since the epoch). */
  readonly onChange: (owners: Iterable<Owner>, changedAt: number) => void
}

export interface Assignments {
  readonly resources: readonly EncodedResource[]
  readonly problems: readonly Problem[]
}

interface Place<Owner> {
  readonly owners: Set<Owner>
  readonly stop: () => void
}

/** What a target was last made of. */
interface Built {
  readonly cluster: string
  readonly instances: readonly DiscoveredInstance[]
  readonly resource: EncodedResource
}

/** The agent of the App Mesh image asks for this cluster's endpoints when it connects through a Unix socket (bootstrap.md section 2). */
const AGENT_LOCAL_CLUSTER = encodeResource(ENDPOINT_TYPE, { cluster_name: 'local_cluster' })

const NONE: readonly DiscoveredInstance[] = []

/** Of everybody who calls nothing that Cloud Map knows. */
const AGENT_ONLY: Assignments = { resources: [AGENT_LOCAL_CLUSTER], problems: [] }

export class Endpoints<Owner> {
  readonly #source: EndpointSource
  readonly #onChange: EndpointsOptions<Owner>['onChange']
  readonly #places = new Map<string, Place<Owner>>()
  readonly #needs = new Map<Owner, readonly EndpointNeed[]>()
  /** Targets of equal cluster names share a discovery, variants of one have it too: most have one entry. */
  readonly #built = new WeakMap<CloudMapDiscovery, Built[]>()

  constructor({ source = NO_ENDPOINTS, onChange }: EndpointsOptions<Owner>) {
    this.#source = source
    this.#onChange = onChange
  }

  /** From now on `owner` has these clusters, those of `kept` that it had before, and no others. */
  track(owner: Owner, wantedNeeds: readonly EndpointNeed[], kept: readonly string[] = []): void {
    const before = this.#needs.get(owner)
    const needs = kept.length > 0 ? [...wantedNeeds, ...stillNeeded(before, wantedNeeds, kept)] : wantedNeeds
    if (before === needs || (!before && needs.length === 0)) return
    if (needs.length > 0) this.#needs.set(owner, needs)
    else this.#needs.delete(owner)
    const wanted = new Map(needs.map(({ discovery }) => [placeKey(discovery), discovery]))
    for (const [key, discovery] of wanted) this.#place(key, discovery).owners.add(owner)
    for (const { discovery } of before ?? []) {
      const key = placeKey(discovery)
      if (!wanted.has(key)) this.#leave(key, owner)
    }
  }

  #place(key: string, discovery: CloudMapDiscovery): Place<Owner> {
    const known = this.#places.get(key)
    if (known) return known
    const owners = new Set<Owner>()
    const stop = this.#source.watch(discovery, (changedAt) => this.#onChange(owners, changedAt))
    const place = { owners, stop }
    this.#places.set(key, place)
    return place
  }

  #leave(key: string, owner: Owner): void {
    const place = this.#places.get(key)
    if (!place?.owners.delete(owner) || place.owners.size > 0) return
    place.stop()
    this.#places.delete(key)
  }

  /** Whether somebody is asked again and again for what `owner` has. */
  isPolled(owner: Owner): boolean {
    return (this.#needs.get(owner) ?? []).some(({ discovery }) => this.#source.polls?.(discovery) ?? false)
  }

  /** What is wrong at this moment with the source of what `owner` has. */
  troublesOf(owner: Owner): Problem[] {
    if (!this.#source.trouble) return []
    return (this.#needs.get(owner) ?? []).flatMap(({ node, discovery }) => {
      const message = this.#source.trouble?.(discovery)
      return message === undefined ? [] : [{ path: pathOf(node), message }]
    })
  }

  /**
   * The assignments of everything that `owner` has, as they are now, and of the cluster that every agent has. An unchanged one is the same resource as
   * before, for every owner. Where nobody can say yet there is none: Envoys keep what they have, new clusters wait for it.
   */
  assignmentsOf(owner: Owner): Assignments {
    const needs = this.#needs.get(owner)
    if (!needs) return AGENT_ONLY
    const problems: Problem[] = []
    const resources = needs.flatMap((need) => {
      const found = this.#source.find(need.discovery)
      if (found.known) return this.#build(need, found.instances)
      if (found.pending) return []
      const message = `${found.reason}: traffic to the node is answered with 503`
      problems.push({ path: pathOf(need.node), message })
      return this.#build(need, NONE)
    })
    return { resources: [...resources, AGENT_LOCAL_CLUSTER], problems }
  }

  #build(need: EndpointNeed, instances: readonly DiscoveredInstance[]): EncodedResource {
    const { cluster, discovery } = need
    const built = this.#built.get(discovery) ?? []
    const known = built.find((each) => each.cluster === cluster)
    if (known?.instances === instances) return known.resource
    const resource = encodeResource(ENDPOINT_TYPE, buildDiscoveredAssignment(need, instances))
    const others = built.filter((each) => each.cluster !== cluster)
    this.#built.set(discovery, [...others, { cluster, instances, resource }])
    return resource
  }
}

function pathOf(node: string): string {
  return `virtualNode/${node}.spec.serviceDiscovery.awsCloudMap`
}

/** What `before` has for the clusters of `kept`, unless it is wanted anyway. */
function stillNeeded(
  before: readonly EndpointNeed[] = [],
  wanted: readonly EndpointNeed[],
  kept: readonly string[],
): EndpointNeed[] {
  const names = new Set(kept)
  for (const { cluster } of wanted) names.delete(cluster)
  return before.filter(({ cluster }) => names.has(cluster))
}
