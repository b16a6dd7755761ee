/**
 * The heart: answers "what should this Envoy have?" for the xDS engine (ResourceSource) and keeps the answers in step with the store.
 * store log → mesh views → affected proxies → translation → snapshot cache → streams.
 */
import type { EndpointSource } from '../cloud-map/endpoint-source.js'
import { formatArn } from '../model/arn.js'
import { parseNodeId, resolveNodeId } from '../model/node-id.js'
import type { MeshView } from '../model/mesh-view.js'
import type { Problem } from '../model/problem.js'
import type { ResourceRef } from '../model/resource.js'
import type { Store } from '../store/store.js'
import { BASELINE, type Dialect, type ProxyRef } from '../translate/proxy.js'
import { SYSTEM_CLOCK, type Clock } from '../xds/clock.js'
import type { Peer, Refusal, ResourceSource, Watch, WatchObserver, XdsNode } from '../xds/resource-source.js'
import type { Snapshot } from '../xds/snapshot.js'
import { SnapshotCache } from '../xds/snapshot-cache.js'
import { Coalescer } from './coalescer.js'
import type { Logger } from './logger.js'
import { joinBatches, MeshFollower, type Batch } from './mesh-follower.js'
import { MeshMemos } from './mesh-memos.js'
import { prepareConfigs } from './preparation.js'
import { Previews } from './previews.js'
import { hasProxy, proxyKey, Reconciler, type Proxy, type ReconcilerOptions } from './reconciler.js'
import { RevisionWaiters } from './revision-waiters.js'
import { refuseKeys } from './secret-access.js'
import type { SecretMaterials } from './secrets.js'

export interface ControlPlaneOptions {
  readonly store: Store
  /** Account whose meshes are meant when a node id names no owner. */
  readonly account: string
  readonly region: string
  readonly logger: Logger
  readonly clock?: Clock
  /** Changes: see Coalescer. Milliseconds. */
  readonly quietMillis?: number
  readonly windowMillis?: number
  /** The log is read at least this often, in case a hint was missed. Milliseconds. */
  readonly pollMillis?: number
  /** How many virtual nodes without any Envoy keep their configuration, for Envoys that come back. */
  readonly departed?: number
  /** How long `start` may make configurations that nobody has asked for yet. Milliseconds; 0 unless given. */
  readonly prepareMillis?: number
  /** Certificates and authorities by ARN. Without, none of them is there. */
  readonly materials?: SecretMaterials
  /** Where the instances of Cloud Map services come from. Without, there is no such service. */
  readonly endpoints?: EndpointSource
  /** Private keys go to whoever says to be a proxy that needs them, over any connection. */
  readonly allowUnauthenticatedSecrets?: boolean
  /** Milliseconds since the epoch, for the expiry of certificates. */
  readonly time?: () => number
  readonly onTranslated?: ReconcilerOptions['onTranslated']
  readonly onApplied?: (revision: number) => void
}

const INVALID_ARGUMENT = 3
const NOT_READY = 14
const DEFAULTS = { quietMillis: 20, windowMillis: 100, pollMillis: 5000 }
const NO_KEYS: ReadonlySet<string> = new Set()
const NOTHING: Watch = { cancel: () => undefined }

export class ControlPlane implements ResourceSource {
  /** What Envoys would have, for people. */
  readonly previews: Previews
  readonly #options: ControlPlaneOptions
  readonly #clock: Clock
  readonly #cache: SnapshotCache
  readonly #follower: MeshFollower
  readonly #memos = new MeshMemos()
  readonly #waiters: RevisionWaiters
  readonly #reconciler: Reconciler
  readonly #coalescer: Coalescer
  #stopFollowing: (() => void) | undefined
  #stopRenewing: (() => void) | undefined
  #cancelPoll: (() => void) | undefined
  #applied = 0
  /** When the oldest change of endpoints was made that is not published yet. */
  #endpointsChange: number | undefined
  /** What was read of the log but not settled, as the store went away before the rest could be read. */
  #unsettled: Batch | undefined
  /** The revision that was settled last. */
  #settled = 0
  #advancing = false
  #loaded = false
  #stopped = false

  constructor(options: ControlPlaneOptions) {
    this.#options = options
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#waiters = new RevisionWaiters(this.#clock)
    this.#cache = new SnapshotCache({
      onFault: (error) => options.logger.error({ err: error }, 'a stream could not take its configuration'),
    })
    this.#follower = new MeshFollower(options.store)
    this.#reconciler = new Reconciler({
      cache: this.#cache,
      view: (ref) => this.#follower.view(ref),
      refuseUnknown: (ref) => this.#refuseUnknown(ref),
      logger: options.logger,
      memos: this.#memos,
      later: (millis, work) => void this.#clock.after(millis, () => this.#stopped || work()),
      ...(options.materials && { materials: options.materials }),
      ...(options.endpoints && { endpoints: options.endpoints }),
      onEndpointsDue: (changedAt) => this.#onEndpointsDue(changedAt),
      ...(options.onTranslated && { onTranslated: options.onTranslated }),
      ...(options.departed !== undefined && { departed: options.departed }),
      onSettled: (revision) => this.#onApplied(revision),
    })
    const { endpoints, materials } = options
    this.previews = new Previews({ view: (ref) => this.#follower.view(ref), endpoints, materials })
    this.#coalescer = new Coalescer({
      quietMillis: options.quietMillis ?? DEFAULTS.quietMillis,
      windowMillis: options.windowMillis ?? DEFAULTS.windowMillis,
      clock: this.#clock,
      act: () => this.#advance(),
    })
  }

  /** Loads every mesh, then follows the log. Rejects when the store cannot be read. */
  async start(): Promise<void> {
    await this.#follower.load()
    await this.#options.endpoints?.sync()
    const { prepareMillis = 0 } = this.#options
    await prepareConfigs({ views: this.#follower.views, memos: this.#memos, millis: prepareMillis })
    if (this.#stopped) return
    this.#loaded = true
    this.#stopFollowing = this.#options.store.onChange(() => this.#coalescer.trigger())
    this.#stopRenewing = this.#options.materials?.onChange((arns) => this.#reconciler.renewSecrets(arns))
    this.#settled = this.#follower.revision
    this.#onApplied(this.#settled)
    this.#poll()
    // What was written between the loading and the first hint.
    this.#coalescer.trigger()
  }

  stop(): void {
    this.#stopped = true
    this.#stopFollowing?.()
    this.#stopRenewing?.()
    this.#cancelPoll?.()
    this.#coalescer.stop()
  }

  /** True once every mesh is loaded. */
  get loaded(): boolean {
    return this.#loaded
  }

  /** Every change up to this revision has been published to the Envoys that it affects. */
  get appliedRevision(): number {
    return this.#applied
  }

  watch(node: XdsNode, peer: Peer, observer: WatchObserver): Watch {
    const proxy = this.#loaded ? this.resolve(node, peer) : LOADING
    if ('code' in proxy) {
      observer.onRefusal(proxy)
      return NOTHING
    }
    const watch = this.#cache.watch(proxy.key, observer)
    this.#reconciler.attach(proxy)
    return {
      cancel: () => {
        watch.cancel()
        if (this.#cache.watcherCount(proxy.key) === 0) this.#reconciler.detach(proxy)
      },
    }
  }

  /** Which configuration an Envoy at `peer` is for, or why it gets none. */
  resolve({ id: nodeId }: Pick<XdsNode, 'id'>, peer: Peer): Proxy | Refusal {
    const id = parseNodeId(nodeId)
    if ('problem' in id) return { code: INVALID_ARGUMENT, message: id.problem }
    const ref = resolveNodeId(id, this.#options.account)
    const view = this.#follower.view(ref)
    if (!view || !hasProxy(view, ref)) return this.#refuseUnknown(ref)
    const dialect = dialectOf()
    const { account, allowUnauthenticatedSecrets: allowUnauthenticated = false, time = Date.now } = this.#options
    const keysRefused = refuseKeys(peer, ref, { account, allowUnauthenticated }, time())
    if (keysRefused === undefined) return { key: proxyKey(ref, dialect), ref, dialect }
    return { key: proxyKey(ref, dialect, false), ref, dialect, keysRefused }
  }

  /** The snapshot that the Envoys of `key` should have now. */
  snapshot(key: string): Snapshot | undefined {
    return this.#cache.get(key)
  }

  /** What is wrong with what the Envoys of `proxy` should have, in words for people. */
  problems({ key, ref, keysRefused }: Proxy): readonly Problem[] {
    const problems = this.#reconciler.problems(key)
    const withheld = keysRefused === undefined ? [] : this.#reconciler.withheldKeys(key)
    const path = `${ref.kind}/${ref.name}`
    return [
      ...problems,
      ...withheld.map((arn) => ({
        path,
        message: `the private key of ${arn} is not sent to this Envoy: ${keysRefused}`,
      })),
    ]
  }

  /** When the change that made `snapshot` was committed (milliseconds since the epoch); undefined when a connection made it. */
  changeTime(snapshot: Snapshot): number | undefined {
    return this.#reconciler.history.changeTime(snapshot)
  }

  /** The newest revision that `snapshot` is, or was, right for. */
  revisionOf(proxy: Proxy, snapshot: Snapshot): number {
    const current = this.snapshot(proxy.key) === snapshot ? this.#applied : 0
    return Math.max(this.#reconciler.history.lastRevision(snapshot) ?? current, snapshot.revision)
  }

  /** Resolves once `view` and `views` have everything that was committed before the call: after the window of changes, or after `millis`. */
  async catchUp(millis: number): Promise<void> {
    // While the store is away there is nothing newer to be had.
    const head = await this.#options.store.head().catch(() => 0)
    if (head > this.#follower.revision) await this.#waiters.wait(head, millis)
  }

  /** The mesh that `ref` belongs to, as far as it is followed. */
  view(ref: Pick<ResourceRef, 'meshOwner' | 'meshName'>): MeshView | undefined {
    return this.#follower.view(ref)
  }

  /** Every mesh, as far as it is followed. */
  get views(): Iterable<MeshView> {
    return this.#follower.views
  }

  /** The ARN of a virtual node or gateway. */
  arnOf(ref: ProxyRef): string {
    return formatArn(ref, { region: this.#options.region, account: ref.meshOwner })
  }

  #refuseUnknown(ref: ProxyRef): Refusal {
    const { account } = this.#options
    const view = this.#follower.view(ref)
    const arn = this.arnOf(ref)
    const missing = view ? `${NOUN[ref.kind]} ${ref.name}` : `mesh ${ref.meshName} of account ${ref.meshOwner}`
    const elsewhere = !view && this.#follower.view({ meshOwner: account, meshName: ref.meshName })
    const hint = elsewhere ? `; a mesh of that name belongs to account ${account} (see --account)` : ''
    return { code: INVALID_ARGUMENT, message: `${missing} does not exist: looked for ${arn}${hint}` }
  }

  async #advance(): Promise<void> {
    this.#advancing = true
    try {
      const { store, endpoints } = this.#options
      this.#unsettled = joinBatches(this.#unsettled, await this.#follower.advance(await store.head()))
      await endpoints?.sync()
      const { revision } = this.#follower
      this.#waiters.reached(revision)
      const { keys = NO_KEYS, oldestChange = Infinity } = this.#unsettled ?? {}
      const endpointsChange = this.#endpointsChange
      if (!this.#unsettled && endpointsChange === undefined && revision === this.#settled) return
      this.#unsettled = this.#endpointsChange = undefined
      this.#settled = revision
      this.#reconciler.settle({ keys, revision, oldestChange: Math.min(oldestChange, endpointsChange ?? Infinity) })
    } catch (error) {
      this.#options.logger.error(
        { err: error, revision: this.#follower.revision },
        'cannot read the change log; Envoys keep what they have',
      )
    } finally {
      this.#advancing = false
    }
  }

  /** What changes while the log is read is published with the rest of it. */
  #onEndpointsDue(changedAt: number): void {
    this.#endpointsChange ??= changedAt
    if (!this.#advancing) this.#coalescer.trigger()
  }

  #onApplied(revision: number): void {
    this.#applied = revision
    this.#options.onApplied?.(revision)
  }

  #poll(): void {
    this.#cancelPoll = this.#clock.after(this.#options.pollMillis ?? DEFAULTS.pollMillis, () => {
      this.#coalescer.trigger()
      this.#poll()
    })
  }
}

const NOUN = { virtualNode: 'virtual node', virtualGateway: 'virtual gateway' } as const

const LOADING: Refusal = { code: NOT_READY, message: 'the meshes are being loaded; try again' }

/** Everything that is emitted is known to Envoy 1.20, so one dialect serves all. */
function dialectOf(): Dialect {
  return BASELINE
}
