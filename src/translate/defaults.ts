/**
 * What App Mesh does although nobody said so: by kind, the members that a spec leaves out and what holds in their place (envoy-config.md sections 3
 * to 5). For people: translation itself does not read it.
 */
import { isKind, type Resource } from '../model/resource.js'
import type { GatewayRouteSpec } from '../model/gateway-route.js'
import type { MeshSpec } from '../model/mesh.js'
import type { RouteSpec } from '../model/route.js'
import type { VirtualGatewaySpec } from '../model/virtual-gateway.js'
import type { Listener, VirtualNodeSpec } from '../model/virtual-node.js'
import type { VirtualServiceSpec } from '../model/virtual-service.js'
import { UNLIMITED } from './connection-pool.js'
import { DEFAULT_RETRY } from './retry.js'
import { DEFAULT_PER_REQUEST } from './timeout.js'

export interface EffectiveDefault {
  /** Where in the resource it could be said, e.g. `spec.httpRoute.retryPolicy`. */
  readonly path: string
  readonly value: unknown
  readonly why: string
  /** What it becomes in the configuration of Envoy. */
  readonly envoyField: string
}

/** The defaults that hold for `resource` as it is. */
export function listDefaults(resource: Resource): EffectiveDefault[] {
  if (isKind(resource, 'mesh')) return ofMesh(resource.spec)
  if (isKind(resource, 'virtualNode')) return ofNode(resource.spec)
  if (isKind(resource, 'route')) return ofRoute(resource.spec)
  if (isKind(resource, 'virtualService')) return ofService(resource.spec)
  if (isKind(resource, 'virtualGateway')) return ofGateway(resource.spec)
  if (isKind(resource, 'gatewayRoute')) return ofGatewayRoute(resource.spec)
  return []
}

/** One default, unless the member is there. */
function unless(member: unknown, found: EffectiveDefault): EffectiveDefault[] {
  return member === undefined ? [found] : []
}

const IDLE = { unit: 's', value: 300 }
const TCP_IDLE = { unit: 's', value: 3600 }

const RETRY = {
  maxRetries: DEFAULT_RETRY.num_retries?.value,
  retryOn: DEFAULT_RETRY.retry_on?.split(','),
  statusCodes: DEFAULT_RETRY.retriable_status_codes,
}

const perRequest = (path: string, envoyField: string): EffectiveDefault => ({
  path: `${path}.perRequest`,
  value: DEFAULT_PER_REQUEST,
  why: 'App Mesh ends a request after 15 seconds unless told otherwise; 0 switches that off',
  envoyField,
})

const idle = (path: string): EffectiveDefault => ({
  path: `${path}.idle`,
  value: IDLE,
  why: 'Envoy ends a stream without any traffic after 5 minutes; nothing is sent to it for that',
  envoyField: 'http_connection_manager.stream_idle_timeout',
})

const tcpIdle = (path: string): EffectiveDefault => ({
  path: `${path}.idle`,
  value: TCP_IDLE,
  why: 'Envoy ends a connection without any traffic after an hour; nothing is sent to it for that',
  envoyField: 'tcp_proxy.idle_timeout',
})

const retry = (path: string): EffectiveDefault => ({
  path,
  value: RETRY,
  why: 'without a retry policy App Mesh retries twice, at another endpoint if there is one; a policy of your own takes its place, one with maxRetries 0 switches retries off',
  envoyField: 'route.retry_policy',
})

const priority = (member: unknown): EffectiveDefault[] =>
  unless(member, {
    path: 'spec.priority',
    value: null,
    why: 'routes without a priority are tried after all that have one; among equals the more specific match comes first',
    envoyField: 'virtual_host.routes (their order)',
  })

function ofMesh(spec: MeshSpec): EffectiveDefault[] {
  return [
    ...unless(spec.egressFilter?.type, {
      path: 'spec.egressFilter.type',
      value: 'DROP_ALL',
      why: 'nodes reach only what they name as a backend, and AWS',
      envoyField: 'listener.filter_chains (no default chain)',
    }),
    ...unless(spec.serviceDiscovery?.ipPreference, {
      path: 'spec.serviceDiscovery.ipPreference',
      value: null,
      why: 'without a preference names are looked up for IPv6 first, then IPv4; of instances in Cloud Map IPv4 comes first',
      envoyField: 'cluster.dns_lookup_family',
    }),
  ]
}

const HTTP_ROUTES = ['httpRoute', 'http2Route', 'grpcRoute'] as const

function ofRoute(spec: RouteSpec): EffectiveDefault[] {
  const http = HTTP_ROUTES.flatMap((member) => {
    const route = spec[member]
    if (!route) return []
    const timeout = `spec.${member}.timeout`
    return [
      ...unless(route.retryPolicy, retry(`spec.${member}.retryPolicy`)),
      ...unless(route.timeout?.perRequest, perRequest(timeout, 'route.timeout')),
      ...unless(route.timeout?.idle, idle(timeout)),
    ]
  })
  const tcp = spec.tcpRoute ? unless(spec.tcpRoute.timeout?.idle, tcpIdle('spec.tcpRoute.timeout')) : []
  return [...http, ...tcp, ...priority(spec.priority)]
}

/** A node behind a service without a router: nothing can be said about retries and timeouts. */
function ofService({ provider }: VirtualServiceSpec): EffectiveDefault[] {
  if (!provider?.virtualNode) return []
  const why = 'of a service that a virtual node provides; put a virtual router between them to say something else'
  return [
    { ...retry('spec.provider.virtualNode'), why: `retries ${why}` },
    { ...perRequest('', 'route.timeout'), path: 'spec.provider.virtualNode', why: `the time of a request ${why}` },
  ]
}

function ofNode(spec: VirtualNodeSpec): EffectiveDefault[] {
  const listeners = (spec.listeners ?? []).flatMap((listener, index) =>
    ofListener(listener, `spec.listeners[${index}]`),
  )
  const dns = spec.serviceDiscovery?.dns
  const discovery = dns
    ? unless(dns.responseType, {
        path: 'spec.serviceDiscovery.dns.responseType',
        value: 'LOADBALANCER',
        why: 'each connection goes to the first address that DNS gives: one endpoint, without health checks of each address',
        envoyField: 'cluster.type',
      })
    : []
  return [...listeners, ...discovery, ...ofCallers(spec), ...ofLogging(spec.logging)]
}

function ofListener(listener: Listener, path: string): EffectiveDefault[] {
  const { portMapping, timeout, connectionPool, healthCheck, outlierDetection, tls } = listener
  const { protocol } = portMapping
  const timeouts =
    protocol === 'tcp'
      ? unless(timeout?.tcp?.idle, tcpIdle(`${path}.timeout.tcp`))
      : [
          ...unless(
            timeout?.[protocol]?.perRequest,
            perRequest(`${path}.timeout.${protocol}`, 'route.timeout (ingress)'),
          ),
          ...unless(timeout?.[protocol]?.idle, idle(`${path}.timeout.${protocol}`)),
        ]
  return [
    ...timeouts,
    ...ofPool(connectionPool, path, protocol),
    ...ofHealth(healthCheck, path),
    ...unless(outlierDetection, {
      path: `${path}.outlierDetection`,
      value: null,
      why: 'an endpoint that answers with errors stays in use',
      envoyField: 'cluster.outlier_detection (of callers)',
    }),
    ...ofTls(tls, path),
  ]
}

type Pool = Listener['connectionPool']

function ofPool(pool: Pool, path: string, protocol: Listener['portMapping']['protocol']): EffectiveDefault[] {
  if (!pool) {
    return [
      {
        path: `${path}.connectionPool`,
        value: UNLIMITED,
        why: 'no limit of connections, requests and pending requests to the application; it is written out because those of Envoy are low (1024)',
        envoyField: 'cluster.circuit_breakers.thresholds',
      },
    ]
  }
  return protocol === 'http'
    ? unless(pool.http?.maxPendingRequests, {
        path: `${path}.connectionPool.http.maxPendingRequests`,
        value: UNLIMITED,
        why: 'any number of requests may wait for a connection',
        envoyField: 'cluster.circuit_breakers.thresholds.max_pending_requests',
      })
    : []
}

function ofHealth(healthCheck: unknown, path: string): EffectiveDefault[] {
  return unless(healthCheck, {
    path: `${path}.healthCheck`,
    value: null,
    why: 'nobody checks the endpoints: each counts as healthy for as long as discovery has it',
    envoyField: 'cluster.health_checks (of callers)',
  })
}

function ofTls(tls: unknown, path: string): EffectiveDefault[] {
  return unless(tls, {
    path: `${path}.tls.mode`,
    value: 'DISABLED',
    why: 'the listener takes plain connections only',
    envoyField: 'filter_chain.transport_socket',
  })
}

/** Of calls to others. */
function ofCallers({ backendDefaults, backends }: VirtualNodeSpec): EffectiveDefault[] {
  if (!backends?.length) return []
  return [
    ...unless(backendDefaults?.clientPolicy, {
      path: 'spec.backendDefaults.clientPolicy',
      value: null,
      why: 'TLS is used towards backends that have it, and not enforced: a certificate of ACM is checked against its own authority, any other is not',
      envoyField: 'cluster.transport_socket',
    }),
    {
      path: 'spec.backends',
      value: { unit: 's', value: 1 },
      why: 'a connection to a backend must come about within a second; App Mesh has no member for it',
      envoyField: 'cluster.connect_timeout',
    },
  ]
}

function ofLogging(logging: unknown): EffectiveDefault[] {
  return unless(logging, {
    path: 'spec.logging',
    value: null,
    why: 'no access log is written',
    envoyField: 'http_connection_manager.access_log',
  })
}

function ofGateway(spec: VirtualGatewaySpec): EffectiveDefault[] {
  const listeners = spec.listeners.flatMap(({ connectionPool, healthCheck, tls }, index) => {
    const path = `spec.listeners[${index}]`
    return [
      ...(connectionPool ? [] : ofPool(undefined, path, 'http')),
      ...ofHealth(healthCheck, path).map((each) => ({ ...each, envoyField: 'none: load balancers check the gateway' })),
      ...ofTls(tls, path),
    ]
  })
  const policy = unless(spec.backendDefaults?.clientPolicy, {
    path: 'spec.backendDefaults.clientPolicy',
    value: null,
    why: 'TLS is used towards services that have it, and not enforced: a certificate of ACM is checked against its own authority, any other is not',
    envoyField: 'cluster.transport_socket',
  })
  return [...listeners, ...policy, ...ofLogging(spec.logging)]
}

function ofGatewayRoute(spec: GatewayRouteSpec): EffectiveDefault[] {
  const rewrites = (['httpRoute', 'http2Route', 'grpcRoute'] as const).flatMap((member) => {
    const route = spec[member]
    if (!route) return []
    const path = `spec.${member}.action.rewrite`
    return [
      ...unless(route.action.rewrite?.hostname?.defaultTargetHostname, {
        path: `${path}.hostname.defaultTargetHostname`,
        value: 'ENABLED',
        why: 'the application sees the name of the virtual service as host, not the one that the client asked for',
        envoyField: 'route.host_rewrite_literal',
      }),
      ...(member === 'grpcRoute' ? [] : ofPrefix(spec[member], path)),
    ]
  })
  return [...rewrites, ...priority(spec.priority)]
}

function ofPrefix(route: GatewayRouteSpec['httpRoute'], path: string): EffectiveDefault[] {
  const { match, action } = route ?? {}
  const { prefix, path: exact } = action?.rewrite ?? {}
  if (match?.path !== undefined || exact !== undefined) return []
  return unless(prefix?.value ?? prefix?.defaultPrefix, {
    path: `${path}.prefix.defaultPrefix`,
    value: 'ENABLED',
    why: 'what the prefix has matched becomes / for the service',
    envoyField: 'route.prefix_rewrite',
  })
}
