/** Incremental xDS over the shared channel: what a DeltaDiscoveryRequest means, what a DeltaDiscoveryResponse holds. */
import type { Channel, Payload, RequestOutcome } from './channel.js'
import type { TypeSnapshot } from './snapshot.js'
import { applyDelta } from './subscription.js'
import { hasFullState } from './types.js'

export interface DeltaRequest {
  readonly nonce: string
  readonly subscribe: readonly string[]
  readonly unsubscribe: readonly string[]
  /** Only read on the first request of a type on a stream. */
  readonly initialVersions: ReadonlyMap<string, string>
  /** The text of error_detail: present exactly when the request is a NACK. */
  readonly error?: string
}

/** xDS protocol, "Incremental xDS". A stale nonce acknowledges nothing, but a change of the subscription always counts. */
export function applyDeltaRequest(channel: Channel, request: DeltaRequest, now: number): RequestOutcome {
  const first = !channel.begun
  const answered = channel.answer(request.nonce, request.error, now)
  const change = applyDelta(
    channel.subscription,
    request.subscribe,
    request.unsubscribe,
    first,
    hasFullState(channel.typeUrl),
  )
  const changed = channel.subscribe(change)
  // What the client already holds needs no answer: on the first request the names are all its names, not new wishes.
  if (first) {
    channel.returning = request.initialVersions.size > 0
    for (const [name, version] of request.initialVersions) channel.holdings.holds(name, version)
  }
  if (answered) return answered
  if (changed) return 'changed'
  return request.nonce === '' ? 'unchanged' : 'stale'
}

/** The next response towards `target`, or undefined when there is nothing that may be sent now. */
export function buildDeltaPayload(channel: Channel, target: TypeSnapshot, withhold: boolean): Payload | undefined {
  const { changed, removed, absent } = channel.holdings.pending(channel.subscription, target, withhold)
  const { holdings } = channel
  const withheld = new Map((withhold ? removed : []).map((name) => [name, holdings.heldVersion(name) ?? '']))
  const gone = withhold ? absent : [...removed, ...absent]
  if (changed.length === 0 && gone.length === 0 && !channel.mustAnswer) return undefined
  return { version: target.version, resources: changed, removed: gone, changed, withheld }
}
