/** What a stream looks like to a person who asks whether an Envoy is in sync, and why not. */
import type { Channel } from './channel.js'
import type { Peer, XdsNode } from './resource-source.js'
import { typeOf } from './snapshot.js'
import type { StreamView, Variant } from './stream-view.js'

/** SYNCED: accepted what there is. STALE: a response is unanswered or waits. NACKED: rejected. NOT_SENT: nothing to send yet (istioctl's words). */
export type SyncState = 'SYNCED' | 'STALE' | 'NACKED' | 'NOT_SENT'

export interface TypeStatus {
  readonly typeUrl: string
  readonly state: SyncState
  readonly sentVersion?: string
  readonly ackedVersion?: string
  /** Milliseconds since the last response was sent. */
  readonly sentAgeMillis?: number
  readonly ackedAgeMillis?: number
  /** The client's words of its last rejection that still stands. */
  readonly error?: string
}

export interface StreamStatus {
  readonly id: number
  readonly variant: Variant
  readonly node: XdsNode | undefined
  readonly peer: Peer
  readonly ageMillis: number
  readonly types: readonly TypeStatus[]
}

/** @param now reading of the clock that the stream runs by, milliseconds */
export function describeStream(stream: StreamView, now: number): StreamStatus {
  const { id, variant, peer } = stream
  const types = [...stream.channels.values()].map((channel) => describeChannel(channel, stream, now))
  return { id, variant, node: stream.node, peer, ageMillis: now - stream.openedAt, types }
}

function describeChannel(channel: Channel, stream: StreamView, now: number): TypeStatus {
  const { typeUrl, lastSent, ackedVersion, ackedAt, nack } = channel
  return {
    typeUrl,
    state: stateOf(channel, stream),
    ...(lastSent && { sentVersion: lastSent.version, sentAgeMillis: now - lastSent.sentAt }),
    ...(ackedVersion !== undefined && { ackedVersion }),
    ...(ackedAt !== undefined && { ackedAgeMillis: now - ackedAt }),
    ...(nack && { error: nack.message }),
  }
}

function stateOf(channel: Channel, { snapshot }: StreamView): SyncState {
  if (channel.nack) return 'NACKED'
  if (channel.outstanding) return 'STALE'
  if (!snapshot) return 'NOT_SENT'
  if (!channel.isSettled(typeOf(snapshot, channel.typeUrl))) return 'STALE'
  return channel.lastSent || channel.ackedVersion !== undefined ? 'SYNCED' : 'NOT_SENT'
}
