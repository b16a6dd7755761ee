import type { SentResponse } from './channel.js'
import type { Refusal } from './resource-source.js'
import type { Snapshot } from './snapshot.js'
import type { StreamView } from './stream-view.js'

/** What happens on streams, for status, logs and metrics. Called synchronously; must not throw. */
export interface StreamEvents {
  onOpen?(stream: StreamView): void
  onClose?(stream: StreamView): void
  onRefusal?(stream: StreamView, refusal: Refusal): void
  onPush?(stream: StreamView, typeUrl: string, response: SentResponse): void
  onAck?(stream: StreamView, typeUrl: string, response: SentResponse): void
  onNack?(stream: StreamView, typeUrl: string, response: SentResponse, message: string): void
  /** A message could not be processed, by a fault of ours; the stream ends. */
  onFault?(stream: StreamView, error: unknown): void
  /** The client has accepted everything that it follows of `snapshot`; `previous` is the one before it, on this stream. */
  onSettled?(stream: StreamView, snapshot: Snapshot, previous?: Snapshot): void
}
