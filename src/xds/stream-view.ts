/** What a stream shows to those who watch it: status, logs, metrics. */
import type { Channel } from './channel.js'
import type { Peer, XdsNode } from './resource-source.js'
import type { Snapshot } from './snapshot.js'

export type Variant = 'sotw' | 'delta'

export interface StreamView {
  readonly id: number
  readonly variant: Variant
  readonly peer: Peer
  /** Clock reading, milliseconds. */
  readonly openedAt: number
  /** Known from the first request on. */
  readonly node: XdsNode | undefined
  /** By type URL. */
  readonly channels: ReadonlyMap<string, Channel>
  /** What the client should have now. */
  readonly snapshot: Snapshot | undefined
  /** The last snapshot that the client accepted wholly. */
  readonly settled: Snapshot | undefined
}
