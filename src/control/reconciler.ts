/**
 * Turns views into snapshots, only for proxies that somebody watches: translate → encode → publish.
 * A proxy that cannot be translated keeps its last good snapshot. Work runs in slices, so that ACKs and the API stay live.
 */
import { LRUCache } from 'lru-cache'
import type { EndpointSource } from '../cloud-map/endpoint-source.js'
import { refKey } from '../model/references.js'
import type { MeshView } from '../model/mesh-view.js'
import type { Problem } from '../model/problem.js'
import type { Refusal } from '../xds/resource-source.js'
import { buildSnapshotOf, buildTypeSnapshot, replaceType, reuseUnchanged, type Snapshot } from '../xds/snapshot.js'
import { ENDPOINT_TYPE } from '../xds/types.js'
import type { SnapshotCache } from '../xds/snapshot-cache.js'
import type { Memo } from '../translate/memo.js'
import type { ProxyRef } from '../translate/proxy.js'
import type { SecretNeed } from '../translate/secret-need.js'
import { translate, type ProxyConfig } from '../translate/translate.js'
import { resolveDependencies } from './dependencies.js'
import { DependencyIndex } from './dependency-index.js'
import { encodeConfig } from './encode-config.js'
import { Endpoints } from './endpoints.js'
import { GatewayHandover } from './gateway-handover.js'
import type { Logger } from './logger.js'
import { meshKey, type Batch } from './mesh-follower.js'
import { MeshMemos } from './mesh-memos.js'
import { hasProxy, type Proxy } from './proxy.js'
import { SnapshotHistory } from './snapshot-history.js'
import { addSecrets, arnsOf, NO_MATERIALS, type SecretMaterials } from './secrets.js'

export { hasProxy, proxyKey, type Proxy } from './proxy.js'

export interface ReconcilerOptions {
  readonly cache: SnapshotCache
  readonly view: (ref: Pick<ProxyRef, 'meshOwner' | 'meshName'>) => MeshView | undefined
  /** The refusal for a proxy that does not exist (any more). */
  readonly refuseUnknown: (ref: ProxyRef) => Refusal
  readonly logger: Logger
  readonly materials?: SecretMaterials
  /** Shared with whoever makes configurations beforehand. */
  readonly memos?: MeshMemos
  readonly endpoints?: EndpointSource
  /** Endpoints have changed, at that time (milliseconds since the epoch): the next `settle` publishes them. */
  readonly onEndpointsDue?: (changedAt: number) => void
  readonly onTranslated?: (proxy: Proxy, seconds: number, failed: boolean) => void
  /** Everything that `settle` asked for up to its revision is published. */
  readonly onSettled?: (revision: number) => void
  /** Runs `work` in a later turn of the event loop. */
  readonly defer?: (work: () => void) => void
  /** Runs `work` after so many milliseconds. Without it changes of gateways come at once. */
  readonly later?: (millis: number, work: () => void) => void
  /** Milliseconds. */
  readonly now?: () => number
  /** How many proxies without any Envoy keep their snapshot, for those that come back. */
  readonly departed?: number
}

interface Entry extends Proxy {
  dependencies: ReadonlySet<string>
  problems: readonly Problem[]
  /** Those that endpoints have. */
  endpointProblems: readonly Problem[]
  needs: readonly SecretNeed[]
  /** ARNs of certificates whose keys are kept from its Envoys. */
  withheld: readonly string[]
  /** Of a gateway. */
  handover?: GatewayHandover
}

/** ACKs that are read in between delay what is still to go. */
const SLICE_MILLIS = 10
const DEPARTED = 1000

export class Reconciler {
  readonly history = new SnapshotHistory()
  readonly #options: ReconcilerOptions
  readonly #entries = new Map<string, Entry>()
  readonly #byDependency = new DependencyIndex<Entry>()
  readonly #memos: MeshMemos
  readonly #departed: LRUCache<string, Entry>
  /** Who has to be published anew: translated, or with other endpoints only. */
  readonly #due = new Map<Entry, 'all' | 'endpoints'>()
  readonly #endpoints: Endpoints<Entry>
  readonly #defer: (work: () => void) => void
  readonly #now: () => number
  #scheduled = false
  #settling: { readonly revision: number; readonly changedAt: number } | undefined
  #settled = 0

  constructor(options: ReconcilerOptions) {
    this.#options = options
    this.#memos = options.memos ?? new MeshMemos()
    this.#defer = options.defer ?? setImmediate
    this.#now = options.now ?? (() => performance.now())
    this.#endpoints = new Endpoints({
      source: options.endpoints,
      onChange: (entries, changedAt) => this.#renewEndpoints(entries, changedAt),
    })
    this.#departed = new LRUCache({
      max: options.departed ?? DEPARTED,
      // Only once the entry is out of the cache may it be touched again, which `#drop` does.
      disposeAfter: (entry, _key, reason) => {
        if (reason === 'evict') this.#drop(entry)
      },
    })
  }

  /** Somebody watches `proxy`: it has a snapshot soon, if it has none yet. */
  attach(proxy: Proxy): void {
    this.#departed.delete(proxy.key)
    if (this.#entries.has(proxy.key)) return
    const entry: Entry = {
      ...proxy,
      dependencies: new Set(),
      problems: [],
      endpointProblems: [],
      needs: [],
      withheld: [],
    }
    this.#entries.set(proxy.key, entry)
    this.#due.set(entry, 'all')
    this.#run()
  }

  /** Nobody watches `proxy` any more. */
  detach(proxy: Proxy): void {
    const entry = this.#entries.get(proxy.key)
    if (!entry) return
    // What nobody has need of must not be asked for.
    if (this.#endpoints.isPolled(entry)) this.#drop(entry)
    else this.#departed.set(proxy.key, entry)
  }

  /** What is wrong with the configuration of `key`, in words for people. */
  problems(key: string): readonly Problem[] {
    const entry = this.#entries.get(key)
    if (!entry) return []
    const { problems, endpointProblems } = entry
    const troubles = this.#endpoints.troublesOf(entry)
    return endpointProblems.length + troubles.length > 0 ? [...problems, ...endpointProblems, ...troubles] : problems
  }

  /** ARNs of the certificates that `key` would have if its Envoys could have private keys. */
  withheldKeys(key: string): readonly string[] {
    return this.#entries.get(key)?.withheld ?? []
  }

  /** Key material has changed: whoever uses it gets it. */
  renewSecrets(arns: ReadonlySet<string>): void {
    for (const entry of this.#entries.values()) {
      if (entry.needs.some((need) => arnsOf(need).some((arn) => arns.has(arn)))) this.#renew(entry)
    }
    this.#run()
  }

  #renew(entry: Entry): void {
    if (this.#options.cache.watcherCount(entry.key) > 0) this.#due.set(entry, 'all')
    else this.#drop(entry)
  }

  #renewEndpoints(entries: Iterable<Entry>, changedAt: number): void {
    for (const entry of [...entries]) {
      if (this.#options.cache.watcherCount(entry.key) === 0) this.#drop(entry)
      else if (!this.#due.has(entry)) this.#due.set(entry, 'endpoints')
    }
    this.#options.onEndpointsDue?.(changedAt)
  }

  /** Re-translates what a batch can affect; `onSettled(revision)` follows when all of it is published. */
  settle({ keys, revision, oldestChange }: Batch): void {
    for (const key of keys) for (const entry of [...this.#byDependency.of(key)]) this.#renew(entry)
    this.#memos.forget(keys, (ref) => !this.#options.view(ref))
    this.#settling = { revision, changedAt: Math.min(this.#settling?.changedAt ?? Infinity, oldestChange) }
    this.#run()
  }

  #run(): void {
    if (!this.#scheduled) this.#slice()
  }

  #slice(): void {
    this.#scheduled = false
    const started = this.#now()
    for (const [entry, what] of this.#due) {
      this.#due.delete(entry)
      if (what === 'all') this.#reconcile(entry)
      else this.#refreshEndpoints(entry)
      if (this.#due.size === 0 || this.#now() - started <= SLICE_MILLIS) continue
      this.#scheduled = true
      this.#defer(() => this.#slice())
      return
    }
    if (this.#settling === undefined) return
    const { revision } = this.#settling
    this.#settling = undefined
    this.#settled = revision
    this.#options.onSettled?.(revision)
  }

  #reconcile(entry: Entry): void {
    const { cache, refuseUnknown, onTranslated } = this.#options
    const view = this.#options.view(entry.ref)
    if (!view || !hasProxy(view, entry.ref)) {
      this.#drop(entry)
      cache.refuse(entry.key, refuseUnknown(entry.ref))
      return
    }
    const memo = this.#memos.of(view)
    const started = this.#now()
    let failed = false
    try {
      this.#byDependency.track(entry, resolveDependencies(view, entry.ref, memo))
      this.#publish(entry, this.#build(entry, view, memo))
    } catch (error) {
      failed = true
      this.#keepLastGood(entry, error)
    }
    onTranslated?.(entry, (this.#now() - started) / 1000, failed)
  }

  /** Nothing is translated: whatever the snapshot has but endpoints is the very same. */
  #refreshEndpoints(entry: Entry): void {
    const previous = this.#options.cache.get(entry.key)
    if (!previous) return
    try {
      const { resources, problems } = this.#endpoints.assignmentsOf(entry)
      entry.endpointProblems = problems
      const type = buildTypeSnapshot(ENDPOINT_TYPE, resources)
      this.#publish(entry, replaceType(previous, type, this.#settling?.revision ?? previous.revision))
    } catch (error) {
      this.#keepLastGood(entry, error)
    }
  }

  #publish({ key }: Entry, snapshot: Snapshot): void {
    const { cache } = this.#options
    const previous = cache.get(key)
    if (snapshot === previous) {
      this.history.confirm(snapshot)
      return
    }
    this.history.supersede(previous, this.#settled)
    if (previous && this.#settling) this.history.date(snapshot, this.#settling.changedAt)
    cache.publish(key, snapshot)
  }

  /** A defect of ours, or a resource that the API would not have let in: this proxy alone does without the change, and says so. */
  #keepLastGood(entry: Entry, error: unknown): void {
    const { key, ref } = entry
    const reason = error instanceof Error ? error.message : String(error)
    const message = `cannot be translated, so that its Envoys keep what they have: ${reason}`
    entry.problems = [{ path: `${ref.kind}/${ref.name}`, message }]
    if (entry.dependencies.size === 0) this.#byDependency.track(entry, new Set([meshKey(ref), refKey(ref)]))
    this.history.supersede(this.#options.cache.get(key), this.#settled)
    this.#options.logger.error(
      { err: error, proxy: key, revision: this.#options.view(ref)?.revision },
      'translation failed; the last good configuration keeps serving',
    )
  }

  #build(entry: Entry, view: MeshView, memo: Memo): Snapshot {
    const config = this.#handOver(entry, translate(view, entry.ref, { dialect: entry.dialect, memo }))
    const previous = this.#options.cache.get(entry.key)
    const { materials = NO_MATERIALS } = this.#options
    const { ref, needs: previousNeeds, keysRefused } = entry
    const input = { ref, needs: config.secrets, keys: keysRefused === undefined, previous, previousNeeds }
    const { lists, keptClusters, ...outcome } = addSecrets({ ...input, lists: encodeConfig(config) }, materials)
    this.#endpoints.track(entry, config.endpoints, keptClusters)
    const assigned = this.#endpoints.assignmentsOf(entry)
    const problems = outcome.problems.length > 0 ? [...config.problems, ...outcome.problems] : config.problems
    Object.assign(entry, outcome, { problems, endpointProblems: assigned.problems })
    return reuseUnchanged(previous, buildSnapshotOf([...lists, assigned.resources], view.revision, previous))
  }

  #handOver(entry: Entry, config: ProxyConfig): ProxyConfig {
    const { later } = this.#options
    if (!later || entry.ref.kind !== 'virtualGateway') return config
    entry.handover ??= new GatewayHandover(later, () => this.#resume(entry))
    return entry.handover.next(config)
  }

  #resume(entry: Entry): void {
    if (this.#entries.get(entry.key) !== entry) return
    this.#renew(entry)
    this.#run()
  }

  #drop(entry: Entry): void {
    this.#byDependency.drop(entry)
    this.#entries.delete(entry.key)
    this.#departed.delete(entry.key)
    this.#due.delete(entry)
    this.#endpoints.track(entry, [])
    this.#options.cache.forget(entry.key)
  }
}
