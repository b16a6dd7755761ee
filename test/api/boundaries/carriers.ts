/**
 * Legal specs that have, together, every member of the model: what boundary values are put into, one at a time, so that only the member under
 * test decides. Where a member binds another one (a port, a protocol), some spec has it unbound.
 */
import type { Input } from '../service.js'

export interface Carrier {
  readonly spec: Input
  /** Where the resource lives in the mesh `m`, below the mesh. */
  readonly parent?: Input
}

/** The greatest and least whole numbers of JSON. */
const { MAX_SAFE_INTEGER: MAX, MIN_SAFE_INTEGER: MIN } = Number

const SECOND = { unit: 's', value: 1 }
const DNS = { hostname: 'a.local', ipPreference: 'IPv4_ONLY', responseType: 'ENDPOINTS' }
const THRESHOLDS = { healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000 }
const HTTP_CHECK = { ...THRESHOLDS, protocol: 'http', path: '/ping', port: 8080 }
const GRPC_CHECK = { ...THRESHOLDS, protocol: 'grpc' }
const POOLS = {
  http: { maxConnections: 1, maxPendingRequests: 1 },
  http2: { maxRequests: 1 },
  grpc: { maxRequests: 1 },
  tcp: { maxConnections: 1 },
}

const file = (format: object) => ({ accessLog: { file: { format, path: '/dev/stdout' } } })
const JSON_LOG = file({ json: [{ key: 'status', value: '%RESPONSE_CODE%' }] })
const TEXT_LOG = file({ text: '%RESPONSE_CODE%' })

const listener = (port: number, protocol: string, more: object = {}) => ({ portMapping: { port, protocol }, ...more })

const CERTIFICATES = {
  acm: { certificateArn: 'arn:aws:acm:us-west-2:123456789012:certificate/a' },
  file: { certificateChain: '/a.pem', privateKey: '/a.key' },
  sds: { secretName: 'a' },
}
const TRUSTS = {
  acm: { certificateAuthorityArns: ['arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/a'] },
  file: { certificateChain: '/ca.pem' },
  sds: { secretName: 'ca' },
}
const NAMES = { match: { exact: ['a.local'] } }

/** One listener for each way to name a certificate, and to trust. */
const TLS_LISTENERS = [
  listener(8443, 'http', {
    tls: {
      mode: 'STRICT',
      certificate: { acm: CERTIFICATES.acm },
      validation: { trust: { file: TRUSTS.file }, subjectAlternativeNames: NAMES },
    },
  }),
  listener(8444, 'http2', {
    tls: {
      mode: 'PERMISSIVE',
      certificate: { file: CERTIFICATES.file },
      validation: { trust: { sds: TRUSTS.sds }, subjectAlternativeNames: NAMES },
    },
  }),
  listener(8445, 'grpc', { tls: { mode: 'DISABLED', certificate: { sds: CERTIFICATES.sds } } }),
]

const clientPolicy = (certificate: object, trust: object) => ({
  tls: { certificate, enforce: true, ports: [443], validation: { trust, subjectAlternativeNames: NAMES } },
})
const CLIENT_POLICIES = [
  clientPolicy({ file: CERTIFICATES.file }, { acm: TRUSTS.acm }),
  clientPolicy({ sds: CERTIFICATES.sds }, { file: TRUSTS.file }),
  clientPolicy({ sds: CERTIFICATES.sds }, { sds: TRUSTS.sds }),
]

const MESHES: readonly Carrier[] = [
  { spec: { egressFilter: { type: 'ALLOW_ALL' }, serviceDiscovery: { ipPreference: 'IPv4_ONLY' } } },
]

const NODES: readonly Carrier[] = [
  {
    spec: {
      listeners: [
        listener(8080, 'http', {
          connectionPool: { http: POOLS.http },
          healthCheck: HTTP_CHECK,
          outlierDetection: {
            baseEjectionDuration: SECOND,
            interval: SECOND,
            maxEjectionPercent: 50,
            maxServerErrors: 5,
          },
          timeout: { http: { idle: SECOND, perRequest: { unit: 's', value: 0 } } },
        }),
      ],
      backends: [{ virtualService: { virtualServiceName: 'service' } }],
      logging: JSON_LOG,
      serviceDiscovery: { dns: DNS },
    },
  },
  {
    spec: {
      listeners: [
        listener(1001, 'tcp', { connectionPool: { tcp: POOLS.tcp }, timeout: { tcp: { idle: SECOND } } }),
        listener(1002, 'http2', {
          connectionPool: { http2: POOLS.http2 },
          timeout: { http2: { idle: SECOND, perRequest: SECOND } },
        }),
        listener(1003, 'grpc', {
          connectionPool: { grpc: POOLS.grpc },
          healthCheck: GRPC_CHECK,
          timeout: { grpc: { idle: SECOND, perRequest: SECOND } },
        }),
        listener(1004, 'http'),
      ],
      logging: TEXT_LOG,
      serviceDiscovery: { dns: DNS },
    },
  },
  { spec: { backends: [{ virtualService: { virtualServiceName: 'service' } }], serviceDiscovery: { dns: DNS } } },
  {
    spec: {
      serviceDiscovery: {
        awsCloudMap: {
          attributes: [{ key: 'stack', value: 'blue' }],
          ipPreference: 'IPv6_ONLY',
          namespaceName: 'a.local',
          serviceName: 'b',
        },
      },
    },
  },
  {
    spec: {
      backendDefaults: { clientPolicy: CLIENT_POLICIES[0] },
      backends: CLIENT_POLICIES.map((policy, index) => ({
        virtualService: { virtualServiceName: `service${index}`, clientPolicy: policy },
      })),
      listeners: TLS_LISTENERS,
      serviceDiscovery: { dns: DNS },
    },
  },
]

const ROUTERS: readonly Carrier[] = [{ spec: { listeners: [listener(8080, 'http')] } }]

/** The router `r` has no listeners, so it takes routes of every type and port. */
const IN_ROUTER = { virtualRouterName: 'r' }
const ONE = { weightedTargets: [{ virtualNode: 'one', port: 8080, weight: 50 }] }
const MANY = { weightedTargets: [{ virtualNode: 'edges', port: 8080, weight: 50 }] }

const WAYS_TO_MATCH = [
  { exact: 'a' },
  { prefix: 'a' },
  { range: { start: MIN, end: MAX } },
  { regex: 'a' },
  { suffix: 'a' },
]
const HEADERS = WAYS_TO_MATCH.map((match) => ({ name: 'x-a', invert: true, match }))
const PARAMETERS = [{ name: 'a', match: { exact: 'b' } }]
const TIMEOUT = { idle: SECOND, perRequest: { unit: 'ms', value: 0 } }
const RETRIES = {
  httpRetryEvents: ['server-error'],
  tcpRetryEvents: ['connection-error'],
  maxRetries: 1,
  perRetryTimeout: SECOND,
}

const http = (match: object) => ({ action: ONE, match, retryPolicy: RETRIES, timeout: TIMEOUT })
const grpc = (match: object) => ({
  action: ONE,
  match,
  retryPolicy: { ...RETRIES, grpcRetryEvents: ['cancelled'] },
  timeout: TIMEOUT,
})

const ROUTES: readonly Carrier[] = [
  {
    httpRoute: http({
      prefix: '/',
      headers: HEADERS,
      method: 'GET',
      port: 8080,
      queryParameters: PARAMETERS,
      scheme: 'http',
    }),
    priority: 1,
  },
  { httpRoute: { action: MANY, match: { path: { exact: '/a' } } } },
  { httpRoute: http({ path: { regex: '/a' } }) },
  { http2Route: http({ prefix: '/' }) },
  {
    grpcRoute: grpc({ serviceName: 'a', methodName: 'b', metadata: HEADERS, port: 8080 }),
  },
  { grpcRoute: grpc({ serviceName: 'a' }) },
  { tcpRoute: { action: ONE, match: { port: 8080 }, timeout: { idle: SECOND } } },
].map((spec) => ({ parent: IN_ROUTER, spec }))

const SERVICES: readonly Carrier[] = [
  { spec: { provider: { virtualNode: { virtualNodeName: 'one' } } } },
  { spec: { provider: { virtualRouter: { virtualRouterName: 'r' } } } },
]

const GATEWAYS: readonly Carrier[] = [
  {
    spec: {
      listeners: [listener(8080, 'http', { connectionPool: { http: POOLS.http }, healthCheck: HTTP_CHECK })],
      logging: JSON_LOG,
    },
  },
  {
    spec: {
      listeners: [
        listener(1001, 'http2', { connectionPool: { http2: POOLS.http2 } }),
        listener(1002, 'grpc', { connectionPool: { grpc: POOLS.grpc }, healthCheck: GRPC_CHECK }),
        listener(1003, 'http'),
      ],
      logging: TEXT_LOG,
      backendDefaults: {},
    },
  },
  ...CLIENT_POLICIES.map((policy) => ({
    spec: { backendDefaults: { clientPolicy: policy }, listeners: TLS_LISTENERS },
  })),
]

/** The service `service` has no provider, so a target may have any port. */
const TARGET = { port: 8080, virtualService: { virtualServiceName: 'service' } }
const HOSTNAME = { defaultTargetHostname: 'DISABLED' }

const gatewayHttp = (match: object, rewrite: object) => ({ action: { target: TARGET, rewrite }, match })

const GATEWAY_ROUTES: readonly Carrier[] = [
  {
    parent: { virtualGatewayName: 'http' },
    spec: {
      httpRoute: gatewayHttp(
        {
          prefix: '/a/',
          hostname: { exact: 'a.local' },
          headers: HEADERS,
          method: 'GET',
          queryParameters: PARAMETERS,
        },
        { hostname: HOSTNAME, prefix: { defaultPrefix: 'DISABLED' } },
      ),
      priority: 1,
    },
  },
  {
    parent: { virtualGatewayName: 'http' },
    spec: {
      httpRoute: gatewayHttp({ prefix: '/a/', hostname: { suffix: 'a.local' } }, { prefix: { value: '/b/' } }),
    },
  },
  {
    parent: { virtualGatewayName: 'http2' },
    spec: {
      http2Route: gatewayHttp(
        { path: { exact: '/a' }, hostname: { exact: 'a.local' } },
        { hostname: HOSTNAME, path: { exact: '/b' } },
      ),
    },
  },
  {
    parent: { virtualGatewayName: 'http' },
    spec: { httpRoute: gatewayHttp({ path: { regex: '/a' } }, { hostname: HOSTNAME }) },
  },
  {
    parent: { virtualGatewayName: 'httpPorts' },
    spec: { httpRoute: gatewayHttp({ port: 8080, prefix: '/' }, { hostname: HOSTNAME }) },
  },
  {
    parent: { virtualGatewayName: 'http' },
    spec: { httpRoute: { action: { target: TARGET }, match: { port: 8080, prefix: '/' } } },
  },
  {
    parent: { virtualGatewayName: 'grpc' },
    spec: {
      grpcRoute: {
        action: { rewrite: { hostname: HOSTNAME }, target: TARGET },
        match: { serviceName: 'a', hostname: { exact: 'a.local' }, metadata: HEADERS, port: 8080 },
      },
    },
  },
  {
    parent: { virtualGatewayName: 'grpcPorts' },
    spec: { grpcRoute: { action: { target: TARGET }, match: { serviceName: 'a', port: 8080 } } },
  },
]

/** By the kind in the names of operations. */
export const CARRIERS: Readonly<Record<string, readonly Carrier[]>> = {
  Mesh: MESHES,
  VirtualNode: NODES,
  VirtualRouter: ROUTERS,
  Route: ROUTES,
  VirtualService: SERVICES,
  VirtualGateway: GATEWAYS,
  GatewayRoute: GATEWAY_ROUTES,
}

const DISCOVERED = { serviceDiscovery: { dns: DNS } }
const EDGES = [1, 8080, 65535]

/** What the carriers and the operations on them need: `subject` is what is described, updated and deleted. */
export const SURROUNDINGS: readonly (readonly [string, Input])[] = [
  ['CreateMesh', { meshName: 'm' }],
  ['CreateMesh', { meshName: 'subject' }],
  ['CreateVirtualNode', { virtualNodeName: 'one', spec: { listeners: [listener(8080, 'http')], ...DISCOVERED } }],
  [
    'CreateVirtualNode',
    { virtualNodeName: 'edges', spec: { listeners: EDGES.map((port) => listener(port, 'http')), ...DISCOVERED } },
  ],
  ['CreateVirtualNode', { virtualNodeName: 'subject', spec: {} }],
  ['CreateVirtualRouter', { virtualRouterName: 'r', spec: {} }],
  ['CreateVirtualRouter', { virtualRouterName: 'subject', spec: {} }],
  ['CreateRoute', { ...IN_ROUTER, routeName: 'subject', spec: { tcpRoute: { action: ONE } } }],
  ['CreateVirtualService', { virtualServiceName: 'service', spec: {} }],
  ['CreateVirtualService', { virtualServiceName: 'subject', spec: {} }],
  ['CreateVirtualGateway', { virtualGatewayName: 'subject', spec: { listeners: [listener(8080, 'http')] } }],
  ...['http', 'http2', 'grpc'].flatMap((protocol) => makeGateway(protocol, [listener(8080, protocol)])),
  ...['http', 'grpc'].flatMap((protocol) =>
    makeGateway(
      `${protocol}Ports`,
      EDGES.map((port) => listener(port, protocol)),
    ),
  ),
]

function makeGateway(virtualGatewayName: string, listeners: readonly ReturnType<typeof listener>[]) {
  const { port, protocol = 'http' } = listeners[0]?.portMapping ?? {}
  const type = { [`${protocol}Route`]: { action: { target: TARGET }, match: { port, ...anyMatch(protocol) } } }
  return [
    ['CreateVirtualGateway', { virtualGatewayName, spec: { listeners } }],
    ['CreateGatewayRoute', { virtualGatewayName, gatewayRouteName: 'subject', spec: type }],
  ] as const
}

function anyMatch(protocol: string): object {
  return protocol === 'grpc' ? { serviceName: 'a' } : { prefix: '/' }
}
