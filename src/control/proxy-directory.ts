/** The Envoys of every replica: those that are connected here, and those that the other replicas tell of. */
import { refKey } from '../model/references.js'
import { compareText } from '../translate/request-match.js'
import type { ClientReport, TypeReport } from '../xds/client-status.js'
import type { Peer, XdsNode } from '../xds/resource-source.js'
import type { ResourceStatus } from '../xds/resource-status.js'
import { typeOf, type Snapshot } from '../xds/snapshot.js'
import type { TypeStatus } from '../xds/stream-status.js'
import type { ControlPlane } from './control-plane.js'
import {
  isOfMesh,
  shortNames,
  type KnownProxy,
  type ProxyContents,
  type ProxyQuery,
  type ProxyRegistry,
  type ProxyStatus,
} from './proxy-registry.js'
import type { Elsewhere, Replicas } from './replicas.js'

export interface FoundProxies {
  readonly proxies: readonly ProxyStatus[]
  /** Why some may be missing. */
  readonly notice?: string
}

const NOBODY: Peer = { address: '' }
const ALONE: Elsewhere = { proxies: [] }
/** Longer than a translation takes. Milliseconds. */
const SNAPSHOT_MILLIS = 2000

export class ProxyDirectory {
  readonly #controlPlane: ControlPlane
  readonly #registry: ProxyRegistry
  readonly #replicas: Replicas | undefined

  constructor(controlPlane: ControlPlane, registry: ProxyRegistry, replicas?: Replicas) {
    this.#controlPlane = controlPlane
    this.#registry = registry
    this.#replicas = replicas
  }

  /** Every Envoy that has said who it is and fits `query`, by node id. */
  async statuses(query: ProxyQuery = {}): Promise<FoundProxies> {
    const local = await this.#registry.statuses(query)
    const { proxies, problem } = await this.#elsewhere()
    const named = query.node === undefined ? proxies : this.#select(query.node, proxies)
    const remote = named.filter((each) => fits(each.status, query))
    return answer(this.#name(local), remote, problem)
  }

  /** The Envoys that somebody calls `text` (`ProxyRegistry.find`), those that are connected here first. */
  async find(text: string): Promise<FoundProxies> {
    const { proxies, problem } = await this.#elsewhere()
    return answer(this.#name(this.#registry.find(text)), this.#select(text, proxies), problem)
  }

  /** What an Envoy was sent; undefined when it is not connected any more. */
  async contents({ id, replica }: ProxyStatus): Promise<ProxyContents | undefined> {
    if (replica !== this.#replicas?.name) return this.#contentsElsewhere(id, replica)
    const contents = this.#registry.contents(id)
    return contents && { ...contents, status: this.#name([contents.status])[0] ?? contents.status }
  }

  /** Every name that `find` takes, in its shortest forms. */
  async names(): Promise<Set<string>> {
    const { proxies } = await this.#elsewhere()
    const remote = proxies.flatMap(({ status }) => [
      ...(status.resource ? shortNames(status.resource) : []),
      status.nodeId,
    ])
    return new Set([...this.#registry.names(), ...remote])
  }

  /** The Envoys of other replicas for the client status discovery service. `now` is a reading of the engine's clock, milliseconds. */
  async *reportElsewhere(matches: (node: XdsNode) => boolean, now: number): AsyncGenerator<ClientReport> {
    const { proxies } = await this.#elsewhere()
    for (const proxy of proxies) {
      if (!matches(proxy.node)) continue
      const { status, resources } = await this.#derive(proxy)
      const types = status.types.map((type) => reportType(type, resources.get(type.typeUrl) ?? [], now))
      yield { node: proxy.node, variant: status.protocol, types }
    }
  }

  #elsewhere(): Promise<Elsewhere> {
    return this.#replicas?.elsewhere() ?? Promise.resolve(ALONE)
  }

  #name(local: readonly ProxyStatus[]): ProxyStatus[] {
    const replica = this.#replicas?.name
    return local.map((status) => (replica === undefined ? status : { replica, ...status }))
  }

  #select(text: string, proxies: readonly KnownProxy[]): KnownProxy[] {
    const asked = this.#controlPlane.resolve({ id: text }, NOBODY)
    const key = 'key' in asked ? refKey(asked.ref) : undefined
    const found = proxies.filter(({ status }) => {
      const { nodeId, resource } = status
      return nodeId === text || (resource && (refKey(resource) === key || shortNames(resource).includes(text)))
    })
    return found.length > 0 ? found : proxies.filter(({ status }) => String(status.id) === text)
  }

  /**
   * What the Envoy of another replica was sent is not told, but it is made here in the same way: versions are hashes of the content. Secrets are left
   * out that this server would not send.
   */
  async #contentsElsewhere(id: number, replica: string | undefined): Promise<ProxyContents | undefined> {
    const { proxies } = await this.#elsewhere()
    const remote = proxies.find(({ status }) => status.id === id && status.replica === replica)
    return remote && this.#derive(remote)
  }

  async #derive({ status, node }: KnownProxy): Promise<ProxyContents> {
    const snapshot = await this.#snapshotOf(node)
    const resources = new Map(
      status.types.map(({ typeUrl, state }) => {
        const there = snapshot ? [...typeOf(snapshot, typeUrl).resources.values()] : []
        return [typeUrl, there.map((sent): ResourceStatus => ({ name: sent.name, state, sent }))]
      }),
    )
    return { status, resources }
  }

  async #snapshotOf(node: XdsNode): Promise<Snapshot | undefined> {
    let settle: (snapshot?: Snapshot) => void = () => undefined
    const first = new Promise<Snapshot | undefined>((resolve) => (settle = resolve))
    const timer = setTimeout(() => settle(), SNAPSHOT_MILLIS)
    const observer = { onSnapshot: settle, onRefusal: () => settle() }
    const watch = this.#controlPlane.watch(node, NOBODY, observer)
    try {
      return await first
    } finally {
      clearTimeout(timer)
      watch.cancel()
    }
  }
}

function answer(
  local: readonly ProxyStatus[],
  remote: readonly KnownProxy[],
  notice: string | undefined,
): FoundProxies {
  const proxies = [...local, ...remote.map(({ status }) => status)]
  if (remote.length > 0) proxies.sort((a, b) => compareText(a.nodeId, b.nodeId))
  return { proxies, ...(notice !== undefined && { notice }) }
}

function reportType(type: TypeStatus, resources: readonly ResourceStatus[], now: number): TypeReport {
  const { typeUrl, ackedVersion, ackedAgeMillis, sentVersion, sentAgeMillis, error, nackedVersion } = type
  const at = (age: number | undefined): number | undefined => (age === undefined ? undefined : now - age)
  return {
    typeUrl,
    resources,
    acked: { version: ackedVersion, time: at(ackedAgeMillis) },
    sent: { version: sentVersion, time: at(sentAgeMillis) },
    ...(error !== undefined &&
      nackedVersion !== undefined && {
        nack: { message: error, version: nackedVersion, time: now - (type.nackedAgeMillis ?? 0) },
      }),
  }
}

function fits({ resource, state }: ProxyStatus, query: ProxyQuery): boolean {
  const { mesh } = query
  if (query.state !== undefined && query.state !== state) return false
  return mesh === undefined || (resource !== undefined && isOfMesh(resource, mesh))
}
