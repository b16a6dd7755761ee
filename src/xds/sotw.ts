/** State-of-the-world xDS over the shared channel: what a DiscoveryRequest means, what a DiscoveryResponse holds. */
import type { EncodedResource } from '../codec/resource.js'
import type { Channel, Payload, RequestOutcome } from './channel.js'
import { NOTHING_HELD } from './opening.js'
import { buildTypeSnapshot, resourcesOf, type TypeSnapshot } from './snapshot.js'
import { applyNames, beginSubscription, isSubscribed, isWildcard } from './subscription.js'
import { hasFullState } from './types.js'

export interface SotwRequest {
  readonly versionInfo: string
  readonly nonce: string
  readonly names: readonly string[]
  /** The text of error_detail: present exactly when the request is a NACK. */
  readonly error?: string | undefined
}

/**
 * xDS protocol, "ACK/NACK and resource type instance version".
 * A request whose nonce is not the last one of its type is stale: the client repeats its names after the newer response.
 */
export function applySotwRequest(
  channel: Channel,
  request: SotwRequest,
  target: TypeSnapshot,
  now: number,
): RequestOutcome {
  const first = !channel.begun
  // Without a response on this stream the nonce can only come from an earlier stream: the request is a fresh one.
  if (channel.lastSent && request.nonce !== channel.lastSent.nonce) return 'stale'
  const answered = channel.answer(request.nonce, request.error, now)
  const changed = first
    ? channel.open(beginSubscription(request.names, hasFullState(channel.typeUrl)))
    : channel.subscribe(applyNames(channel.subscription, request.names))
  if (changed) channel.parkedVersion = undefined
  if (first) {
    channel.returning = request.versionInfo !== ''
    resume(channel, request.versionInfo, target)
  }
  return answered ?? (changed ? 'changed' : 'unchanged')
}

/** A reconnecting client that already has this very set of clusters or listeners is sent nothing: its version is the content hash of the whole set. */
function resume(channel: Channel, versionInfo: string, target: TypeSnapshot): void {
  if (!hasFullState(channel.typeUrl) || versionInfo === '') return
  if (fullState(channel, target, NOTHING_KEPT).version !== versionInfo) return
  channel.holdings.reset()
  channel.holdings.settle(target)
  channel.mustAnswer = false
  channel.ackedVersion = versionInfo
  channel.accepted = target
}

/** The next response towards `target`, or undefined when there is nothing that may be sent now. */
export function buildSotwPayload(channel: Channel, target: TypeSnapshot, withhold: boolean): Payload | undefined {
  const isComplete = hasFullState(channel.typeUrl)
  // Where removals are never sent, there are none to withhold: they are an occasion for what was rejected together with them.
  const { changed, removed } = channel.holdings.pending(channel.subscription, target, withhold && isComplete)
  if (!isComplete) {
    if (changed.length === 0) {
      // That one of these is gone cannot be said here: the client learns it from what used it, and there is nothing left to send.
      if (removed.length > 0) channel.settle(target)
      return undefined
    }
    return { version: target.version, resources: changed, removed: NO_NAMES, changed, withheld: NOTHING_HELD }
  }
  const kept = withhold && removed.length > 0 ? heldResources(channel, removed) : NOTHING_KEPT
  const idle = changed.length === 0 && (withhold || removed.length === 0)
  if (idle && !channel.mustAnswer) return undefined
  const state = fullState(channel, target, kept)
  if (state.version === channel.parkedVersion) return undefined
  return {
    version: state.version,
    resources: resourcesOf(state),
    removed: NO_NAMES,
    changed,
    withheld: kept.size > 0 ? versionsOf(kept) : NOTHING_HELD,
    state,
  }
}

const NO_NAMES: readonly string[] = []
const NOTHING_KEPT: ReadonlyMap<string, EncodedResource> = new Map()

function versionsOf(kept: ReadonlyMap<string, EncodedResource>): ReadonlyMap<string, string> {
  return new Map([...kept.values()].map(({ name, version }) => [name, version]))
}

/** What the client has under these names, or will have: it is repeated as it is until it may go. What it rejected need not be kept. */
function heldResources(
  { accepted, outstanding }: Channel,
  names: readonly string[],
): ReadonlyMap<string, EncodedResource> {
  const { resources } = outstanding?.state ?? accepted ?? {}
  return new Map(
    names.flatMap((name) => {
      const resource = resources?.get(name)
      return resource ? [[name, resource] as const] : []
    }),
  )
}

/** CDS and LDS responses are complete: what is left out is deleted by the client. */
function fullState(
  { subscription }: Channel,
  target: TypeSnapshot,
  kept: ReadonlyMap<string, EncodedResource>,
): TypeSnapshot {
  if (isWildcard(subscription) && kept.size === 0) return target
  const resources = new Map(kept)
  for (const [name, resource] of target.resources) if (isSubscribed(subscription, name)) resources.set(name, resource)
  return buildTypeSnapshot(target.typeUrl, [...resources.values()])
}
