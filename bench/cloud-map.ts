/**
 * From RegisterInstance to the first request that a real Envoy passes to the instance, and to the endpoints at a bare client; the latter with 5,000 instances
 * in the service as well. On SQLite. Floors: one durable commit, one call of the API that writes nothing, and one request through the same Envoy.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, Agent, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../src/store/open-store.js'
import { envoyBinary } from '../test/envoy/install.js'
import { startBareEnvoy } from '../test/envoy/local-envoy.js'
import { EndpointClient } from '../test/soak/endpoint-client.js'
import { instance, mapService, namespace } from '../test/store/cloud-map-things.js'
import { HttpCaller } from './ads/http-caller.js'
import { timeCommits } from './commit-floor.js'
import { pause } from './pause.js'
import { figure, floorOf, type Bench, type Figure } from './report.js'
import { ServerProcess } from './server-process.js'

const ROUNDS = 60
const MANY = 5000
const TARGET_MS = 100
const SERVICE = 'srv-bench'
const NODE_ID = 'mesh/shop/virtualNode/front'
const ATTRIBUTES = { AVAILABILITY_ZONE: 'us-west-2a', version: '1' }

export const CLOUD_MAP: Bench = {
  name: 'cloud-map',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bench-'))
    try {
      const text = JSON.stringify(instance(SERVICE, 'i-1', ATTRIBUTES))
      const commit = measured('floor: durable commit', await timeCommits(join(directory, 'floor.db'), text, ROUNDS))
      const few = await measure(directory, commit, 1)
      const many = await measure(directory, commit, MANY)
      return [commit, ...few, ...many]
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}

const measured = (name: string, samples: readonly number[], options: Parameters<typeof figure>[3] = {}): Figure =>
  figure(CLOUD_MAP.name, name, samples, options)

/** Everything with so many instances in the service, one of which comes and goes. */
async function measure(directory: string, commit: Figure, count: number): Promise<Figure[]> {
  const stops: (() => unknown)[] = []
  try {
    const backend = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
    await once(backend, 'listening')
    stops.unshift(() => backend.close())
    const { port } = backend.address() as AddressInfo
    const file = join(directory, `${count}.db`)
    await fillInstances(`sqlite:${file}`, count)
    const server = await ServerProcess.start(file)
    stops.unshift(() => server.stop())
    const api = new CloudMapCaller(server.api)
    stops.unshift(() => api.close())
    await api.writeMesh(port)
    const what = count === 1 ? '' : `, ${count} instances`
    const cluster = `cds_egress_shop_cart_http_${port}`

    const calls = measured(`floor: a call that reads${what}`, await repeat(() => timed(() => api.read())))
    const floor = floorOf(commit, calls)
    const pushes = measured(`RegisterInstance → endpoints at a client${what}`, await timePushes(server, api, cluster), {
      floor,
    })
    if (count !== 1) return [calls, pushes]
    const envoy = await startEnvoy(directory, server.xds, cluster)
    stops.unshift(() => envoy.stop())
    const passed = measured('floor: a request through Envoy', await timeRequests(api, envoy))
    const first = measured('RegisterInstance → first request through Envoy', await timeFirstRequests(api, envoy), {
      floor: floorOf(commit, calls, passed),
      target: TARGET_MS,
    })
    return [calls, pushes, passed, first]
  } finally {
    for (const stop of stops) await stop()
  }
}

/** All but the one that comes and goes; none of them is there. */
async function fillInstances(address: string, count: number): Promise<void> {
  const store = await openStore(address)
  await store.write({ principal: 'bench', operation: 'Import' }, async ({ cloudMap }) => {
    await cloudMap.putNamespace(namespace('ns-bench', { name: 'shop.local', httpName: 'shop.local' }))
    await cloudMap.putService(mapService(SERVICE, 'ns-bench', { name: 'cart' }))
    for (let index = 1; index < count; index += 1) {
      const address = `10.1.${index >> 8}.${index & 255}`
      const attributes = { ...ATTRIBUTES, AWS_INSTANCE_IPV4: address }
      await cloudMap.putInstance(instance(SERVICE, `i-${index}`, attributes))
    }
  })
  await store.close()
}

class CloudMapCaller {
  readonly #caller: HttpCaller

  constructor(address: string) {
    this.#caller = new HttpCaller(address)
  }

  async writeMesh(port: number): Promise<void> {
    const put = (path: string, body: object) => this.#caller.call('PUT', `/v20190125/meshes${path}`, body)
    const attributes = [{ key: 'version', value: '1' }]
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'cart', attributes }
    const listeners = [{ portMapping: { port, protocol: 'http' } }]
    await put('', { meshName: 'shop' })
    await put('/shop/virtualNodes', {
      virtualNodeName: 'cart',
      spec: { listeners, serviceDiscovery: { awsCloudMap } },
    })
    const provider = { virtualNode: { virtualNodeName: 'cart' } }
    await put('/shop/virtualServices', { virtualServiceName: 'cart.local', spec: { provider } })
    const backends = [{ virtualService: { virtualServiceName: 'cart.local' } }]
    await put('/shop/virtualNodes', { virtualNodeName: 'front', spec: { backends } })
  }

  #call(operation: string, input: object): Promise<void> {
    const target = { 'x-amz-target': `Route53AutoNaming_v20170314.${operation}` }
    return this.#caller.call('POST', '/', input, target)
  }

  read(): Promise<void> {
    return this.#call('GetService', { Id: SERVICE })
  }

  register(address: string): Promise<void> {
    const Attributes = { ...ATTRIBUTES, AWS_INSTANCE_IPV4: address }
    return this.#call('RegisterInstance', { ServiceId: SERVICE, InstanceId: 'comes', Attributes })
  }

  deregister(): Promise<void> {
    return this.#call('DeregisterInstance', { ServiceId: SERVICE, InstanceId: 'comes' })
  }

  close(): void {
    this.#caller.close()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function repeat(work: (round: number) => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    await pause()
    times.push(await work(round))
  }
  return times
}

/** From the sending of RegisterInstance to the endpoints at a client that has acknowledged what was before. */
async function timePushes(server: ServerProcess, api: CloudMapCaller, cluster: string): Promise<number[]> {
  let seen: (bytes: Buffer) => void = () => undefined
  const next = (holds: (bytes: Buffer) => boolean): Promise<void> =>
    new Promise((resolve) => (seen = (bytes) => holds(bytes) && resolve()))
  const connected = next(() => true)
  const client = new EndpointClient({
    ...{ port: Number(server.xds.split(':').at(-1)), variant: 'sotw', nodeId: NODE_ID, cluster, ackMillis: 0 },
    onEndpoints: (bytes) => seen(Buffer.from(bytes)),
  })
  await connected
  const times = await repeat(async (round) => {
    const address = `10.9.0.${round + 1}`
    const arrived = next((bytes) => bytes.includes(address))
    const started = performance.now()
    void api.register(address)
    await arrived
    const time = performance.now() - started
    const gone = next((bytes) => !bytes.includes(address))
    await pause()
    await api.deregister()
    await gone
    return time
  })
  client.close()
  return times
}

interface Proxy {
  readonly port: number
  readonly stop: () => Promise<unknown>
}

/** One that passes every request on to `cluster`, which it has from `xds`. */
async function startEnvoy(directory: string, xds: string, cluster: string): Promise<Proxy> {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  await new Promise((resolve) => free.close(resolve))
  const binary = await envoyBinary()
  const args = ['--concurrency', '1', '--disable-hot-restart', '-l', 'warning']
  const bootstrap = buildBootstrap(Number(xds.split(':').at(-1)), port, cluster)
  const envoy = await startBareEnvoy({ binary, bootstrap, directory, args })
  await envoy.ready()
  return { port, stop: () => envoy.child.stop('SIGKILL') }
}

const at = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })
const typed = (type: string, value: object) => ({ '@type': `type.googleapis.com/${type}`, ...value })
const HCM = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
const ROUTER = 'envoy.extensions.filters.http.router.v3.Router'
const HTTP2 = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

function buildBootstrap(xdsPort: number, port: number, cluster: string): object {
  const routes = [{ match: { prefix: '/' }, route: { cluster } }]
  const manager = typed(HCM, {
    stat_prefix: 'bench',
    route_config: { validate_clusters: false, virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [{ name: 'router', typed_config: typed(ROUTER, {}) }],
  })
  const xds = { name: 'xds', endpoints: [{ lb_endpoints: [{ endpoint: { address: at(xdsPort) } }] }] }
  return {
    node: { id: NODE_ID, cluster: 'bench' },
    admin: { address: at(0) },
    dynamic_resources: {
      ads_config: {
        ...{ api_type: 'GRPC', transport_api_version: 'V3' },
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }],
      },
      cds_config: { ads: {}, resource_api_version: 'V3' },
    },
    static_resources: {
      listeners: [
        { name: 'bench', address: at(port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] },
      ],
      clusters: [
        {
          ...{ name: 'xds', type: 'STATIC' },
          load_assignment: { cluster_name: xds.name, endpoints: xds.endpoints },
          typed_extension_protocol_options: {
            [HTTP2]: typed(HTTP2, { explicit_http_config: { http2_protocol_options: {} } }),
          },
        },
      ],
    },
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

async function statusOf({ port }: Proxy): Promise<number | undefined> {
  const call = request({ host: '127.0.0.1', port, agent })
  call.end()
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

async function until(envoy: Proxy, status: number): Promise<void> {
  while ((await statusOf(envoy)) !== status) continue
}

/** While the instance is there. */
async function timeRequests(api: CloudMapCaller, envoy: Proxy): Promise<number[]> {
  await api.register('127.0.0.1')
  await until(envoy, 200)
  const times = await repeat(() => timed(() => statusOf(envoy)))
  await api.deregister()
  await until(envoy, 503)
  return times
}

async function timeFirstRequests(api: CloudMapCaller, envoy: Proxy): Promise<number[]> {
  return repeat(async () => {
    const time = await timed(async () => {
      await api.register('127.0.0.1')
      await until(envoy, 200)
    })
    await pause()
    await api.deregister()
    await until(envoy, 503)
    return time
  })
}
