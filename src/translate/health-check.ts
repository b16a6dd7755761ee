/** Active health checks. */
import type { HealthCheck } from '../envoy/types.js'
import { millis, uint32 } from '../envoy/wrappers.js'
import type { HealthCheckPolicy } from '../model/health-check.js'
import type { PortProtocol } from '../model/scalars.js'

/**
 * Active health checks of one listener, made by its callers. `host` is what HTTP checks send as Host; `alpn` the protocols that callers offer to agree
 * upon under TLS.
 */
export function buildHealthChecks(
  policy: HealthCheckPolicy,
  host: string,
  alpn: readonly string[] = [],
): HealthCheck[] {
  return [
    {
      timeout: millis(policy.timeoutMillis),
      interval: millis(policy.intervalMillis),
      unhealthy_threshold: uint32(policy.unhealthyThreshold),
      healthy_threshold: uint32(policy.healthyThreshold),
      ...(policy.port !== undefined && { alt_port: uint32(policy.port) }),
      ...CHECKER[policy.protocol](policy, host),
      ...(alpn.includes('h2') && policy.protocol === 'http' && HTTP1_ALPN),
    },
  ]
}

/** A check that speaks HTTP/1.1 must not agree to speak HTTP/2, as the traffic does (measured with Envoy 1.40). */
const HTTP1_ALPN: HealthCheck = { tls_options: { alpn_protocols: ['http/1.1'] } }

/** One entry per protocol: a new protocol in the model without a checker does not compile. A path matters for http and http2 only. */
const CHECKER: Record<PortProtocol, (policy: HealthCheckPolicy, host: string) => HealthCheck> = {
  http: ({ path }, host) => ({ http_health_check: { host, path: path || '/' } }),
  http2: ({ path }, host) => ({ http_health_check: { host, path: path || '/', codec_client_type: 'HTTP2' } }),
  grpc: () => ({ grpc_health_check: {} }),
  tcp: () => ({ tcp_health_check: {} }),
}
