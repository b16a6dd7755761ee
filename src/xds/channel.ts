/** The state of one type on one stream: what is subscribed, what the client holds, which response awaits its answer. */
import type { EncodedResource } from '../codec/resource.js'
import { Holdings } from './holdings.js'
import { NOTHING_HELD } from './opening.js'
import type { TypeSnapshot } from './snapshot.js'
import { isWildcard, UNSUBSCRIBED, type Subscription, type SubscriptionChange } from './subscription.js'

/** A response that was sent. */
export interface SentResponse {
  readonly nonce: string
  readonly version: string
  readonly resources: readonly EncodedResource[]
  readonly removed: readonly string[]
  readonly target: TypeSnapshot
  /** The source's revision of the snapshot that it was built from. */
  readonly revision: number
  /** Clock reading, milliseconds. */
  readonly sentAt: number
  /** As in the payload. */
  readonly state?: TypeSnapshot | undefined
}

export interface Nack {
  readonly version: string
  readonly message: string
  /** Clock reading, milliseconds. */
  readonly time: number
}

/** What a request turned out to be. */
export type RequestOutcome = 'acked' | 'nacked' | 'stale' | 'changed' | 'unchanged'

/** What to send next, in either variant. */
export interface Payload {
  readonly version: string
  readonly resources: readonly EncodedResource[]
  /** Delta only: names that the client must drop. */
  readonly removed: readonly string[]
  /** Those of `resources` that are new to the client or differ from what it holds. */
  readonly changed: readonly EncodedResource[]
  /** Names gone from the target that the client keeps for now, with the versions that it holds. */
  readonly withheld: ReadonlyMap<string, string>
  /** State of the world, types with complete responses: the whole set. */
  readonly state?: TypeSnapshot
}

export class Channel {
  readonly typeUrl: string
  subscription: Subscription = UNSUBSCRIBED
  /** A request of this type was seen. */
  begun = false
  /** The first request came with versions: the client has state of an earlier stream, and traffic that relies on it. */
  returning = false
  readonly holdings = new Holdings()
  /** The response that the client has not answered yet: at most one (newer state waits, and replaces what waits). */
  outstanding: SentResponse | undefined
  /** Clusters that were sent before the outstanding ones and are not answered either: Envoy answers late while clusters warm. By nonce. */
  overtaken: Map<string, SentResponse> | undefined
  /** The response that was sent last, answered or not. */
  lastSent: SentResponse | undefined
  /** A first wildcard subscription is answered even when there is nothing, or Envoy never finishes initialising. */
  mustAnswer = false
  /** State of the world: the version that the client rejected last, not to be sent again before another one was. */
  parkedVersion: string | undefined
  /** State of the world, types with complete responses: the set that the client accepted last. */
  accepted: TypeSnapshot | undefined
  /** Since when removals are withheld (clock reading, milliseconds). */
  withholdingSince: number | undefined
  ackedVersion: string | undefined
  ackedAt: number | undefined
  nack: Nack | undefined

  constructor(typeUrl: string) {
    this.typeUrl = typeUrl
  }

  /** Takes over the first request of the client. @param held versions that it has from an earlier stream, by name */
  open({ subscription, wildcardBegan }: SubscriptionChange, held = NOTHING_HELD): boolean {
    const changed = subscription !== this.subscription
    this.begun = true
    this.subscription = subscription
    this.holdings.open({ subscription, held: held.size > 0 ? held : NOTHING_HELD })
    if (wildcardBegan) this.mustAnswer = true
    return changed
  }

  /** Takes over what a request changed about the subscription; the names it asks for will be answered. */
  subscribe(change: SubscriptionChange): boolean {
    const { subscription, asked, dropped, wildcardBegan } = change
    const changed = subscription !== this.subscription
    if (changed) this.holdings.resubscribe()
    if (wildcardBegan) this.holdings.reset()
    this.subscription = subscription
    for (const name of dropped) this.holdings.forget(name)
    for (const name of asked) this.holdings.ask(name)
    this.#forgetNack()
    if (wildcardBegan) this.mustAnswer = true
    return changed || asked.length > 0
  }

  /** Records a response as sent: the client will be in step with its target once it accepts. */
  sent(response: SentResponse): void {
    if (this.outstanding) (this.overtaken ??= new Map()).set(this.outstanding.nonce, this.outstanding)
    this.outstanding = response
    this.lastSent = response
    this.mustAnswer = false
    if (response.version !== this.parkedVersion) this.parkedVersion = undefined
  }

  /** The response that an answer with `nonce` is for, while it is unanswered. */
  unanswered(nonce: string): SentResponse | undefined {
    return this.outstanding?.nonce === nonce ? this.outstanding : this.overtaken?.get(nonce)
  }

  /** The client answered the response with `nonce`: it took it, or rejected it with `error`. Nothing happens when that awaits no answer. */
  answer(nonce: string, error: string | undefined, now: number): 'acked' | 'nacked' | undefined {
    const response = this.unanswered(nonce)
    if (!response) return undefined
    this.overtaken?.delete(nonce)
    if (response === this.outstanding) {
      this.outstanding = undefined
      this.overtaken = undefined
    }
    if (error === undefined) {
      this.ackedVersion = response.version
      this.ackedAt = now
      if (response.state) this.accepted = response.state
      this.#forgetNack()
      return 'acked'
    }
    this.nack = { version: response.version, message: error, time: now }
    this.parkedVersion = response.version
    this.holdings.reject(response.resources, response.removed, response.target)
    return 'nacked'
  }

  /** The client is in step with `target` without another response. */
  settle(target: TypeSnapshot): void {
    this.holdings.settle(target)
    this.#forgetNack()
  }

  /** A rejection stands only as long as what was rejected is still wanted. */
  #forgetNack(): void {
    if (this.nack && !this.holdings.hasRejected) this.nack = undefined
  }

  /** True when the client has accepted all of `target` that it follows. */
  isSettled(target: TypeSnapshot): boolean {
    return !this.outstanding && !this.nack && this.isInStep(target)
  }

  /** True when nothing of `target` is left to send: the client has it, or it is on its way. */
  isInStep(target: TypeSnapshot): boolean {
    if (this.mustAnswer) return false
    if (this.holdings.isInStep(target)) return true
    const { changed, removed } = this.holdings.pending(this.subscription, target)
    return changed.length === 0 && removed.length === 0
  }

  /** True when every resource of `target` is followed: a name that the client has yet to ask for may still be on its way. */
  followsAll(target: TypeSnapshot): boolean {
    if (isWildcard(this.subscription)) return true
    for (const name of target.resources.keys()) if (!this.subscription.names.has(name)) return false
    return true
  }
}
