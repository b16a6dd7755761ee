/**
 * One xDS stream, without its transport: takes decoded requests, asks the source, decides what to send and when.
 * Both variants and all services run through here; only what a request means and what a response holds differs (sotw.ts, delta.ts).
 */
import { Channel, type Payload, type RequestOutcome } from './channel.js'
import type { Clock } from './clock.js'
import { applyDeltaRequest, buildDeltaPayload, type DeltaRequest } from './delta.js'
import type { Peer, Refusal, ResourceSource, Watch, XdsNode } from './resource-source.js'
import { typeOf, type Snapshot, type TypeSnapshot } from './snapshot.js'
import { applySotwRequest, buildSotwPayload, type SotwRequest } from './sotw.js'
import type { StreamEvents } from './stream-events.js'
import { describeStream, type StreamStatus } from './stream-status.js'
import { isSubscribed } from './subscription.js'
import type { EncodedResource } from '../codec/resource.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SEND_ORDER } from './types.js'
import { assignmentsOf, beginWarming, holdUntil, type Warming, type WarmingLimits } from './warming.js'

export type Variant = 'sotw' | 'delta'

/** A decoded request. `typeUrl` is empty when the client left it out. */
export type Incoming = { readonly typeUrl: string; readonly node: XdsNode | undefined } & (
  | { readonly variant: 'sotw'; readonly request: SotwRequest }
  | { readonly variant: 'delta'; readonly request: DeltaRequest }
)

export interface Outgoing {
  readonly variant: Variant
  readonly typeUrl: string
  readonly version: string
  readonly nonce: string
  readonly resources: readonly EncodedResource[]
  readonly removed: readonly string[]
}

export interface Transport {
  /** False when the peer reads too slowly: nothing more may be sent until `drained` is called on the stream. */
  send(response: Outgoing): boolean
  /** Ends the stream with a gRPC status. */
  close(refusal: Refusal): void
}

export interface StreamLimits extends WarmingLimits {
  /** Milliseconds that removals of clusters wait for the client to take the listeners and routes that no longer use them. */
  readonly removalMillis: number
  /** Requests kept while the source has not answered yet. */
  readonly waitingRequests: number
  /** Resource types on one stream; further ones are ignored. */
  readonly types: number
}

export const DEFAULT_LIMITS: StreamLimits = {
  dnsGraceMillis: 200,
  holdMillis: 1000,
  removalMillis: 5000,
  waitingRequests: 64,
  types: 32,
}

export interface StreamOptions {
  readonly id: number
  readonly variant: Variant
  readonly peer: Peer
  readonly source: ResourceSource
  readonly transport: Transport
  readonly clock: Clock
  readonly limits: StreamLimits
  readonly events: StreamEvents
}

const INVALID_ARGUMENT = 3
const RESOURCE_EXHAUSTED = 8

export class Stream {
  readonly options: StreamOptions
  readonly openedAt: number
  readonly channels = new Map<string, Channel>()
  node: XdsNode | undefined
  /** The last snapshot that the client accepted wholly. */
  settled: Snapshot | undefined
  #snapshot: Snapshot | undefined
  #watch: Watch | undefined
  #waiting: Incoming[] = []
  #nonce = 0
  #writable = true
  #closed = false
  #warming: Warming | undefined
  #wakeAt: number | undefined
  #cancelTimer: (() => void) | undefined

  constructor(options: StreamOptions) {
    this.options = options
    this.openedAt = options.clock.now()
    options.events.onOpen?.(this)
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  status(): StreamStatus {
    return describeStream(this)
  }

  receive(message: Incoming): void {
    if (this.#closed) return
    if (message.typeUrl === '') {
      this.close({ code: INVALID_ARGUMENT, message: 'a request on the aggregated stream needs a type_url' })
      return
    }
    if (!this.node && !this.#begin(message.node)) return
    if (this.#snapshot) this.#take(message, this.#snapshot)
    else if (this.#waiting.length < this.options.limits.waitingRequests) this.#waiting.push(message)
    else this.close({ code: RESOURCE_EXHAUSTED, message: 'too many requests before the first response' })
  }

  /** The transport can take more again. */
  drained(): void {
    this.#writable = true
    this.#pump()
  }

  /** The peer is gone, or the server ends the stream without a status of its own. */
  end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelTimer?.()
    this.#watch?.cancel()
    this.#waiting = []
    this.options.events.onClose?.(this)
  }

  /** Ends the stream with a status that the peer will see. */
  close(refusal: Refusal): void {
    if (this.#closed) return
    this.end()
    this.options.events.onRefusal?.(this, refusal)
    this.options.transport.close(refusal)
  }

  /** Only the first request of a stream carries the node for sure (set_node_on_first_message_only). */
  #begin(node: XdsNode | undefined): boolean {
    if (!node) {
      this.close({ code: INVALID_ARGUMENT, message: 'the first request of a stream must carry the node' })
      return false
    }
    this.node = node
    const watch = this.options.source.watch(node, this.options.peer, {
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onRefusal: (refusal) => this.close(refusal),
    })
    if (this.#closed) watch.cancel()
    else this.#watch = watch
    return !this.#closed
  }

  #onSnapshot(snapshot: Snapshot): void {
    if (this.#closed) return
    this.#snapshot = snapshot
    const waiting = this.#waiting
    this.#waiting = []
    for (const message of waiting) this.#take(message, snapshot)
    this.#pump()
  }

  #take(message: Incoming, snapshot: Snapshot): void {
    const channel = this.#channel(message.typeUrl)
    if (!channel) return
    const { clock, events } = this.options
    const answered = channel.outstanding
    const target = typeOf(snapshot, message.typeUrl)
    const outcome: RequestOutcome =
      message.variant === 'sotw'
        ? applySotwRequest(channel, message.request, target, clock.now())
        : applyDeltaRequest(channel, message.request, clock.now())
    if (answered && outcome === 'acked') events.onAck?.(this, channel.typeUrl, answered)
    if (answered && outcome === 'nacked') events.onNack?.(this, channel.typeUrl, answered, message.request.error ?? '')
    this.#pump()
  }

  #channel(typeUrl: string): Channel | undefined {
    const known = this.channels.get(typeUrl)
    if (known || this.channels.size >= this.options.limits.types) return known
    const channel = new Channel(typeUrl)
    this.channels.set(typeUrl, channel)
    return channel
  }

  /** Sends whatever may be sent now, in make-before-break order, at most one unanswered response per type. */
  #pump(): void {
    const snapshot = this.#snapshot
    if (!snapshot || this.#closed || !this.#writable) return
    const held = this.#heldTypes(snapshot)
    for (const channel of this.#inOrder()) {
      const target = typeOf(snapshot, channel.typeUrl)
      if (channel.outstanding || held.has(channel.typeUrl)) continue
      const withhold = this.#withholdsRemovals(channel, target, snapshot)
      const payload =
        this.options.variant === 'sotw'
          ? buildSotwPayload(channel, target, withhold)
          : buildDeltaPayload(channel, target, withhold)
      if (payload) this.#send(channel, target, payload, snapshot)
      if (!this.#writable) return
      // A response just sent may add to what later types must wait for.
      if (payload && channel.typeUrl === CLUSTER_TYPE) for (const type of this.#heldTypes(snapshot)) held.add(type)
    }
    this.#noteSettled(snapshot)
  }

  *#inOrder(): Iterable<Channel> {
    for (const typeUrl of SEND_ORDER) {
      const channel = this.channels.get(typeUrl)
      if (channel) yield channel
    }
    for (const channel of this.channels.values()) if (!SEND_ORDER.includes(channel.typeUrl)) yield channel
  }

  /** Types that must not go yet: those after a type whose newer state still waits for an answer, and those that warming clusters hold. */
  #heldTypes(snapshot: Snapshot): Set<string> {
    const { clock, limits } = this.options
    const now = clock.now()
    const held = new Set<string>()
    let wake: number | undefined
    let blocked = false
    for (const typeUrl of SEND_ORDER) {
      if (blocked) held.add(typeUrl)
      const channel = this.channels.get(typeUrl)
      if (!channel?.outstanding || channel.isInStep(typeOf(snapshot, typeUrl))) continue
      // A client that never answers one type must not starve the others.
      const patience = channel.outstanding.sentAt + limits.holdMillis
      if (now >= patience) continue
      blocked = true
      wake = earlier(wake, patience)
    }
    const warm = this.#warmingDeadline(snapshot, now)
    if (warm !== undefined) {
      wake = earlier(wake, warm)
      for (const typeUrl of [LISTENER_TYPE, ROUTE_TYPE]) if (this.channels.get(typeUrl)?.lastSent) held.add(typeUrl)
    }
    if (wake !== undefined) this.#pumpAt(wake)
    return held
  }

  #warmingDeadline(snapshot: Snapshot, now: number): number | undefined {
    const clusters = this.channels.get(CLUSTER_TYPE)
    if (!this.#warming || !clusters) return undefined
    const channel = this.channels.get(ENDPOINT_TYPE)
    const endpoints = channel && { channel, target: typeOf(snapshot, ENDPOINT_TYPE) }
    const deadline = holdUntil(this.#warming, clusters, endpoints, this.options.limits, now)
    if (deadline === undefined) this.#warming = undefined
    return deadline
  }

  /** Clusters and endpoints go only after the client took the listeners and routes that no longer use them; never while it rejects those. */
  #withholdsRemovals(channel: Channel, target: TypeSnapshot, snapshot: Snapshot): boolean {
    if (channel.typeUrl !== CLUSTER_TYPE && channel.typeUrl !== ENDPOINT_TYPE) return false
    const { removed } = channel.holdings.pending(channel.subscription, target)
    if (removed.length === 0 || this.#routesSettled(snapshot)) {
      channel.withholdingSince = undefined
      return false
    }
    const now = this.options.clock.now()
    channel.withholdingSince ??= now
    if (this.channels.get(LISTENER_TYPE)?.nack ?? this.channels.get(ROUTE_TYPE)?.nack) return true
    const deadline = channel.withholdingSince + this.options.limits.removalMillis
    if (now >= deadline) return false
    this.#pumpAt(deadline)
    return true
  }

  #routesSettled(snapshot: Snapshot): boolean {
    const listeners = this.channels.get(LISTENER_TYPE)
    if (listeners && !listeners.isSettled(typeOf(snapshot, LISTENER_TYPE))) return false
    const routes = this.channels.get(ROUTE_TYPE)
    const target = typeOf(snapshot, ROUTE_TYPE)
    return !routes || (routes.isSettled(target) && routes.followsAll(target))
  }

  #send(channel: Channel, target: TypeSnapshot, payload: Payload, snapshot: Snapshot): void {
    const { clock, variant, transport, events } = this.options
    if (channel.typeUrl === CLUSTER_TYPE) this.#onClustersSent(channel, payload)
    channel.holdings.settle(target, payload.withheld)
    const nonce = String(++this.#nonce)
    const { version, resources, removed } = payload
    const response = { nonce, version, resources, removed, target, revision: snapshot.revision, sentAt: clock.now() }
    channel.sent(response)
    events.onPush?.(this, channel.typeUrl, response)
    this.#writable = transport.send({ variant, typeUrl: channel.typeUrl, version, nonce, resources, removed })
  }

  #onClustersSent(channel: Channel, payload: Payload): void {
    const endpoints = this.channels.get(ENDPOINT_TYPE)
    for (const name of assignmentsOf(payload.changed)) {
      if (endpoints && isSubscribed(endpoints.subscription, name)) endpoints.holdings.ask(name)
    }
    if (!this.channels.get(ROUTE_TYPE)?.lastSent && !this.channels.get(LISTENER_TYPE)?.lastSent) return
    const added = payload.changed.filter(({ name }) => channel.holdings.heldVersion(name) === undefined)
    this.#warming = beginWarming(added, this.options.clock.now()) ?? this.#warming
  }

  #noteSettled(snapshot: Snapshot): void {
    if (this.settled === snapshot) return
    for (const channel of this.channels.values()) if (!channel.isSettled(typeOf(snapshot, channel.typeUrl))) return
    this.settled = snapshot
    this.options.events.onSettled?.(this, snapshot)
  }

  /** One timer serves all waits: it is set to the earliest, and pumping finds out what is next. */
  #pumpAt(deadline: number): void {
    if (this.#wakeAt !== undefined && this.#wakeAt <= deadline) return
    this.#cancelTimer?.()
    const { clock } = this.options
    this.#wakeAt = deadline
    this.#cancelTimer = clock.after(Math.max(0, deadline - clock.now()), () => {
      this.#wakeAt = undefined
      this.#pump()
    })
  }
}

function earlier(a: number | undefined, b: number): number {
  return a === undefined || b < a ? b : a
}
