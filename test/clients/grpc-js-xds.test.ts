/** @grpc/grpc-js-xds as a client of meshkeeper/xds: a gRPC client without an Envoy. */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Server, ServerCredentials, type UntypedHandleCall } from '@grpc/grpc-js'
import {
  buildKeyedSource,
  buildSnapshot,
  serveXds,
  SnapshotCache,
  TYPE_URL,
  type EncodedResource,
  type RunningXds,
  type StreamEvents,
} from '../../src/xds/index.js'
import { eventually } from '../envoy/eventually.js'
import { OfficialApi } from './official-api.js'
import type { Reply } from './proxyless.js'

const ADS = { ads: {}, resource_api_version: 2 }
const ROUND_ROBIN = 0
const RANDOM = 3
const EDS = 3

class Resources {
  readonly #api = new OfficialApi(
    'envoy/config/listener/v3/listener.proto',
    'envoy/config/route/v3/route.proto',
    'envoy/config/cluster/v3/cluster.proto',
    'envoy/config/endpoint/v3/endpoint.proto',
    'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
    'envoy/extensions/filters/http/router/v3/router.proto',
  )

  listener(): EncodedResource {
    const router = this.#api.any('envoy.extensions.filters.http.router.v3.Router', {})
    const manager = this.#api.any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      rds: { route_config_name: 'routes', config_source: ADS },
      http_filters: [{ name: 'router', typed_config: router }],
    })
    return this.#resource('listener.v3.Listener', 'shop', { name: 'shop', api_listener: { api_listener: manager } })
  }

  routes(): EncodedResource {
    const route = { match: { prefix: '' }, route: { cluster: 'cluster' } }
    const host = { name: 'all', domains: ['shop'], routes: [route] }
    return this.#resource('route.v3.RouteConfiguration', 'routes', { name: 'routes', virtual_hosts: [host] })
  }

  cluster(policy = ROUND_ROBIN): EncodedResource {
    const eds = { service_name: 'endpoints', eds_config: ADS }
    const message = { name: 'cluster', type: EDS, eds_cluster_config: eds, lb_policy: policy }
    return this.#resource('cluster.v3.Cluster', 'cluster', message)
  }

  endpoints(port: number): EncodedResource {
    const address = { socket_address: { address: '127.0.0.1', port_value: port } }
    const locality = { region: 'here', zone: 'a' }
    const group = { locality, load_balancing_weight: { value: 1 }, lb_endpoints: [{ endpoint: { address } }] }
    const message = { cluster_name: 'endpoints', endpoints: [group] }
    return this.#resource('endpoint.v3.ClusterLoadAssignment', 'endpoints', message)
  }

  #resource(type: string, name: string, message: object): EncodedResource {
    return this.#api.resource(`envoy.config.${type}`, name, message)
  }
}

/** A gRPC server that answers with its name. */
async function answer(name: string): Promise<{ port: number; stop: () => void }> {
  const server = new Server()
  const handler = ((_call: unknown, done: (error: null, name: string) => void) => done(null, name)) as UntypedHandleCall
  const serialize = (text: string) => Buffer.from(text)
  const method = { path: '/shop.Shop/Name', requestStream: false, responseStream: false }
  const codec = { requestSerialize: serialize, requestDeserialize: String }
  const reply = { responseSerialize: serialize, responseDeserialize: String }
  server.addService({ Name: { ...method, ...codec, ...reply } }, { Name: handler })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  return { port, stop: () => server.forceShutdown() }
}

describe('@grpc/grpc-js-xds', function () {
  this.timeout(60_000)
  const resources = new Resources()
  const cache = new SnapshotCache()
  /** Types in the order of their first response. */
  let pushed: string[]
  let rejections: number
  let server: RunningXds
  let client: ChildProcess
  let one: Awaited<ReturnType<typeof answer>>
  let two: typeof one
  let revision = 0

  function publish(endpointsPort: number, cluster = resources.cluster()): void {
    const all = [resources.listener(), resources.routes(), cluster, resources.endpoints(endpointsPort)]
    cache.publish('shop', buildSnapshot(all, ++revision))
  }

  async function serve(port: number): Promise<void> {
    pushed = []
    rejections = 0
    const events: StreamEvents = {
      onPush: (_stream, typeUrl) => {
        if (!pushed.includes(typeUrl)) pushed.push(typeUrl)
      },
      onNack: () => {
        rejections++
      },
    }
    const source = buildKeyedSource(cache, ({ id }) => id)
    server = await serveXds({ source, events, address: { host: '127.0.0.1', port } })
  }

  const portOf = ({ address }: RunningXds) => ('port' in address ? address.port : assert.fail())

  async function call(): Promise<Reply> {
    const reply = once(client, 'message') as Promise<[Reply]>
    client.send('call')
    return (await reply)[0]
  }

  /** State by type of the one stream, and the client's words. */
  function states(): Record<string, string> {
    const [stream] = server.engine.streams
    const { types } = server.engine.status(stream ?? assert.fail('no stream'))
    return Object.fromEntries(types.map(({ typeUrl, state, error }) => [typeUrl, `${state} ${error ?? ''}`.trim()]))
  }

  before(async () => {
    ;[one, two] = [await answer('one'), await answer('two')]
    publish(one.port)
    await serve(0)
    const xds = { server_uri: `127.0.0.1:${portOf(server)}`, channel_creds: [{ type: 'insecure' }] }
    const bootstrap = { xds_servers: [{ ...xds, server_features: ['xds_v3'] }], node: { id: 'shop', locality: {} } }
    client = fork(join(import.meta.dirname, 'proxyless.ts'), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap) },
    })
  })
  after(async () => {
    client.disconnect()
    one.stop()
    two.stop()
    await server.close()
  })

  it('finds a server through LDS, RDS, CDS and EDS, and calls it', async () => {
    assert.deepEqual(await call(), { from: 'one' })
    assert.deepEqual(pushed, [
      TYPE_URL.listener,
      TYPE_URL.routeConfiguration,
      TYPE_URL.cluster,
      TYPE_URL.clusterLoadAssignment,
    ])
    const synced = Object.fromEntries(pushed.map((typeUrl) => [typeUrl, 'SYNCED']))
    await eventually({ what: 'everything acknowledged' }, () => {
      assert.deepEqual(states(), synced)
      return true
    })
  })

  it('moves with its endpoints, without a failed call', async () => {
    publish(two.port)
    await eventually({ what: 'an answer of the other server' }, async () => {
      const { from, error } = await call()
      assert.equal(error, undefined)
      return from === 'two'
    })
    for (let count = 0; count < 20; count++) assert.deepEqual(await call(), { from: 'two' })
  })

  it('rejects a cluster that it cannot serve, once, and goes on with what it has', async () => {
    publish(one.port, resources.cluster(RANDOM))
    await eventually({ what: 'the rejection' }, () => /^NACKED .*lb_policy/.test(states()[TYPE_URL.cluster] ?? ''))
    await eventually({ what: 'its endpoints all the same' }, async () => (await call()).from === 'one')
    publish(one.port)
    await eventually({ what: 'acceptance' }, () => states()[TYPE_URL.cluster] === 'SYNCED')
    assert.deepEqual(await call(), { from: 'one' })
    assert.equal(rejections, 1)
  })

  it('keeps calling while the control plane is away, and follows it when it is back', async () => {
    const port = portOf(server)
    await server.close()
    assert.deepEqual(await call(), { from: 'one' })
    publish(two.port)
    await serve(port)
    await eventually({ what: 'an answer of the other server', timeoutMs: 30_000 }, async () => {
      const { from, error } = await call()
      assert.equal(error, undefined)
      return from === 'two'
    })
  })
})
