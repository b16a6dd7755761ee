/** The listeners of virtual nodes as places to send traffic to: each is one egress cluster. */
import type { ServicePlace } from '../model/cloud-map/discovery.js'
import type { Attributes } from '../model/cloud-map/resource.js'
import type { HealthCheckPolicy } from '../model/health-check.js'
import type { OutlierDetection } from '../model/outlier-detection.js'
import type { Problem } from '../model/problem.js'
import type { Resource } from '../model/resource.js'
import type { IpPreference, PortProtocol } from '../model/scalars.js'
import type { DnsResponseType } from '../model/service-discovery.js'
import type { ListenerTls } from '../model/tls.js'
import type { Listener } from '../model/virtual-node.js'
import type { Lookup } from './lookup.js'
import type { Memo } from './memo.js'
import { egressClusterName } from './names.js'
import { problemAt } from './problem.js'
import { activeTls, type UpstreamTls } from './tls-view.js'

/** How endpoints are found. `none`: there are none, and Envoy answers 503. */
export type Discovery =
  | {
      readonly kind: 'dns'
      readonly hostname: string
      readonly responseType: DnsResponseType
      readonly ipPreference: IpPreference | undefined
    }
  | CloudMapDiscovery
  | { readonly kind: 'none' }

/** Instances of a Cloud Map service that have every one of `attributes`. */
export interface CloudMapDiscovery extends ServicePlace {
  readonly kind: 'cloudMap'
  readonly attributes: Attributes
  readonly ipPreference: IpPreference | undefined
}

export interface EgressTarget {
  readonly cluster: string
  /** Absent only where there is no node behind the cluster. */
  readonly node?: string
  readonly protocol: PortProtocol
  readonly port: number
  readonly discovery: Discovery
  readonly healthCheck?: HealthCheckPolicy
  readonly outlierDetection?: OutlierDetection
  /** What the listener asks of its callers. */
  readonly serverTls?: ListenerTls
  /** What one caller does about it. A target as services see it has none yet: see `policies.ts`. */
  readonly tls?: UpstreamTls
  readonly problems: readonly Problem[]
}

/**
 * The target on `listener` of `node`: the same object for every proxy and every view while the listener, the node's discovery and the
 * mesh's IP preference are the same objects.
 */
export function resolveTarget(
  { view: { mesh }, memo }: Lookup,
  node: Resource<'virtualNode'>,
  listener: Listener,
): EgressTarget {
  const { port, protocol } = listener.portMapping
  const cluster = egressClusterName(mesh.ref.meshName, node.ref.name, protocol, port)
  const ipPreference = nodeIpPreference(mesh, node)
  return memo(`target/${cluster}`, [listener, node.spec.serviceDiscovery, ipPreference], () => {
    const problems: Problem[] = []
    const discovery = resolveDiscovery(node, ipPreference, problems)
    const healthCheck = resolveHealthCheck(node, listener, problems)
    const serverTls = activeTls(listener.tls)
    return {
      cluster,
      node: node.ref.name,
      protocol,
      port,
      discovery,
      ...(healthCheck && { healthCheck }),
      ...(listener.outlierDetection && { outlierDetection: listener.outlierDetection }),
      ...(serverTls && { serverTls }),
      problems,
    }
  })
}

/** A target that cannot be reached: it keeps its name and its share of the traffic, which is answered with 503. */
export function unreachableTarget(
  place: Pick<EgressTarget, 'cluster' | 'protocol' | 'port'> & { readonly node?: string },
  memo: Memo,
): EgressTarget {
  return memo(`target/${place.cluster}`, [], () => ({ ...place, discovery: { kind: 'none' }, problems: [] }))
}

/** The name by which a listener is found, as the mesh writes it; that of a Cloud Map service is made of its names (envoy-config.md section 3.8). */
export function discoveryHost(discovery: Discovery): string | undefined {
  if (discovery.kind === 'cloudMap') return `${discovery.serviceName}.${discovery.namespaceName}`
  return discovery.kind === 'dns' ? discovery.hostname : undefined
}

/** The address family that a node asks for: its own preference, else the mesh's (envoy-config.md section 3.5). */
export function nodeIpPreference(
  mesh: Resource<'mesh'>,
  { spec: { serviceDiscovery } }: Resource<'virtualNode'>,
): IpPreference | undefined {
  const own = serviceDiscovery?.dns?.ipPreference ?? serviceDiscovery?.awsCloudMap?.ipPreference
  return own ?? mesh.spec.serviceDiscovery?.ipPreference
}

function resolveDiscovery(
  { ref, spec: { serviceDiscovery } }: Resource<'virtualNode'>,
  ipPreference: IpPreference | undefined,
  problems: Problem[],
): Discovery {
  const dns = serviceDiscovery?.dns
  if (dns?.hostname) {
    const responseType = dns.responseType ?? 'LOADBALANCER'
    return { kind: 'dns', hostname: dns.hostname, responseType, ipPreference }
  }
  const cloudMap = serviceDiscovery?.awsCloudMap
  if (cloudMap) {
    const { namespaceName, serviceName } = cloudMap
    const attributes = Object.fromEntries((cloudMap.attributes ?? []).map(({ key, value }) => [key, value]))
    return { kind: 'cloudMap', namespaceName, serviceName, attributes, ipPreference }
  }
  const message = serviceDiscovery
    ? 'names no DNS host: traffic to the node is answered with 503'
    : 'is missing: traffic to the node is answered with 503'
  problems.push(problemAt(ref, 'spec.serviceDiscovery', message))
  return { kind: 'none' }
}

/** Envoy refuses a cluster whose gRPC health check cannot speak HTTP/2 (app-mesh-api.md section 7.4). */
function resolveHealthCheck(
  { ref, spec }: Resource<'virtualNode'>,
  { healthCheck, portMapping }: Listener,
  problems: Problem[],
): HealthCheckPolicy | undefined {
  if (healthCheck?.protocol !== 'grpc' || portMapping.protocol === 'grpc' || portMapping.protocol === 'http2') {
    return healthCheck
  }
  const index = spec.listeners?.findIndex(({ portMapping: { port } }) => port === portMapping.port) ?? 0
  const member = `spec.listeners[${index}].healthCheck`
  problems.push(problemAt(ref, member, 'a grpc health check needs an http2 or grpc listener: left out'))
  return undefined
}
