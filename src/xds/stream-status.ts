/** What a stream looks like to a person who asks whether an Envoy is in sync, and why not. */
import type { Channel } from './channel.js'
import { countFollowed } from './resource-status.js'
import type { Peer, XdsNode } from './resource-source.js'
import { typeOf } from './snapshot.js'
import type { StreamView, Variant } from './stream-view.js'
import { sendOrderOf } from './types.js'

/** SYNCED: accepted what there is. STALE: a response is unanswered or waits. NACKED: rejected. NOT_SENT: nothing to send yet (istioctl's words). */
export type SyncState = 'SYNCED' | 'STALE' | 'NACKED' | 'NOT_SENT'

export interface TypeStatus {
  readonly typeUrl: string
  readonly state: SyncState
  /** Resources that there are, of those that the client follows. */
  readonly resourceCount: number
  readonly sentVersion?: string
  readonly ackedVersion?: string
  /** Milliseconds since the last response was sent. */
  readonly sentAgeMillis?: number
  readonly ackedAgeMillis?: number
  /** The client's words of its last rejection that still stands, the first few thousand characters. */
  readonly error?: string
  readonly nackedVersion?: string
  readonly nackedAgeMillis?: number
}

export interface StreamStatus {
  readonly id: number
  readonly variant: Variant
  readonly node: XdsNode | undefined
  readonly peer: Peer
  readonly ageMillis: number
  /** The worst of its types. */
  readonly state: SyncState
  /** In the order in which they are sent. */
  readonly types: readonly TypeStatus[]
}

/** Characters of a rejection that are shown. */
export const ERROR_LENGTH = 4096
const WORST_FIRST: readonly SyncState[] = ['NACKED', 'STALE', 'SYNCED']

/** @param now reading of the clock that the stream runs by, milliseconds */
export function describeStream(stream: StreamView, now: number): StreamStatus {
  const { id, variant, peer, node } = stream
  const types = [...stream.channels.values()].sort(bySendOrder).map((channel) => describeChannel(channel, stream, now))
  return { id, variant, node, peer, ageMillis: now - stream.openedAt, state: worstState(types), types }
}

/** The state of a stream as a whole, without the details. */
export function syncState(stream: StreamView): SyncState {
  return worstState([...stream.channels.values()].map((channel) => ({ state: stateOf(channel, stream) })))
}

function worstState(types: readonly { readonly state: SyncState }[]): SyncState {
  return WORST_FIRST.find((worst) => types.some(({ state }) => state === worst)) ?? 'NOT_SENT'
}

function describeChannel(channel: Channel, stream: StreamView, now: number): TypeStatus {
  const { typeUrl, lastSent, ackedVersion, ackedAt, nack } = channel
  return {
    typeUrl,
    state: stateOf(channel, stream),
    resourceCount: stream.snapshot ? countFollowed(channel, typeOf(stream.snapshot, typeUrl)) : 0,
    ...(lastSent && { sentVersion: lastSent.version, sentAgeMillis: now - lastSent.sentAt }),
    ...(ackedVersion !== undefined && { ackedVersion }),
    ...(ackedAt !== undefined && { ackedAgeMillis: now - ackedAt }),
    ...(nack && {
      error: nack.message.slice(0, ERROR_LENGTH),
      nackedVersion: nack.version,
      nackedAgeMillis: now - nack.time,
    }),
  }
}

function stateOf(channel: Channel, { snapshot }: StreamView): SyncState {
  if (channel.nack) return 'NACKED'
  if (channel.outstanding) return 'STALE'
  if (!snapshot) return 'NOT_SENT'
  const target = typeOf(snapshot, channel.typeUrl)
  if (!channel.isSettled(target)) return 'STALE'
  // A client that resumes with all that there is has been sent nothing, and is in sync nevertheless.
  const has = channel.lastSent ?? channel.ackedVersion ?? countFollowed(channel, target)
  return has ? 'SYNCED' : 'NOT_SENT'
}

function bySendOrder(a: Channel, b: Channel): number {
  return sendOrderOf(a.typeUrl) - sendOrderOf(b.typeUrl)
}
