/** All streams of one server: opens them over any transport, knows them for status, ends them at shutdown. */
import { SYSTEM_CLOCK, type Clock } from './clock.js'
import type { Peer, Refusal, ResourceSource } from './resource-source.js'
import { DEFAULT_LIMITS, Stream, type StreamLimits, type Transport, type Variant } from './stream.js'
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
    const { events } = options
    this.#events = {
      ...events,
      onOpen: (stream) => {
        this.streams.add(stream)
        events?.onOpen?.(stream)
      },
      onClose: (stream) => {
        this.streams.delete(stream)
        events?.onClose?.(stream)
      },
    }
  }

  open(variant: Variant, peer: Peer, transport: Transport): Stream {
    return new Stream({
      id: ++this.#count,
      variant,
      peer,
      transport,
      source: this.#options.source,
      clock: this.#clock,
      limits: this.#limits,
      events: this.#events,
    })
  }

  /** Ends every stream with gRPC status 0, as App Mesh did when it recycled streams: Envoys keep their configuration and reconnect. */
  closeAll(message = 'the server is going away'): void {
    const goodbye: Refusal = { code: OK, message }
    for (const stream of [...this.streams]) stream.close(goodbye)
  }
}
