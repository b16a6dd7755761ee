/** All streams of one server: opens them over any transport, knows them for status, ends them at shutdown. */
import { SYSTEM_CLOCK, type Clock } from './clock.js'
import type { Peer, Refusal, ResourceSource } from './resource-source.js'
import { DEFAULT_LIMITS, Stream, type StreamLimits, type Transport } from './stream.js'
import { describeStream, type StreamStatus } from './stream-status.js'
import type { StreamView, Variant } from './stream-view.js'
import type { StreamEvents } from './stream-events.js'

export interface EngineOptions {
  readonly source: ResourceSource
  readonly clock?: Clock
  readonly limits?: Partial<StreamLimits>
  readonly events?: StreamEvents
}

const OK = 0

export class Engine {
  readonly streams = new Set<Stream>()
  readonly #options: EngineOptions
  readonly #clock: Clock
  readonly #limits: StreamLimits
  readonly #events: StreamEvents
  #count = 0

  constructor(options: EngineOptions) {
    this.#options = options
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#events = options.events ?? {}
  }

  open(variant: Variant, peer: Peer, transport: Transport): Stream {
    const stream = new Stream({
      id: ++this.#count,
      variant,
      peer,
      transport,
      source: this.#options.source,
      clock: this.#clock,
      limits: this.#limits,
      events: this.#events,
      onEnd: () => this.streams.delete(stream),
    })
    this.streams.add(stream)
    return stream
  }

  status(stream: StreamView): StreamStatus {
    return describeStream(stream, this.#clock.now())
  }

  /** Ends every stream with gRPC status 0, as App Mesh did when it recycled streams: Envoys keep their configuration and reconnect. */
  closeAll(message = 'the server is going away'): void {
    const goodbye: Refusal = { code: OK, message }
    for (const stream of [...this.streams]) stream.close(goodbye)
  }
}
