/** Endpoints of clusters. */
import type { ClusterLoadAssignment, LbEndpoint } from '../envoy/types.js'

/** One address of a cluster: an IP address, or a host name where the cluster resolves it. */
export interface EndpointAddress {
  readonly address: string
  readonly port: number
}

/** The assignment of a cluster, which bears the cluster's name. Without addresses every request is answered with 503. */
export function buildLoadAssignment(cluster: string, addresses: readonly EndpointAddress[]): ClusterLoadAssignment {
  const lb_endpoints = buildLbEndpoints(addresses)
  return { cluster_name: cluster, ...(lb_endpoints.length > 0 && { endpoints: [{ lb_endpoints }] }) }
}

export function buildLbEndpoints(addresses: readonly EndpointAddress[]): LbEndpoint[] {
  return addresses.map(({ address, port }) => ({
    endpoint: { address: { socket_address: { address, port_value: port } } },
  }))
}
