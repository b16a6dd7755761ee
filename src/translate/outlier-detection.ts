/** Outlier detection: endpoints that answer with errors are taken out for a while. */
import type { OutlierDetection } from '../envoy/types.js'
import { bool, cappedUint32, uint32 } from '../envoy/wrappers.js'
import type { OutlierDetection as OutlierDetectionSpec } from '../model/outlier-detection.js'
import { buildDuration, toMillis } from './timeout.js'

/**
 * Outlier detection of one cluster. Only consecutive server errors count, so Envoy's success-rate detection is off; one endpoint may always be
 * ejected; and an endpoint stays out for its whole time although its health checks pass (envoy-config.md sections 3.8 and 10).
 */
export function buildOutlierDetection(spec: OutlierDetectionSpec): OutlierDetection {
  const { maxServerErrors, interval, baseEjectionDuration, maxEjectionPercent } = spec
  return {
    consecutive_5xx: cappedUint32(maxServerErrors),
    ...(toMillis(interval) > 0 && { interval: buildDuration(interval) }),
    ...(toMillis(baseEjectionDuration) > 0 && { base_ejection_time: buildDuration(baseEjectionDuration) }),
    max_ejection_percent: uint32(maxEjectionPercent),
    enforcing_success_rate: uint32(0),
    successful_active_health_check_uneject_host: bool(false),
    always_eject_one_host: bool(true),
  }
}
