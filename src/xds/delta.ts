/** Incremental xDS over the shared channel: what a DeltaDiscoveryRequest means, what a DeltaDiscoveryResponse holds. */
import type { Channel, Payload, RequestOutcome } from './channel.js'
import { NOTHING_HELD } from './opening.js'
import type { TypeSnapshot } from './snapshot.js'
import { applyDelta, beginSubscription, WILDCARD_NAME } from './subscription.js'
import { hasFullState } from './types.js'

export interface DeltaRequest {
  readonly nonce: string
  readonly subscribe: readonly string[]
  readonly unsubscribe: readonly string[]
  /** Only read on the first request of a type on a stream. */
  readonly initialVersions: ReadonlyMap<string, string>
  /** The text of error_detail: present exactly when the request is a NACK. */
  readonly error?: string | undefined
}

/** xDS protocol, "Incremental xDS". A stale nonce acknowledges nothing, but a change of the subscription always counts. */
export function applyDeltaRequest(channel: Channel, request: DeltaRequest, now: number): RequestOutcome {
  const { nonce, error, subscribe, unsubscribe } = request
  const answered = channel.answer(nonce, error, now)
  const changed = channel.begun
    ? channel.subscribe(applyDelta(channel.subscription, subscribe, unsubscribe))
    : begin(channel, request)
  if (answered) return answered
  if (changed) return 'changed'
  return nonce === '' ? 'unchanged' : 'stale'
}

/** What the client already holds needs no answer: on the first request the names are all its names, not new wishes. */
function begin(channel: Channel, { subscribe, unsubscribe, initialVersions }: DeltaRequest): boolean {
  channel.returning = initialVersions.size > 0
  // A name in both lists is subscribed; what else could be taken away yet is the wildcard of an empty list.
  const wildcardByDefault = hasFullState(channel.typeUrl) && !unsubscribe.includes(WILDCARD_NAME)
  return channel.open(beginSubscription(subscribe, wildcardByDefault), initialVersions)
}

/** The next response towards `target`, or undefined when there is nothing that may be sent now. */
export function buildDeltaPayload(channel: Channel, target: TypeSnapshot, withhold: boolean): Payload | undefined {
  const { changed, removed, absent } = channel.holdings.pending(channel.subscription, target, withhold)
  const gone = withhold || removed.length === 0 ? absent : [...removed, ...absent]
  if (changed.length === 0 && gone.length === 0 && !channel.mustAnswer) return undefined
  const withheld = withhold && removed.length > 0 ? versionsOf(channel, removed) : NOTHING_HELD
  return { version: target.version, resources: changed, removed: gone, changed, withheld }
}

function versionsOf({ holdings }: Channel, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, holdings.heldVersion(name) ?? '']))
}
