/** All streams of one server: opens them over any transport, knows them for status, ends them at shutdown. */
import { SYSTEM_CLOCK, type Clock } from './clock.js'
import type { Peer, Refusal, ResourceSource } from './resource-source.js'
import { DEFAULT_LIMITS, Stream, type StreamLimits, type Transport } from './stream.js'
import { describeStream, type StreamStatus } from './stream-status.js'
import type { StreamView, Variant } from './stream-view.js'
import type { StreamEvents } from './stream-events.js'

export interface EngineLimits extends StreamLimits {
  /** Milliseconds after which a stream is ended with status 0, give or take a tenth, so that Envoys spread over replicas; 0: never. */
  readonly maxAgeMillis: number
  /** Streams that clients with one node id may have at the same time, as App Mesh's quota of Envoys per virtual node; 0: any number. */
  readonly streamsPerNode: number
}

/** App Mesh ended streams about every half hour (envoy-config.md section 1). */
export const DEFAULT_ENGINE_LIMITS: EngineLimits = { ...DEFAULT_LIMITS, maxAgeMillis: 30 * 60_000, streamsPerNode: 0 }

export interface EngineOptions {
  readonly source: ResourceSource
  readonly clock?: Clock
  readonly limits?: Partial<EngineLimits>
  readonly events?: StreamEvents
  /** From 0 to 1, for the jitter of stream ages. */
  readonly random?: () => number
}

const OK = 0
const RESOURCE_EXHAUSTED = 8

export class Engine {
  readonly streams = new Set<Stream>()
  readonly #options: EngineOptions
  readonly #clock: Clock
  readonly #limits: EngineLimits
  readonly #random: () => number
  readonly #streamsByNode = new Map<string, number>()
  readonly #events: StreamEvents
  #count = 0

  constructor(options: EngineOptions) {
    this.#options = options
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#limits = { ...DEFAULT_ENGINE_LIMITS, ...options.limits }
    this.#random = options.random ?? Math.random
    this.#events = options.events ?? {}
  }

  /** @param typeUrl the one type of a separate service; the aggregated one serves all */
  open(variant: Variant, peer: Peer, transport: Transport, typeUrl?: string): Stream {
    const stream = new Stream({
      id: ++this.#count,
      variant,
      isAggregated: typeUrl === undefined,
      peer,
      transport,
      source: this.#options.source,
      clock: this.#clock,
      limits: this.#limits,
      events: this.#events,
      admit: ({ node }) => this.#admit(node?.id ?? ''),
      onEnd: () => {
        cancelRecycling()
        this.#forget(stream)
      },
    })
    const cancelRecycling = this.#recycle(stream)
    this.streams.add(stream)
    return stream
  }

  /** Reading of its clock, milliseconds. */
  now(): number {
    return this.#clock.now()
  }

  status(stream: StreamView): StreamStatus {
    return describeStream(stream, this.#clock.now())
  }

  /** Counts a stream of `nodeId` in, unless there are too many. */
  #admit(nodeId: string): Refusal | undefined {
    const count = (this.#streamsByNode.get(nodeId) ?? 0) + 1
    this.#streamsByNode.set(nodeId, count)
    const { streamsPerNode } = this.#limits
    if (streamsPerNode === 0 || count <= streamsPerNode) return undefined
    return {
      code: RESOURCE_EXHAUSTED,
      message: `${nodeId} has ${streamsPerNode} connected Envoys already, which is the limit`,
    }
  }

  #forget(stream: Stream): void {
    this.streams.delete(stream)
    const { node } = stream
    if (!node) return
    const count = (this.#streamsByNode.get(node.id) ?? 0) - 1
    if (count > 0) this.#streamsByNode.set(node.id, count)
    else this.#streamsByNode.delete(node.id)
  }

  /** Ends `stream` in time; returns the way to call that off. */
  #recycle(stream: Stream): () => void {
    const { maxAgeMillis } = this.#limits
    if (maxAgeMillis === 0) return () => undefined
    const age = maxAgeMillis * (0.9 + this.#random() / 5)
    // Node keeps a list for every length of time: whole seconds make few of them.
    const rounded = age > 60_000 ? Math.round(age / 1000) * 1000 : age
    return this.#clock.after(rounded, () => stream.close({ code: OK, message: 'the stream is old: connect again' }))
  }

  /** A stream's message could not be processed, by a fault of ours. */
  onFault(stream: StreamView, error: unknown): void {
    this.#events.onFault?.(stream, error)
  }

  /** Ends every stream with gRPC status 0, as App Mesh did when it recycled streams: Envoys keep their configuration and reconnect. */
  closeAll(message = 'the server is going away'): void {
    const goodbye: Refusal = { code: OK, message }
    for (const stream of [...this.streams]) stream.close(goodbye)
  }
}
