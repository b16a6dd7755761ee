/** A mesh with one of everything that the console shows: what the browser tests look at. */
import type { World } from '../management/world.js'

const timeouts = { perRequest: { unit: 's', value: 5 }, idle: { unit: 's', value: 60 } }

const discovery = (hostname: string) => ({ dns: { hostname, responseType: 'LOADBALANCER' } })

const healthCheck = {
  healthyThreshold: 2,
  intervalMillis: 5000,
  path: '/health',
  protocol: 'http',
  timeoutMillis: 2000,
  unhealthyThreshold: 3,
}

const frontListener = {
  portMapping: { port: 8080, protocol: 'http' },
  healthCheck,
  timeout: { http: timeouts },
  connectionPool: { http: { maxConnections: 100, maxPendingRequests: 50 } },
  outlierDetection: {
    baseEjectionDuration: { unit: 's', value: 30 },
    interval: { unit: 's', value: 10 },
    maxEjectionPercent: 50,
    maxServerErrors: 5,
  },
  tls: {
    mode: 'PERMISSIVE',
    certificate: { file: { certificateChain: '/keys/chain.pem', privateKey: '/keys/key.pem' } },
  },
}

const NODES = {
  front: {
    listeners: [frontListener],
    serviceDiscovery: discovery('front.shop.internal'),
    backends: [{ virtualService: { virtualServiceName: 'cart.shop.local' } }],
    logging: { accessLog: { file: { path: '/dev/stdout' } } },
  },
  'cart-v1': {
    listeners: [{ portMapping: { port: 9080, protocol: 'http' } }],
    serviceDiscovery: discovery('cart-v1.shop.internal'),
  },
  'cart-v2': {
    listeners: [{ portMapping: { port: 9080, protocol: 'http' } }],
    serviceDiscovery: {
      awsCloudMap: { namespaceName: 'shop.local', serviceName: 'cart', attributes: [{ key: 'version', value: '2' }] },
    },
  },
}

const cartRoute = {
  httpRoute: {
    match: { prefix: '/', headers: [{ name: 'x-beta', match: { exact: 'on' } }] },
    action: {
      weightedTargets: [
        { virtualNode: 'cart-v1', weight: 90 },
        { virtualNode: 'cart-v2', weight: 10 },
      ],
    },
    timeout: timeouts,
  },
  priority: 10,
}

const allRoute = {
  httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [{ virtualNode: 'cart-v1', weight: 1 }] } },
}

/** Mesh `shop`: a gateway, a front that calls `cart.shop.local`, and two versions of the cart behind a router. */
export async function writeShop(world: World): Promise<void> {
  await world.put('meshes', { meshName: 'shop', spec: { egressFilter: { type: 'ALLOW_ALL' } } })
  for (const [name, spec] of Object.entries(NODES)) {
    const tags = name === 'front' ? [{ key: 'team', value: 'web' }] : []
    await world.put('meshes/shop/virtualNodes', { virtualNodeName: name, spec, tags })
  }
  const router = { listeners: [{ portMapping: { port: 9080, protocol: 'http' } }] }
  await world.put('meshes/shop/virtualRouters', { virtualRouterName: 'cart', spec: router })
  await world.put('meshes/shop/virtualRouter/cart/routes', { routeName: 'beta', spec: cartRoute })
  await world.put('meshes/shop/virtualRouter/cart/routes', { routeName: 'all', spec: allRoute })
  await putService(world, 'cart.shop.local', { virtualRouter: { virtualRouterName: 'cart' } })
  await putService(world, 'front.shop.local', { virtualNode: { virtualNodeName: 'front' } })
  const gateway = { listeners: [{ portMapping: { port: 8088, protocol: 'http' } }] }
  await world.put('meshes/shop/virtualGateways', { virtualGatewayName: 'entry', spec: gateway })
  const target = { virtualService: { virtualServiceName: 'front.shop.local' } }
  await world.put('meshes/shop/virtualGateway/entry/gatewayRoutes', {
    gatewayRouteName: 'site',
    spec: { httpRoute: { match: { prefix: '/' }, action: { target } } },
  })
}

async function putService(world: World, virtualServiceName: string, provider: object): Promise<void> {
  await world.put('meshes/shop/virtualServices', { virtualServiceName, spec: { provider } })
}
