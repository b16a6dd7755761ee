/** What became of each resource that a client follows: sent or not, accepted or not. */
import type { EncodedResource } from '../codec/resource.js'
import type { Channel } from './channel.js'
import { typeOf, type Snapshot, type TypeSnapshot } from './snapshot.js'
import { isWildcard } from './subscription.js'

/**
 * SYNCED: the client has accepted what there is. STALE: it has something older, or has not answered yet. NACKED: it rejected what there is.
 * NOT_SENT: it has asked, and the answer waits. DOES_NOT_EXIST: it asked for a name that there is not.
 */
export type ResourceState = 'SYNCED' | 'STALE' | 'NACKED' | 'NOT_SENT' | 'DOES_NOT_EXIST'

export interface ResourceStatus {
  readonly name: string
  readonly state: ResourceState
  /** What was sent last. Absent when nothing was, or when it was sent on an earlier stream and there is something newer since. */
  readonly sent?: EncodedResource
}

/** Every resource of one type that the client follows, by name. A removal that the client has not been told of yet counts as STALE. */
export function describeResources(channel: Channel, snapshot: Snapshot | undefined): ResourceStatus[] {
  const { subscription, holdings } = channel
  const names = new Set(subscription.names)
  if (!snapshot) return [...names].sort().map((name) => ({ name, state: 'NOT_SENT' }))
  const target = typeOf(snapshot, channel.typeUrl)
  if (isWildcard(subscription)) for (const name of target.resources.keys()) names.add(name)
  const { changed, removed } = holdings.pending(subscription, target)
  for (const name of removed) names.add(name)
  const unanswered = [...(channel.overtaken?.values() ?? []), ...(channel.outstanding ? [channel.outstanding] : [])]
  const flow: Flow = {
    waiting: new Set([...changed.map(({ name }) => name), ...removed]),
    unanswered: new Set(unanswered.flatMap(({ resources }) => resources.map(({ name }) => name))),
  }
  return [...names].sort().map((name) => describeResource(name, channel, target, flow))
}

/** Names on their way: `waiting` to be sent, `unanswered` by the client. */
interface Flow {
  readonly waiting: ReadonlySet<string>
  readonly unanswered: ReadonlySet<string>
}

function describeResource(name: string, channel: Channel, target: TypeSnapshot, flow: Flow): ResourceStatus {
  const state = stateOf(name, channel, target, flow)
  const sent = state === 'NOT_SENT' || state === 'DOES_NOT_EXIST' ? undefined : lastSent(name, channel, target)
  return { name, state, ...(sent && { sent }) }
}

function stateOf(name: string, { holdings }: Channel, target: TypeSnapshot, flow: Flow): ResourceState {
  if (flow.unanswered.has(name)) return 'STALE'
  if (holdings.isRejected(name)) return 'NACKED'
  const held = holdings.heldVersion(name) !== undefined
  if (flow.waiting.has(name)) return held ? 'STALE' : 'NOT_SENT'
  if (!target.resources.has(name)) return 'DOES_NOT_EXIST'
  return held ? 'SYNCED' : 'NOT_SENT'
}

/** A client that resumes is sent nothing that it has: then what it has is the same as what there is. */
function lastSent(name: string, { holdings }: Channel, target: TypeSnapshot): EncodedResource | undefined {
  const present = target.resources.get(name)
  return holdings.baseResource(name) ?? (present?.version === holdings.heldVersion(name) ? present : undefined)
}

/** How many resources of `target` the client follows. */
export function countFollowed({ subscription }: Channel, target: TypeSnapshot): number {
  if (isWildcard(subscription)) return target.resources.size
  let count = 0
  for (const name of subscription.names) if (target.resources.has(name)) count += 1
  return count
}
