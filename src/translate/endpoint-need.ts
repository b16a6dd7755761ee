/** Clusters whose endpoints are the instances of a Cloud Map service, and the endpoints that those make. */
import type { ClusterLoadAssignment, LocalityLbEndpoints } from '../envoy/types.js'
import { ATTRIBUTE, attributeOf, hasAttributes } from '../model/cloud-map/attributes.js'
import type { DiscoveredInstance } from '../model/cloud-map/discovery.js'
import type { Attributes } from '../model/cloud-map/resource.js'
import { isIpv4, isIpv6 } from '../model/ip-address.js'
import type { IpPreference } from '../model/scalars.js'
import { buildLbEndpoints } from './endpoint.js'
import { compareText } from './request-match.js'
import type { CloudMapDiscovery, EgressTarget } from './target-view.js'

export interface EndpointNeed {
  readonly cluster: string
  /** The virtual node behind the cluster. */
  readonly node: string
  /** Of the node's listener: App Mesh ignored AWS_INSTANCE_PORT (envoy-config.md section 3.8). */
  readonly port: number
  /** The same object for every proxy and every view while the node's discovery is. */
  readonly discovery: CloudMapDiscovery
}

export function listEndpointNeeds(targets: readonly EgressTarget[]): EndpointNeed[] {
  return targets.flatMap(({ cluster, node = '', port, discovery }) =>
    discovery.kind === 'cloudMap' ? [{ cluster, node, port, discovery }] : [],
  )
}

/**
 * The endpoints of a cluster: the healthy ones among `instances` that have all attributes and an address of a fitting family, each address once. In the
 * order of zones and addresses, so that equal sets are equal messages. Instances of one availability zone are one locality.
 */
export function buildDiscoveredAssignment(
  { cluster, port, discovery }: EndpointNeed,
  instances: readonly DiscoveredInstance[],
): ClusterLoadAssignment {
  const zoneOf = new Map<string, string>()
  for (const { attributes, healthy } of instances) {
    if (!healthy || !hasAttributes(attributes, discovery.attributes)) continue
    const address = addressOf(attributes, discovery.ipPreference)
    const zone = attributeOf(attributes, ATTRIBUTE.zone) ?? ''
    const other = address && zoneOf.get(address)
    // Of two zones for one address, the same one whichever comes first.
    if (address && (other === undefined || zone < other)) zoneOf.set(address, zone)
  }
  const zones = new Map<string, string[]>()
  for (const [address, zone] of zoneOf) {
    const addresses = zones.get(zone)
    if (addresses) addresses.push(address)
    else zones.set(zone, [address])
  }
  const ordered = [...zones].sort(([left], [right]) => compareText(left, right))
  const endpoints = ordered.map(([zone, addresses]) => buildLocality(zone, addresses.sort(compareText), port))
  return { cluster_name: cluster, ...(endpoints.length > 0 && { endpoints }) }
}

function buildLocality(zone: string, addresses: readonly string[], port: number): LocalityLbEndpoints {
  const lb_endpoints = buildLbEndpoints(addresses.map((address) => ({ address, port })))
  return { ...(zone !== '' && { locality: { zone } }), lb_endpoints }
}

type Family = (attributes: Attributes) => string | undefined

/** What is no address would make Envoy refuse all endpoints. */
const ipv4: Family = (attributes) => {
  const text = attributeOf(attributes, ATTRIBUTE.ipv4) ?? ''
  return isIpv4(text) ? text : undefined
}
const ipv6: Family = (attributes) => {
  const text = attributeOf(attributes, ATTRIBUTE.ipv6) ?? ''
  return isIpv6(text) ? text : undefined
}

/** The families that a preference takes, the better one first (envoy-config.md section 3.5). */
const FAMILIES: Readonly<Record<IpPreference, readonly Family[]>> = {
  IPv4_ONLY: [ipv4],
  IPv4_PREFERRED: [ipv4, ipv6],
  IPv6_ONLY: [ipv6],
  IPv6_PREFERRED: [ipv6, ipv4],
}

function addressOf(attributes: Attributes, preference: IpPreference = 'IPv4_PREFERRED'): string | undefined {
  for (const family of FAMILIES[preference]) {
    const address = family(attributes)
    if (address !== undefined) return address
  }
  return undefined
}
