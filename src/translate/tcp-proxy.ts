/** TCP proxies. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { AccessLog, Filter, TcpProxy } from '../envoy/types.js'
import type { Duration } from '../model/duration.js'
import { EXTENSION } from './names.js'
import type { Destination } from './route-view.js'
import { buildDuration } from './timeout.js'

export interface TcpProxyOptions {
  readonly statPrefix: string
  readonly to: Pick<TcpProxy, 'cluster' | 'weighted_clusters'>
  /** None leaves Envoy's hour. */
  readonly idle?: Duration | undefined
  readonly accessLogs: readonly AccessLog[]
}

export function buildTcpProxy({ statPrefix, to, idle, accessLogs }: TcpProxyOptions): Filter {
  return {
    name: EXTENSION.tcpProxy,
    typed_config: pack(TYPE_URL.tcpProxy, {
      stat_prefix: statPrefix,
      ...to,
      ...(idle && { idle_timeout: buildDuration(idle) }),
      ...(accessLogs.length > 0 && { access_log: [...accessLogs] }),
    }),
  }
}

/** Where connections go. Envoy's TCP proxy refuses weights of 0, so those targets are left out here. */
export function buildTcpDestination(destination: Destination): TcpProxyOptions['to'] {
  const weighted = destination.filter(({ weight }) => weight > 0)
  const [first, ...others] = weighted.length > 0 ? weighted : destination
  if (first && others.length === 0) return { cluster: first.target.cluster }
  return { weighted_clusters: { clusters: weighted.map(({ target, weight }) => ({ name: target.cluster, weight })) } }
}
