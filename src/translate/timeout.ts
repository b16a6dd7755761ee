/** Timeouts: App Mesh's durations as Envoy's. */
import type { Duration, RouteAction } from '../envoy/types.js'
import { millis } from '../envoy/wrappers.js'
import type { Duration as DurationSpec } from '../model/duration.js'
import type { HttpTimeout } from '../model/timeout.js'

export const DEFAULT_PER_REQUEST: DurationSpec = { unit: 's', value: 15 }

/** The longest that Envoy takes: its limit is 64 bits of nanoseconds. */
const LONGEST_MS = 9_223_372_035_000

/**
 * The timeouts of one http, http2 or grpc route: 15 s per request unless said otherwise; the idle timeout stays Envoy's 300 s, which is App
 * Mesh's too. 0 switches a timeout off (envoy-config.md sections 3.3 and 5).
 */
export function buildTimeouts({ perRequest, idle }: HttpTimeout = {}): Pick<RouteAction, 'timeout' | 'idle_timeout'> {
  return {
    timeout: buildDuration(perRequest ?? DEFAULT_PER_REQUEST),
    ...(idle && { idle_timeout: buildDuration(idle) }),
  }
}

/** Envoy's form of a duration, cut to the longest that it takes. */
export function buildDuration(duration: DurationSpec): Duration {
  return millis(Math.min(toMillis(duration), LONGEST_MS))
}

/** Milliseconds; a missing value is 0 (app-mesh-api.md section 7.5), a missing unit means seconds. */
export function toMillis({ unit = 's', value = 0 }: DurationSpec): number {
  return unit === 's' ? value * 1000 : value
}
