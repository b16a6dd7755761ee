/**
 * One xDS stream, without its transport: takes decoded requests, asks the source, decides what to send and when.
 * Both variants and all services run through here; only what a request means and what a response holds differs (sotw.ts, delta.ts).
 */
import { Channel, type Payload, type RequestOutcome } from './channel.js'
import type { Clock } from './clock.js'
import { applyDeltaRequest, buildDeltaPayload, type DeltaRequest } from './delta.js'
import type { Peer, Refusal, ResourceSource, Watch, WatchObserver, XdsNode } from './resource-source.js'
import { typeOf, type Snapshot, type TypeSnapshot } from './snapshot.js'
import { SendGate, type GateLimits } from './send-gate.js'
import { applySotwRequest, buildSotwPayload, type SotwRequest } from './sotw.js'
import type { StreamEvents } from './stream-events.js'
import type { StreamView, Variant } from './stream-view.js'
import type { EncodedResource } from '../codec/resource.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, sendOrderOf } from './types.js'

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

export interface StreamLimits extends GateLimits {
  /** Requests kept while the source has not answered yet. */
  readonly waitingRequests: number
  /** Resource types on one stream; further ones are ignored. */
  readonly types: number
  /** Names that one stream may subscribe to, of one type. */
  readonly names: number
}

export const DEFAULT_LIMITS: StreamLimits = {
  holdMillis: 5000,
  removalMillis: 15_000,
  waitingRequests: 64,
  types: 32,
  names: 20_000,
}

export interface StreamOptions {
  readonly id: number
  readonly variant: Variant
  readonly isAggregated: boolean
  readonly peer: Peer
  readonly source: ResourceSource
  readonly transport: Transport
  readonly clock: Clock
  readonly limits: StreamLimits
  readonly events: StreamEvents
  /** Called once the client has said who it is: why it may not stay, if it may not. */
  readonly admit: (stream: StreamView) => Refusal | undefined
  /** The stream is over, from whichever side. */
  readonly onEnd: () => void
}

const INVALID_ARGUMENT = 3
const RESOURCE_EXHAUSTED = 8
const INTERNAL = 13

export class Stream implements StreamView, WatchObserver {
  readonly id: number
  readonly variant: Variant
  readonly peer: Peer
  readonly openedAt: number
  readonly channels = new Map<string, Channel>()
  node: XdsNode | undefined
  settled: Snapshot | undefined
  #settledBefore: Snapshot | undefined
  readonly #options: StreamOptions
  #snapshot: Snapshot | undefined
  #watch: Watch | undefined
  #waiting: Incoming[] | undefined
  #nonce = 0
  #writable = true
  #closed = false
  readonly #gate: SendGate
  /** The channels in the order in which their types are sent. */
  readonly #ordered: Channel[] = []
  #wakeAt: number | undefined
  #cancelTimer: (() => void) | undefined

  constructor(options: StreamOptions) {
    this.#options = options
    this.id = options.id
    this.variant = options.variant
    this.peer = options.peer
    this.openedAt = options.clock.now()
    this.#gate = new SendGate({
      channels: this.channels,
      isAggregated: options.isAggregated,
      limits: options.limits,
      now: () => options.clock.now(),
      wakeAt: (deadline) => this.#pumpAt(deadline),
    })
    options.events.onOpen?.(this)
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  receive(message: Incoming): void {
    this.#guard(() => this.#receive(message))
  }

  #receive(message: Incoming): void {
    if (message.typeUrl === '') {
      this.close({ code: INVALID_ARGUMENT, message: 'a request on the aggregated stream needs a type_url' })
      return
    }
    if (!this.node && !this.#begin(message.node)) return
    if (this.#snapshot) {
      this.#take(message, this.#snapshot)
      return
    }
    this.#waiting ??= []
    if (this.#waiting.length < this.#options.limits.waitingRequests) this.#waiting.push(message)
    else this.close({ code: RESOURCE_EXHAUSTED, message: 'too many requests before the first response' })
  }

  /** The source has something new for the client. */
  onSnapshot(snapshot: Snapshot): void {
    this.#guard(() => this.#adopt(snapshot))
  }

  onRefusal(refusal: Refusal): void {
    this.close(refusal)
  }

  /** The transport can take more again. */
  drained(): void {
    this.#writable = true
    this.#guard(() => this.#pump())
  }

  /** The peer is gone, or the server ends the stream without a status of its own. */
  end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelTimer?.()
    this.#watch?.cancel()
    this.#waiting = undefined
    this.#options.onEnd()
    this.#options.events.onClose?.(this)
  }

  /** Ends the stream with a status that the peer will see. */
  close(refusal: Refusal): void {
    if (this.#closed) return
    this.end()
    this.#options.events.onRefusal?.(this, refusal)
    this.#options.transport.close(refusal)
  }

  /** Only the first request of a stream carries the node for sure (set_node_on_first_message_only). */
  #begin(node: XdsNode | undefined): boolean {
    if (!node) {
      this.close({ code: INVALID_ARGUMENT, message: 'the first request of a stream must carry the node' })
      return false
    }
    this.node = node
    const refusal = this.#options.admit(this)
    if (refusal) {
      this.close(refusal)
      return false
    }
    const watch = this.#options.source.watch(node, this.#options.peer, this)
    if (this.#closed) watch.cancel()
    else this.#watch = watch
    return !this.#closed
  }

  /** A fault while one stream is worked on ends that stream, and neither the others nor the process. */
  #guard(work: () => void): void {
    if (this.#closed) return
    try {
      work()
    } catch (error) {
      this.#options.events.onFault?.(this, error)
      this.close({ code: INTERNAL, message: 'the stream could not be served' })
    }
  }

  #adopt(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    const waiting = this.#waiting
    this.#waiting = undefined
    for (const message of waiting ?? []) this.#take(message, snapshot)
    this.#pump()
  }

  #take(message: Incoming, snapshot: Snapshot): void {
    const channel = this.#channel(message.typeUrl)
    if (!channel) return
    const { clock, events, limits } = this.#options
    const answered = channel.unanswered(message.request.nonce)
    const target = typeOf(snapshot, message.typeUrl)
    const outcome: RequestOutcome =
      message.variant === 'sotw'
        ? applySotwRequest(channel, message.request, target, clock.now())
        : applyDeltaRequest(channel, message.request, clock.now())
    if (message.typeUrl === ENDPOINT_TYPE) this.#gate.endpointsAsked(channel)
    if (answered && outcome === 'acked') events.onAck?.(this, channel.typeUrl, answered)
    if (channel.subscription.names.size > limits.names) {
      const reason = `a stream may subscribe to ${limits.names} names of one type, not more`
      this.close({ code: RESOURCE_EXHAUSTED, message: reason })
      return
    }
    if (answered && outcome === 'nacked') {
      // A client that asks type by type can have accepted all that it followed before it saw this one.
      if (this.settled === snapshot) this.settled = this.#settledBefore
      events.onNack?.(this, channel.typeUrl, answered, message.request.error ?? '')
    }
    this.#pump()
  }

  #channel(typeUrl: string): Channel | undefined {
    const known = this.channels.get(typeUrl)
    if (known || this.channels.size >= this.#options.limits.types) return known
    const channel = new Channel(typeUrl)
    this.channels.set(typeUrl, channel)
    const later = this.#ordered.findIndex((other) => sendOrderOf(other.typeUrl) > sendOrderOf(typeUrl))
    this.#ordered.splice(later < 0 ? this.#ordered.length : later, 0, channel)
    return channel
  }

  /** Sends whatever may be sent now, in make-before-break order, at most one unanswered response per type. */
  #pump(): void {
    const snapshot = this.#snapshot
    if (!snapshot) return
    this.#gate.look()
    let hasSettled = false
    for (const channel of this.#ordered) {
      if (!this.#writable || this.#closed) return
      const target = typeOf(snapshot, channel.typeUrl)
      if (channel.holdings.isInStep(target) && !channel.mustAnswer) continue
      if (channel.outstanding && !this.#gate.mayOvertake(channel)) continue
      if (this.#gate.isHeld(channel.typeUrl, snapshot)) continue
      const withhold = this.#gate.withholdsRemovals(channel, snapshot)
      const build = this.#options.variant === 'sotw' ? buildSotwPayload : buildDeltaPayload
      const payload = build(channel, target, withhold)
      if (payload) this.#send(channel, target, payload, snapshot)
      else hasSettled ||= !channel.mustAnswer && channel.holdings.isInStep(target)
    }
    // Clusters come first, and may have waited for routes that turned out to need nothing.
    if (hasSettled) this.#pump()
    else this.#noteSettled(snapshot)
  }

  #send(channel: Channel, target: TypeSnapshot, payload: Payload, snapshot: Snapshot): void {
    const { clock, variant, transport, events } = this.#options
    if (channel.typeUrl === CLUSTER_TYPE) this.#gate.clustersGo(channel, payload)
    channel.holdings.settle(target, payload.withheld, payload.state !== undefined)
    // The next removal has a wait of its own.
    if (payload.withheld.size === 0) channel.withholdingSince = undefined
    const nonce = String(++this.#nonce)
    const { version, resources, removed, state } = payload
    const sentAt = clock.now()
    const response = { nonce, version, resources, removed, target, state, revision: snapshot.revision, sentAt }
    channel.sent(response)
    events.onPush?.(this, channel.typeUrl, response)
    this.#writable = transport.send({ variant, typeUrl: channel.typeUrl, version, nonce, resources, removed })
  }

  #noteSettled(snapshot: Snapshot): void {
    if (this.settled === snapshot) return
    for (const channel of this.channels.values()) if (!channel.isSettled(typeOf(snapshot, channel.typeUrl))) return
    this.#settledBefore = this.settled
    this.settled = snapshot
    this.#options.events.onSettled?.(this, snapshot, this.#settledBefore)
  }

  /** One timer serves all waits: it is set to the earliest, and pumping finds out what is next. */
  #pumpAt(deadline: number): void {
    if (this.#wakeAt !== undefined && this.#wakeAt <= deadline) return
    this.#cancelTimer?.()
    const { clock } = this.#options
    this.#wakeAt = deadline
    this.#cancelTimer = clock.after(Math.max(0, deadline - clock.now()), () => {
      this.#wakeAt = undefined
      this.#guard(() => this.#pump())
    })
  }
}
