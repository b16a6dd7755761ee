/** A service in words. */
import type { Service } from './queries.js'

export function describeHealthCheck({ HealthCheckConfig: route53, HealthCheckCustomConfig: custom }: Service): string {
  if (custom) return withThreshold('Custom', custom.FailureThreshold)
  if (route53)
    return withThreshold(`Route 53 ${route53.Type} ${route53.ResourcePath ?? ''}`.trim(), route53.FailureThreshold)
  return 'None'
}

export function describeDns({ DnsConfig: dns }: Service): string {
  if (!dns || dns.DnsRecords.length === 0) return 'None'
  const records = dns.DnsRecords.map(({ Type, TTL }) => `${Type} (${TTL} s)`).join(', ')
  return dns.RoutingPolicy === undefined ? records : `${records}, ${dns.RoutingPolicy.toLowerCase()}`
}

function withThreshold(text: string, threshold: number | undefined): string {
  return threshold === undefined ? text : `${text}, threshold ${threshold}`
}
