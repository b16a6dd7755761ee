/**
 * Random meshes: every member of every shape, as far as the API takes it one by one. Names and ports come from small pools, so that
 * references hit, miss and collide; what only look-ups across resources would refuse is in, too.
 */
import fc from 'fast-check'
import type { MeshInput } from '../translate/mesh.js'
import { clientPolicy, listenerTls } from './tls-arbitrary.js'

const NODES = ['a', 'b', 'c', 'web']
const ROUTERS = ['r1', 'r2', 'r3']
const GATEWAYS = ['edge', 'web']
const SERVICES = ['a.local', 'b.local', 'B.local', 'b.local:80', 'c.local', 'd.local']
const PORTS = [80, 443, 8080, 15001]
const PROTOCOLS = ['http', 'http2', 'grpc', 'tcp'] as const

type Optional<T> = fc.Arbitrary<T | undefined>

/** An object of which each member may be missing. */
function some<T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>
}

const pick = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const list = <T>(item: fc.Arbitrary<T>, minLength = 0, maxLength = 3) => fc.array(item, { minLength, maxLength })
const maybe = <T>(arbitrary: fc.Arbitrary<T>): Optional<T> => fc.option(arbitrary, { nil: undefined })

const port = pick(PORTS)
const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 })
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const wide = fc.oneof(fc.nat(20), fc.nat({ max: Number.MAX_SAFE_INTEGER }))
const duration = some({ unit: pick(['s', 'ms'] as const), value: wide })
const ipPreference = pick(['IPv4_ONLY', 'IPv4_PREFERRED', 'IPv6_ONLY', 'IPv6_PREFERRED'] as const)

const httpTimeout = some({ perRequest: duration, idle: duration })
const pool = fc.integer({ min: 1, max: 2147483647 })

const FOR_PROTOCOL = {
  http: { timeout: httpTimeout, pool: fc.record({ maxConnections: pool, maxPendingRequests: pool }) },
  http2: { timeout: httpTimeout, pool: fc.record({ maxRequests: pool }) },
  grpc: { timeout: httpTimeout, pool: fc.record({ maxRequests: pool }) },
  tcp: { timeout: some({ idle: duration }), pool: fc.record({ maxConnections: pool }) },
} as const

const listener = fc.tuple(port, pick(PROTOCOLS)).chain(([number, protocol]) => {
  const portMapping = fc.constant({ port: number, protocol })
  const healthCheck = fc.record({
    protocol: pick(protocol === 'grpc' || protocol === 'http2' ? PROTOCOLS : (['http', 'http2', 'tcp'] as const)),
    port: fc.constant(number),
    path: fc.constant('/ping'),
    intervalMillis: fc.integer({ min: 5000, max: 300000 }),
    timeoutMillis: fc.integer({ min: 2000, max: 60000 }),
    healthyThreshold: fc.integer({ min: 2, max: 10 }),
    unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
  })
  const outlierDetection = fc.record({
    maxServerErrors: wide.map((value) => value + 1),
    interval: duration,
    baseEjectionDuration: duration,
    maxEjectionPercent: fc.integer({ min: 0, max: 100 }),
  })
  return fc.record(
    {
      portMapping,
      healthCheck,
      outlierDetection,
      timeout: FOR_PROTOCOL[protocol].timeout.map((timeout) => ({ [protocol]: timeout })),
      connectionPool: FOR_PROTOCOL[protocol].pool.map((limits) => ({ [protocol]: limits })),
      tls: listenerTls,
    },
    { requiredKeys: ['portMapping'] },
  )
})

const logging = some({
  accessLog: fc.record({
    file: fc.record(
      {
        path: fc.constant('/dev/null'),
        format: fc.oneof(
          fc.record({ text: pick(['%PROTOCOL%\n', '%REQ_WITHOUT_QUERY(:PATH)% %%']) }),
          fc.record({ json: list(fc.record({ key: name, value: pick(['%PROTOCOL%', 'plain']) })) }),
        ),
      },
      { requiredKeys: ['path'] },
    ),
  }),
})

const virtualNode = some({
  listeners: list(listener),
  serviceDiscovery: fc.record({
    dns: fc.record(
      { hostname: pick(['x.local', '127.0.0.1', '']), ipPreference, responseType: pick(['LOADBALANCER', 'ENDPOINTS']) },
      { requiredKeys: ['hostname'] },
    ),
  }),
  backendDefaults: some({ clientPolicy }),
  backends: list(
    fc.record({
      virtualService: fc.record(
        { virtualServiceName: pick(SERVICES), clientPolicy },
        { requiredKeys: ['virtualServiceName'] },
      ),
    }),
    0,
    6,
  ),
  logging,
})

const virtualRouter = some({
  listeners: list(fc.record({ portMapping: fc.record({ port, protocol: pick(PROTOCOLS) }) })),
})

const range = fc.record({ start: fc.integer(), end: fc.integer() })
const matchMethod = fc.oneof(
  fc.record({ exact: text }),
  fc.record({ prefix: text }),
  fc.record({ suffix: text }),
  fc.record({ regex: pick(['a.*', '[0-9]+']) }),
  fc.record({ range }),
)
const header = fc.record(
  { name: pick(['x-a', 'x-b']), invert: fc.boolean(), match: matchMethod },
  { requiredKeys: ['name'] },
)
const path = fc.oneof(
  fc.record({ prefix: pick(['/', '/a', '/a/b']) }),
  fc.record({ path: fc.record({ exact: pick(['/a', '/b']) }) }),
  fc.record({ path: fc.record({ regex: pick(['/a.*', '/.*']) }) }),
  fc.constant({}),
)
const httpMatch = fc
  .tuple(
    path,
    some({
      port,
      headers: list(header, 1),
      method: pick(['GET', 'POST', 'CONNECT']),
      scheme: pick(['http', 'https']),
      queryParameters: list(
        fc.record({ name: pick(['q', 'r']), match: some({ exact: fc.string() }) }, { requiredKeys: ['name'] }),
        1,
      ),
    }),
  )
  .map(([paths, others]) => ({ ...paths, ...others }))
const grpcMatch = fc.oneof(
  some({ port, metadata: list(header, 1), serviceName: pick(['svc', 'pkg.Svc']) }),
  fc.record({ serviceName: pick(['svc', 'pkg.Svc']), methodName: pick(['Get', 'Put']) }),
)

const weights = list(
  fc.record(
    { virtualNode: pick([...NODES, 'missing']), weight: fc.integer({ min: 0, max: 3 }), port },
    { requiredKeys: ['virtualNode', 'weight'] },
  ),
  1,
  10,
)
const action = fc.record({ weightedTargets: weights })

function retryPolicy(grpcEvents: boolean) {
  return fc.record(
    {
      maxRetries: wide,
      perRetryTimeout: duration,
      httpRetryEvents: list(pick(['server-error', 'gateway-error', 'client-error', 'stream-error']), 1, 5),
      tcpRetryEvents: fc.constant(['connection-error']),
      ...(grpcEvents && { grpcRetryEvents: list(pick(['cancelled', 'deadline-exceeded', 'unavailable']), 1, 5) }),
    },
    { requiredKeys: ['maxRetries', 'perRetryTimeout'] },
  )
}

const typedRoute = <M>(match: fc.Arbitrary<M>, grpcEvents = false) =>
  fc.record(
    { action, match, timeout: httpTimeout, retryPolicy: retryPolicy(grpcEvents) },
    { requiredKeys: ['action', 'match'] },
  )
const route = fc
  .tuple(
    fc.oneof(
      fc.record({ httpRoute: typedRoute(httpMatch) }),
      fc.record({ http2Route: typedRoute(httpMatch) }),
      fc.record({ grpcRoute: typedRoute(grpcMatch, true) }),
      fc.record({
        tcpRoute: fc.record(
          { action, match: some({ port }), timeout: some({ idle: duration }) },
          { requiredKeys: ['action'] },
        ),
      }),
    ),
    maybe(fc.integer({ min: 0, max: 3 })),
  )
  .map(([typed, priority]) => (priority === undefined ? typed : { ...typed, priority }))

const virtualService = some({
  provider: fc.oneof(
    fc.record({ virtualNode: fc.record({ virtualNodeName: pick(NODES) }) }),
    fc.record({ virtualRouter: fc.record({ virtualRouterName: pick(ROUTERS) }) }),
  ),
})

const gatewayListener = fc.tuple(port, pick(['http', 'http2', 'grpc'] as const)).chain(([number, protocol]) =>
  fc.record(
    {
      portMapping: fc.constant({ port: number, protocol }),
      connectionPool: FOR_PROTOCOL[protocol].pool.map((limits) => ({ [protocol]: limits })),
      tls: listenerTls,
    },
    { requiredKeys: ['portMapping'] },
  ),
)

const virtualGateway = fc.record(
  { listeners: list(gatewayListener, 1), logging, backendDefaults: some({ clientPolicy }) },
  { requiredKeys: ['listeners'] },
)

const hostname = fc.oneof(
  fc.record({ exact: pick(['a.com', 'A.com', 'a.com:80', '*', '*.com', 'self_redirect']) }),
  fc.record({ suffix: pick(['.com', '.COM', 'a.com', '*']) }),
)
const onOff = pick(['ENABLED', 'DISABLED'] as const)
const hostRewrite = some({ hostname: some({ defaultTargetHostname: onOff }) })
const pathRewrite = fc.record({ path: fc.record({ exact: pick(['/', '/a\\1']) }) })
const prefixRewrite = fc.record({
  prefix: fc.oneof(fc.record({ defaultPrefix: onOff }), fc.record({ value: pick(['/', '/a/']) })),
})
const gatewayTarget = fc.record(
  { port, virtualService: fc.record({ virtualServiceName: pick([...SERVICES, 'missing']) }) },
  { requiredKeys: ['virtualService'] },
)

/** Rewrites go with the match that they rewrite. */
const httpGatewayRoute = fc.tuple(
  fc.oneof(
    fc.tuple(fc.record({ prefix: pick(['/', '/a', '/a/', '/a/b']) }), fc.oneof(fc.constant({}), prefixRewrite)),
    fc.tuple(
      fc.record({ path: fc.oneof(fc.record({ exact: pick(['/a', '/b']) }), fc.record({ regex: pick(['/a.*']) })) }),
      fc.oneof(fc.constant({}), pathRewrite),
    ),
    fc.tuple(fc.record({ hostname }), fc.oneof(fc.constant({}), prefixRewrite, pathRewrite)),
    fc.tuple(fc.record({ port }), fc.constant({})),
  ),
  some({ port, hostname, headers: list(header, 1), method: pick(['GET', 'POST']) }),
  hostRewrite,
  gatewayTarget,
)
const typedGatewayRoute = httpGatewayRoute.map(([[paths, ofPath], others, ofHost, target]) => {
  const rewrite = { ...ofPath, ...ofHost }
  const action = { target, ...(Object.keys(rewrite).length > 0 && { rewrite }) }
  return { match: { ...others, ...paths }, action }
})
const grpcGatewayRoute = fc.record({
  match: fc
    .tuple(fc.record({ serviceName: pick(['svc', 'pkg.Svc']) }), some({ port, hostname, metadata: list(header, 1) }))
    .map(([service, others]) => ({ ...service, ...others })),
  action: fc.record({ target: gatewayTarget }),
})
const gatewayRoute = fc
  .tuple(
    fc.oneof(
      fc.record({ httpRoute: typedGatewayRoute }),
      fc.record({ http2Route: typedGatewayRoute }),
      fc.record({ grpcRoute: grpcGatewayRoute }),
    ),
    maybe(fc.integer({ min: 0, max: 3 })),
  )
  .map(([typed, priority]) => (priority === undefined ? typed : { ...typed, priority }))

const mesh = some({
  egressFilter: fc.record({ type: pick(['ALLOW_ALL', 'DROP_ALL']) }),
  serviceDiscovery: some({ ipPreference }),
})

/** A spec, or none, for every name of a pool. */
function named<T>(names: readonly string[], spec: fc.Arbitrary<T>): fc.Arbitrary<[string, T][]> {
  return fc
    .tuple(...names.map((each) => fc.tuple(fc.constant(each), maybe(spec))))
    .map((entries) => entries.filter((entry): entry is [string, NonNullable<T>] => entry[1] !== undefined))
}

export const meshArbitrary: fc.Arbitrary<MeshInput> = fc
  .record({
    mesh,
    nodes: named(NODES, virtualNode),
    routers: named(ROUTERS, virtualRouter),
    services: named(SERVICES, virtualService),
    routes: list(fc.tuple(pick(ROUTERS), name, route), 0, 8),
    gateways: named(GATEWAYS, virtualGateway),
    gatewayRoutes: list(fc.tuple(pick(GATEWAYS), name, gatewayRoute), 0, 8),
  })
  .map(
    (parts) =>
      ({
        mesh: { meshName: 'm', spec: parts.mesh },
        virtualNodes: parts.nodes.map(([virtualNodeName, spec]) => ({ virtualNodeName, spec })),
        virtualRouters: parts.routers.map(([virtualRouterName, spec]) => ({ virtualRouterName, spec })),
        virtualServices: parts.services.map(([virtualServiceName, spec]) => ({ virtualServiceName, spec })),
        routes: parts.routes.map(([virtualRouterName, routeName, spec]) => ({ virtualRouterName, routeName, spec })),
        virtualGateways: parts.gateways.map(([virtualGatewayName, spec]) => ({ virtualGatewayName, spec })),
        gatewayRoutes: parts.gatewayRoutes.map(([virtualGatewayName, gatewayRouteName, spec]) => ({
          virtualGatewayName,
          gatewayRouteName,
          spec,
        })),
      }) as MeshInput,
  )
