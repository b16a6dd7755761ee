/** Requests that have every member of the model: what forms are filled with. */
import type { Kind } from '../../src/model/resource.js'

const seconds = (value: number) => ({ unit: 's', value })
const millis = (value: number) => ({ unit: 'ms', value })

const files = { file: { certificateChain: '/keys/chain.pem', privateKey: '/keys/key.pem' } }
const secret = { sds: { secretName: 'spiffe://shop/node' } }
const certificateArn = { acm: { certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a' } }
const authorityFile = { file: { certificateChain: '/keys/ca.pem' } }
const authorityArns = {
  acm: {
    certificateAuthorityArns: [
      'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/a',
      'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/b',
    ],
  },
}
const names = (...exact: string[]) => ({ subjectAlternativeNames: { match: { exact } } })

const clientTls = (trust: object, certificate: object) => ({
  tls: { enforce: false, ports: [443, 8443], validation: { trust, ...names('a.local', 'b.local') }, certificate },
})

const healthCheck = (protocol: string) => ({
  protocol,
  ...(protocol.startsWith('http') && { path: '/ping' }),
  healthyThreshold: 2,
  unhealthyThreshold: 3,
  intervalMillis: 5000,
  timeoutMillis: 2000,
})
const outlierDetection = {
  maxServerErrors: 5,
  interval: seconds(10),
  baseEjectionDuration: millis(30000),
  maxEjectionPercent: 50,
}
const timeouts = { perRequest: seconds(7), idle: millis(900) }

const listeners = [
  {
    portMapping: { port: 8080, protocol: 'http' },
    connectionPool: { http: { maxConnections: 10, maxPendingRequests: 20 } },
    outlierDetection,
    healthCheck: { ...healthCheck('http'), port: 8080 },
    tls: { mode: 'PERMISSIVE', certificate: files, validation: { trust: authorityFile, ...names('client.local') } },
    timeout: { http: timeouts },
  },
  {
    portMapping: { port: 8081, protocol: 'http2' },
    connectionPool: { http2: { maxRequests: 30 } },
    healthCheck: { ...healthCheck('grpc'), port: 8081 },
    tls: { mode: 'STRICT', certificate: secret, validation: { trust: secret } },
    timeout: { http2: timeouts },
  },
  {
    portMapping: { port: 8082, protocol: 'grpc' },
    connectionPool: { grpc: { maxRequests: 40 } },
    tls: { mode: 'DISABLED', certificate: certificateArn },
    timeout: { grpc: timeouts },
  },
  {
    portMapping: { port: 8083, protocol: 'tcp' },
    connectionPool: { tcp: { maxConnections: 50 } },
    timeout: { tcp: { idle: seconds(0) } },
  },
]

const tags = [
  { key: 'team', value: 'shop' },
  { key: 'empty', value: '' },
]

/** By DNS, and by Cloud Map: together they have every member. */
export const NODES = [
  {
    virtualNodeName: 'by-dns',
    spec: {
      serviceDiscovery: { dns: { hostname: 'node.local', responseType: 'ENDPOINTS', ipPreference: 'IPv4_ONLY' } },
      backendDefaults: { clientPolicy: clientTls(authorityArns, secret) },
      backends: [
        { virtualService: { virtualServiceName: 'one.local' } },
        { virtualService: { virtualServiceName: 'two.local', clientPolicy: clientTls(secret, files) } },
        { virtualService: { virtualServiceName: 'three.local', clientPolicy: {} } },
      ],
      logging: { accessLog: { file: { path: '/dev/stdout', format: { text: '%PROTOCOL% %RESPONSE_CODE%' } } } },
      listeners,
    },
    tags,
  },
  {
    virtualNodeName: 'by cloud map',
    spec: {
      serviceDiscovery: {
        awsCloudMap: {
          serviceName: 'node',
          namespaceName: 'shop.local',
          attributes: [
            { key: 'stage', value: 'blue' },
            { key: 'zone', value: 'a' },
          ],
          ipPreference: 'IPv6_PREFERRED',
        },
      },
      backendDefaults: { clientPolicy: clientTls(authorityFile, files) },
      logging: {
        accessLog: {
          file: {
            path: '/dev/stdout',
            format: {
              json: [
                { key: 'code', value: '%RESPONSE_CODE%' },
                { key: 'kind', value: 'shop' },
              ],
            },
          },
        },
      },
      listeners: listeners.slice(0, 1),
    },
  },
]

const weightedTargets = [
  { virtualNode: 'by-dns', port: 8080, weight: 90 },
  { virtualNode: 'by cloud map', weight: 10 },
]
const range = { range: { start: -5, end: 10 } }
const matches = (name: string) => [
  { name: `${name}-present` },
  { name: `${name}-exact`, match: { exact: 'a' }, invert: true },
  { name: `${name}-prefix`, match: { prefix: 'a' } },
  { name: `${name}-suffix`, match: { suffix: 'a' } },
  { name: `${name}-regex`, match: { regex: 'a.*' } },
  { name: `${name}-range`, match: range },
]
const queryParameters = [{ name: 'present' }, { name: 'exact', match: { exact: 'a' } }]
const retry = {
  perRetryTimeout: seconds(2),
  maxRetries: 3,
  httpRetryEvents: ['server-error', 'gateway-error', 'client-error', 'stream-error'],
  tcpRetryEvents: ['connection-error'],
}
const grpcRetryEvents = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable']

/** One of each type; `router` is where they belong. */
export const ROUTES = [
  {
    router: 'http',
    routeName: 'http',
    spec: {
      priority: 0,
      httpRoute: {
        action: { weightedTargets },
        match: { port: 80, method: 'GET', scheme: 'http', prefix: '/a', queryParameters, headers: matches('x') },
        timeout: timeouts,
        retryPolicy: retry,
      },
    },
    tags,
  },
  {
    router: 'http2',
    routeName: 'http2',
    spec: {
      priority: 1000,
      http2Route: {
        action: { weightedTargets: weightedTargets.slice(0, 1) },
        match: { path: { regex: '/a/.*' }, scheme: 'https' },
        timeout: { idle: seconds(0) },
      },
    },
  },
  {
    router: 'grpc',
    routeName: 'grpc',
    spec: {
      grpcRoute: {
        action: { weightedTargets },
        match: { port: 82, serviceName: 'shop.Cart', methodName: 'Get', metadata: matches('m') },
        timeout: timeouts,
        retryPolicy: { ...retry, grpcRetryEvents },
      },
    },
  },
  {
    router: 'tcp',
    routeName: 'tcp',
    spec: { priority: 5, tcpRoute: { action: { weightedTargets }, match: { port: 83 }, timeout: { idle: millis(1) } } },
  },
]

export const ROUTERS = ['http', 'http2', 'grpc', 'tcp'].map((protocol, index) => ({
  virtualRouterName: protocol,
  spec: { listeners: [{ portMapping: { port: 80 + index, protocol } }] },
}))

export const GATEWAY = {
  virtualGatewayName: 'edge',
  spec: {
    backendDefaults: { clientPolicy: clientTls(authorityArns, secret) },
    logging: { accessLog: { file: { path: '/dev/stdout', format: { text: '%PROTOCOL%' } } } },
    listeners: [
      {
        portMapping: { port: 8088, protocol: 'http' },
        connectionPool: { http: { maxConnections: 10, maxPendingRequests: 20 } },
        healthCheck: { ...healthCheck('http'), port: 8088 },
        tls: { mode: 'STRICT', certificate: certificateArn, validation: { trust: secret, ...names('c.local') } },
      },
      {
        portMapping: { port: 8089, protocol: 'http2' },
        connectionPool: { http2: { maxRequests: 5 } },
      },
      {
        portMapping: { port: 8090, protocol: 'grpc' },
        connectionPool: { grpc: { maxRequests: 5 } },
        tls: { mode: 'PERMISSIVE', certificate: files, validation: { trust: authorityFile } },
      },
    ],
  },
  tags,
}

const target = { virtualService: { virtualServiceName: 'one.local' } }
const enabled = { defaultTargetHostname: 'ENABLED' }

/** One of each type, each with another rewrite. */
export const GATEWAY_ROUTES = [
  {
    gatewayRouteName: 'http',
    spec: {
      priority: 7,
      httpRoute: {
        action: { target: { ...target, port: 80 }, rewrite: { hostname: enabled, prefix: { value: '/b/' } } },
        match: {
          port: 8088,
          method: 'POST',
          prefix: '/a/',
          hostname: { suffix: '.com' },
          queryParameters,
          headers: matches('x'),
        },
      },
    },
    tags,
  },
  {
    gatewayRouteName: 'http2',
    spec: {
      http2Route: {
        action: { target, rewrite: { path: { exact: '/b' } } },
        match: { port: 8089, path: { exact: '/a' }, hostname: { exact: 'a.com' } },
      },
    },
  },
  {
    gatewayRouteName: 'default prefix',
    spec: {
      httpRoute: {
        action: { target, rewrite: { prefix: { defaultPrefix: 'DISABLED' } } },
        match: { port: 8088, prefix: '/c' },
      },
    },
  },
  {
    gatewayRouteName: 'grpc',
    spec: {
      grpcRoute: {
        action: { target, rewrite: { hostname: { defaultTargetHostname: 'DISABLED' } } },
        match: { port: 8090, serviceName: 'shop.Cart', hostname: { exact: 'a.com' }, metadata: matches('m') },
      },
    },
  },
]

export const SERVICES = [
  { virtualServiceName: 'one.local', spec: { provider: { virtualRouter: { virtualRouterName: 'http' } } }, tags },
  { virtualServiceName: 'two.local', spec: { provider: { virtualNode: { virtualNodeName: 'by-dns' } } } },
  { virtualServiceName: 'none.local', spec: {} },
]

export const MESH = {
  meshName: 'shop & co',
  spec: { egressFilter: { type: 'ALLOW_ALL' }, serviceDiscovery: { ipPreference: 'IPv6_ONLY' } },
  tags,
}

export interface WholeRequest {
  readonly kind: Kind
  readonly request: object & { readonly spec: object; readonly tags?: readonly object[] }
  readonly parentName?: string
}

/** Everything, in an order in which it can be created. */
export const WHOLE: readonly WholeRequest[] = [
  { kind: 'mesh', request: MESH },
  ...NODES.map((request) => ({ kind: 'virtualNode' as const, request })),
  ...ROUTERS.map((request) => ({ kind: 'virtualRouter' as const, request })),
  ...ROUTES.map(({ router, ...request }) => ({ kind: 'route' as const, request, parentName: router })),
  ...SERVICES.map((request) => ({ kind: 'virtualService' as const, request })),
  { kind: 'virtualGateway', request: GATEWAY },
  ...GATEWAY_ROUTES.map((request) => ({ kind: 'gatewayRoute' as const, request, parentName: 'edge' })),
]
