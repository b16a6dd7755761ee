/** Circuit breakers, which App Mesh calls connection pools. */
import type { CircuitBreakers } from '../envoy/types.js'
import { uint32 } from '../envoy/wrappers.js'
import type { VirtualNodeConnectionPool } from '../model/connection-pool.js'

/** App Mesh's way to say that there is no limit (envoy-config.md section 5). */
export const UNLIMITED = 2147483647

interface Limits {
  readonly maxConnections?: number
  readonly maxPendingRequests?: number
  readonly maxRequests?: number
}

/** The limits towards a cluster. No pool means none: every cluster says so, for Envoy's own defaults are low. */
export function buildCircuitBreakers(pool: VirtualNodeConnectionPool = {}): CircuitBreakers {
  const limits: Limits = pool.http ?? pool.http2 ?? pool.grpc ?? pool.tcp ?? {}
  return {
    thresholds: [
      {
        max_connections: uint32(limits.maxConnections ?? UNLIMITED),
        max_pending_requests: uint32(limits.maxPendingRequests ?? UNLIMITED),
        max_requests: uint32(limits.maxRequests ?? UNLIMITED),
        max_retries: uint32(UNLIMITED),
      },
    ],
  }
}
