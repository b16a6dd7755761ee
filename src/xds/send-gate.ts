/**
 * Make before break across the types of one stream (xDS protocol, "Eventual consistency considerations"; xds.md section 3):
 * what must wait, and until when. Every wait is bounded, except that nothing is removed while the client rejects what would replace it.
 */
import type { Channel, Payload, SentResponse } from './channel.js'
import { typeOf, type Snapshot } from './snapshot.js'
import { isSubscribed } from './subscription.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE, SEND_ORDER } from './types.js'
import { assignmentsOf, beginWarming, holdUntil, type Warming, type WarmingLimits } from './warming.js'

export interface GateLimits extends WarmingLimits {
  /** Milliseconds that removals of clusters wait for the client to take the listeners and routes that no longer use them. */
  readonly removalMillis: number
}

export interface GateOptions {
  readonly channels: ReadonlyMap<string, Channel>
  /** Listeners and routes are on the same stream as clusters and endpoints. */
  readonly isAggregated: boolean
  readonly limits: GateLimits
  /** Clock reading, milliseconds. */
  readonly now: () => number
  /** Asks to look again at this clock reading at the latest. */
  readonly wakeAt: (deadline: number) => void
}

export class SendGate {
  readonly #options: GateOptions
  /** Clock reading that everything is decided by until the next look. */
  #now = 0
  #warming: Warming | undefined
  /** Assignments of clusters that went before the client asked for endpoints on this stream. */
  #owed: Set<string> | undefined

  constructor(options: GateOptions) {
    this.#options = options
  }

  /**
   * To be called before it is decided what may go. The clock is read once for all of that: two readings could lie on both sides of a deadline, so that
   * clusters still wait for their turn, and the routes to them do not wait for them any more.
   */
  look(): void {
    this.#now = this.#options.now()
  }

  /**
   * True for listeners and routes that must not go yet: a type before theirs has newer state that still waits for an answer, or clusters are warming.
   * Endpoints and secrets are never held: Envoy accepts a response with clusters only when those are warm, which takes both.
   */
  isHeld(typeUrl: string, snapshot: Snapshot): boolean {
    if (typeUrl !== LISTENER_TYPE && typeUrl !== ROUTE_TYPE) return false
    for (const earlier of SEND_ORDER) {
      if (earlier === typeUrl) break
      if (this.#isWaiting(earlier, snapshot)) return true
    }
    return this.#isEstablished(typeUrl) && this.#isWarming(snapshot)
  }

  /**
   * True when newer state may go although the last response is unanswered. So it is with clusters after a while: Envoy withholds its answer while
   * any of them warms, and one whose health checks time out must not keep all others from it for a minute.
   */
  mayOvertake({ typeUrl, outstanding }: Channel): boolean {
    return typeUrl === CLUSTER_TYPE && outstanding !== undefined && !this.#awaits(outstanding)
  }

  /** True while newer resources of a type cannot go because its last response is unanswered. Removals need not go before anything. */
  #isWaiting(typeUrl: string, snapshot: Snapshot): boolean {
    const channel = this.#options.channels.get(typeUrl)
    if (!channel?.outstanding) return false
    const { changed } = channel.holdings.pending(channel.subscription, typeOf(snapshot, typeUrl))
    return changed.length > 0 && this.#awaits(channel.outstanding)
  }

  /** True while the answer is not long overdue: a client that never answers one type must not starve the others. */
  #awaits({ sentAt }: SentResponse): boolean {
    const { limits, wakeAt } = this.#options
    const deadline = sentAt + limits.holdMillis
    if (this.#now >= deadline) return false
    wakeAt(deadline)
    return true
  }

  /**
   * Clusters and endpoints go only after the client took the listeners and routes that no longer use them; never while it rejects those. On a separate
   * stream nobody can tell whether it did (xDS protocol: only the aggregated one can be in order), so that the longest wait has to do: what stays a
   * little longer does no harm, and what goes too early breaks traffic.
   */
  withholdsRemovals(channel: Channel, snapshot: Snapshot): boolean {
    const { channels, limits, wakeAt } = this.#options
    if (channel.typeUrl !== CLUSTER_TYPE && channel.typeUrl !== ENDPOINT_TYPE) return false
    const target = typeOf(snapshot, channel.typeUrl)
    if (channel.holdings.isInStep(target)) return false
    const { removed } = channel.holdings.pending(channel.subscription, target)
    if (removed.length === 0 || this.#routesSettled(snapshot)) {
      channel.withholdingSince = undefined
      return false
    }
    channel.withholdingSince ??= this.#now
    if (channels.get(LISTENER_TYPE)?.nack || channels.get(ROUTE_TYPE)?.nack) return true
    const deadline = channel.withholdingSince + limits.removalMillis
    if (this.#now >= deadline) return false
    wakeAt(deadline)
    return true
  }

  /** To be called when the client asked for endpoints: it may say that it has those of a cluster that it was sent again, but that one needs them again. */
  endpointsAsked({ subscription, holdings }: Channel): void {
    if (!this.#owed) return
    for (const name of this.#owed) if (isSubscribed(subscription, name)) holdings.ask(name)
    this.#owed = undefined
  }

  /** To be called before a response with clusters goes out: their assignments follow, and routes wait for the new ones. */
  clustersGo(clusters: Channel, { changed }: Payload): void {
    // Clients that return mostly have everything.
    if (changed.length === 0) return
    const { channels } = this.#options
    const endpoints = channels.get(ENDPOINT_TYPE)
    for (const name of assignmentsOf(changed)) {
      if (!endpoints?.begun) (this.#owed ??= new Set()).add(name)
      else if (isSubscribed(endpoints.subscription, name)) endpoints.holdings.ask(name)
    }
    if (!this.#isEstablished(ROUTE_TYPE) && !this.#isEstablished(LISTENER_TYPE)) return
    const added = changed.filter(({ name }) => clusters.holdings.heldVersion(name) === undefined)
    this.#warming = beginWarming(added, this.#now) ?? this.#warming
  }

  /** The client has listeners or routes, from this stream or from an earlier one: there may be traffic. */
  #isEstablished(typeUrl: string): boolean {
    const { channels } = this.#options
    return channels.get(typeUrl)?.lastSent !== undefined || channels.get(CLUSTER_TYPE)?.returning === true
  }

  #isWarming(snapshot: Snapshot): boolean {
    const { channels, limits, wakeAt } = this.#options
    const clusters = channels.get(CLUSTER_TYPE)
    if (!this.#warming || !clusters) return false
    const channel = channels.get(ENDPOINT_TYPE)
    const endpoints = channel && { channel, target: typeOf(snapshot, ENDPOINT_TYPE) }
    const deadline = holdUntil(this.#warming, clusters, endpoints, limits, this.#now)
    if (deadline === undefined) this.#warming = undefined
    else wakeAt(deadline)
    return deadline !== undefined
  }

  #routesSettled(snapshot: Snapshot): boolean {
    const { channels, isAggregated } = this.#options
    if (!isAggregated) return false
    const returning = channels.get(CLUSTER_TYPE)?.returning === true
    return [LISTENER_TYPE, ROUTE_TYPE].every((typeUrl) => {
      const channel = channels.get(typeUrl)
      const target = typeOf(snapshot, typeUrl)
      // A returning client asks for clusters before it asks for what uses them.
      if (!channel) return !returning || target.resources.size === 0
      return channel.isSettled(target) && (typeUrl === LISTENER_TYPE || channel.followsAll(target))
    })
  }
}
