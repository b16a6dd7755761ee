/** Every connected Envoy, for people who ask whether it is in sync. */
import type { Engine } from '../xds/engine.js'
import type { StreamView } from '../xds/stream-view.js'
import type { TypeStatus } from '../xds/stream-status.js'
import type { Problem } from '../model/problem.js'
import type { ControlPlane } from './control-plane.js'

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

/** Describes the Envoys behind the streams of `engine`. */
export class ProxyRegistry {
  readonly #controlPlane: ControlPlane
  readonly #engine: Engine

  constructor(controlPlane: ControlPlane, engine: Engine) {
    this.#controlPlane = controlPlane
    this.#engine = engine
  }

  /** Every Envoy that has said who it is, by node id. */
  statuses(): ProxyStatus[] {
    const streams = [...this.#engine.streams]
    return streams.flatMap((stream) => this.#describe(stream) ?? []).sort((a, b) => compare(a.nodeId, b.nodeId))
  }

  #describe(stream: StreamView): ProxyStatus | undefined {
    const { node, peer, ageMillis, variant, types } = this.#engine.status(stream)
    if (!node) return undefined
    const controlPlane = this.#controlPlane
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
  #revisionOf({ settled }: StreamView, key: string | undefined): number | undefined {
    const controlPlane = this.#controlPlane
    if (!settled) return undefined
    const isNewest = key !== undefined && settled === controlPlane.snapshot(key)
    return isNewest ? Math.max(controlPlane.appliedRevision, settled.revision) : settled.revision
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
