import type { SentResponse } from './channel.js'
import type { Refusal } from './resource-source.js'
import type { Snapshot } from './snapshot.js'
import type { Stream } from './stream.js'

/** What happens on streams, for status, logs and metrics. Called synchronously; must not throw. */
export interface StreamEvents {
  onOpen?(stream: Stream): void
  onClose?(stream: Stream): void
  onRefusal?(stream: Stream, refusal: Refusal): void
  onPush?(stream: Stream, typeUrl: string, response: SentResponse): void
  onAck?(stream: Stream, typeUrl: string, response: SentResponse): void
  onNack?(stream: Stream, typeUrl: string, response: SentResponse, message: string): void
  /** The client has accepted everything that it follows of `snapshot`. */
  onSettled?(stream: Stream, snapshot: Snapshot): void
}
