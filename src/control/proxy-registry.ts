/** Every connected Envoy: for status, logs and metrics. It listens to the engine's streams and never speaks to them. */
import type { Engine } from '../xds/engine.js'
import type { Refusal } from '../xds/resource-source.js'
import type { Snapshot } from '../xds/snapshot.js'
import type { SentResponse } from '../xds/channel.js'
import type { Stream } from '../xds/stream.js'
import type { StreamEvents } from '../xds/stream-events.js'
import type { TypeStatus } from '../xds/stream-status.js'
import type { Problem } from '../model/problem.js'
import type { ControlPlane } from './control-plane.js'
import type { Logger } from './logger.js'

export interface ProxyStatus {
  readonly nodeId: string
  readonly cluster: string
  /** `address:port` of the connection, or `unix`. */
  readonly peer: string
  readonly envoyVersion: string
  readonly protocol: 'sotw' | 'delta'
  /** Milliseconds. */
  readonly connectedForMillis: number
  /** The newest revision that this Envoy has accepted, or that changed nothing for it; absent until it has accepted one. */
  readonly revision?: number
  readonly types: readonly TypeStatus[]
  /** What is wrong with the definition of its virtual node or gateway. */
  readonly problems: readonly Problem[]
}

/** Counters and histograms, as far as this room feeds them. */
export interface ProxyMetrics {
  connected(count: number): void
  pushed(typeUrl: string, bytes: number): void
  acked(typeUrl: string): void
  nacked(typeUrl: string): void
  refused(code: number): void
  /** From the commit of a change until an Envoy has accepted all of it. */
  converged(seconds: number): void
  closed(ageSeconds: number): void
}

export interface ProxyRegistryOptions {
  readonly controlPlane: ControlPlane
  readonly logger: Logger
  readonly metrics?: Partial<ProxyMetrics>
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** A client's words are kept short in logs: they may hold a whole configuration. */
const MAX_MESSAGE = 2000

export class ProxyRegistry implements StreamEvents {
  readonly #options: ProxyRegistryOptions
  #engine: Engine | undefined
  #connected = 0

  constructor(options: ProxyRegistryOptions) {
    this.#options = options
  }

  /** The engine whose streams are shown. */
  observe(engine: Engine): void {
    this.#engine = engine
  }

  /** Every Envoy that has said who it is, by node id. */
  statuses(): ProxyStatus[] {
    const streams = [...(this.#engine?.streams ?? [])]
    return streams.flatMap((stream) => this.#describe(stream) ?? []).sort((a, b) => compare(a.nodeId, b.nodeId))
  }

  onOpen(): void {
    this.#options.metrics?.connected?.(++this.#connected)
  }

  onClose(stream: Stream): void {
    const { metrics } = this.#options
    metrics?.connected?.(--this.#connected)
    metrics?.closed?.((stream.options.clock.now() - stream.openedAt) / 1000)
  }

  onRefusal(stream: Stream, { code, message }: Refusal): void {
    const { logger, metrics } = this.#options
    if (code === 0) return
    metrics?.refused?.(code)
    logger.warn({ node: stream.node?.id, peer: stream.options.peer.address, code }, `stream refused: ${message}`)
  }

  onPush(_stream: Stream, typeUrl: string, { resources }: SentResponse): void {
    this.#options.metrics?.pushed?.(
      typeUrl,
      resources.reduce((sum, { bytes }) => sum + bytes.length, 0),
    )
  }

  onAck(_stream: Stream, typeUrl: string): void {
    this.#options.metrics?.acked?.(typeUrl)
  }

  onNack(stream: Stream, typeUrl: string, { version, revision }: SentResponse, message: string): void {
    const { logger, metrics } = this.#options
    metrics?.nacked?.(typeUrl)
    const details = { node: stream.node?.id, peer: stream.options.peer.address, typeUrl, version, revision }
    logger.warn(details, `Envoy rejected its configuration: ${message.slice(0, MAX_MESSAGE)}`)
  }

  onSettled(_stream: Stream, snapshot: Snapshot): void {
    const { controlPlane, metrics, now = Date.now } = this.#options
    const changed = controlPlane.changeTime(snapshot)
    if (changed !== undefined) metrics?.converged?.((now() - changed) / 1000)
  }

  #describe(stream: Stream): ProxyStatus | undefined {
    const { node, peer, ageMillis, variant, types } = stream.status()
    if (!node) return undefined
    const { controlPlane } = this.#options
    const proxy = controlPlane.resolve(node)
    const key = 'key' in proxy ? proxy.key : undefined
    const revision = this.#revisionOf(stream, key)
    return {
      nodeId: node.id,
      cluster: node.cluster,
      peer: peer.address,
      envoyVersion: node.userAgentVersion,
      protocol: variant,
      connectedForMillis: Math.round(ageMillis),
      ...(revision !== undefined && { revision }),
      types,
      problems: key === undefined ? [] : controlPlane.problems(key),
    }
  }

  /** An Envoy that has accepted the newest snapshot is as new as the newest revision that was applied: later ones changed nothing for it. */
  #revisionOf({ settled }: Stream, key: string | undefined): number | undefined {
    const { controlPlane } = this.#options
    if (!settled) return undefined
    const isNewest = key !== undefined && settled === controlPlane.snapshot(key)
    return isNewest ? Math.max(controlPlane.appliedRevision, settled.revision) : settled.revision
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
