/** The engine over real gRPC connections: every service, both variants, statuses, garbage. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Client, credentials, status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js'
import { encodeResource } from '../../src/codec/encode.js'
import { plainService } from '../../src/codec/services.js'
import { Engine } from '../../src/xds/engine.js'
import { HealthStatus } from '../../src/xds/health-service.js'
import { SnapshotCache } from '../../src/xds/snapshot-cache.js'
import { buildSnapshot } from '../../src/xds/snapshot.js'
import { buildXdsServer, type XdsServer } from '../../src/xds/xds-service.js'
import { CDS, EDS, LDS, RDS } from './harness.js'

type Call = ClientDuplexStream<object, object>

const CLUSTER = encodeResource(CDS, { name: 'c', type: 'STATIC' })
const SNAPSHOT = buildSnapshot(
  [
    CLUSTER,
    encodeResource(EDS, { cluster_name: 'c' }),
    encodeResource(LDS, { name: 'l' }),
    encodeResource(RDS, { name: 'r' }),
  ],
  1,
)

const SERVICES = [
  {
    service: 'envoy.service.discovery.v3.AggregatedDiscoveryService',
    stream: 'StreamAggregatedResources',
    delta: 'DeltaAggregatedResources',
    typeUrl: CDS,
    name: 'c',
  },
  {
    service: 'envoy.service.cluster.v3.ClusterDiscoveryService',
    stream: 'StreamClusters',
    delta: 'DeltaClusters',
    typeUrl: CDS,
    name: 'c',
  },
  {
    service: 'envoy.service.endpoint.v3.EndpointDiscoveryService',
    stream: 'StreamEndpoints',
    delta: 'DeltaEndpoints',
    typeUrl: EDS,
    name: 'c',
  },
  {
    service: 'envoy.service.listener.v3.ListenerDiscoveryService',
    stream: 'StreamListeners',
    delta: 'DeltaListeners',
    typeUrl: LDS,
    name: 'l',
  },
  {
    service: 'envoy.service.route.v3.RouteDiscoveryService',
    stream: 'StreamRoutes',
    delta: 'DeltaRoutes',
    typeUrl: RDS,
    name: 'r',
  },
]

describe('xDS over gRPC', () => {
  const health = new HealthStatus()
  let cache: SnapshotCache
  let engine: Engine
  let server: XdsServer
  let client: Client

  beforeEach(async () => {
    cache = new SnapshotCache()
    cache.publish('key', SNAPSHOT)
    engine = new Engine({ source: { watch: (_node, _peer, observer) => cache.watch('key', observer) } })
    server = buildXdsServer(engine, { health })
    server.connections.listen(0, '127.0.0.1')
    await once(server.connections, 'listening')
    client = new Client(`127.0.0.1:${(server.connections.address() as AddressInfo).port}`, credentials.createInsecure())
  })

  afterEach(async () => {
    client.close()
    await server.close()
  })

  function open(service: string, name: string): Call {
    const { path, requestSerialize, responseDeserialize } = plainService(service)[name]!
    return client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize)
  }

  async function answer(call: Call): Promise<Record<string, unknown>> {
    const [message] = (await once(call, 'data')) as [Record<string, unknown>]
    return message
  }

  /** The status that the call ends with. */
  async function end(call: Call): Promise<ServiceError | undefined> {
    return new Promise((resolve) => {
      call.on('error', (error) => resolve(error as ServiceError))
      call.on('end', () => resolve(undefined))
      call.resume()
    })
  }

  const node = { id: 'n', cluster: 'c', user_agent_name: 'envoy' }

  for (const { service, stream, delta, typeUrl, name } of SERVICES) {
    const aggregated = stream.includes('Aggregated')

    it(`${stream} answers with resource and version`, async () => {
      const call = open(service, stream)
      call.write({
        node,
        resource_names: typeUrl === CDS || typeUrl === LDS ? [] : [name],
        ...(aggregated && { type_url: typeUrl }),
      })
      const response = await answer(call)
      assert.equal(response['type_url'], typeUrl)
      assert.equal(response['version_info'], SNAPSHOT.types.get(typeUrl)?.version)
      assert.equal((response['resources'] as unknown[]).length, 1)
      call.end()
      assert.equal(await end(call), undefined)
      assert.equal(engine.streams.size, 0)
    })

    it(`${delta} answers with named resource and its version`, async () => {
      const call = open(service, delta)
      call.write({ node, resource_names_subscribe: [name], ...(aggregated && { type_url: typeUrl }) })
      const response = await answer(call)
      const [resource] = response['resources'] as { name: string; version: string }[]
      assert.equal(resource?.name, name)
      assert.equal(resource.version, SNAPSHOT.types.get(typeUrl)?.resources.get(name)?.version)
      call.end()
    })
  }

  it('ends a refused stream with code and message', async () => {
    const call = open(SERVICES[0]!.service, SERVICES[0]!.stream)
    call.write({ node, type_url: CDS })
    await answer(call)
    const ended = end(call)
    cache.refuse('key', { code: status.INVALID_ARGUMENT, message: 'gone: looked for arn:x' })
    const error = await ended
    assert.equal(error?.code, status.INVALID_ARGUMENT)
    assert.equal(error.details, 'gone: looked for arn:x')
  })

  it('says goodbye with status 0 when the server goes away', async () => {
    const call = open(SERVICES[0]!.service, SERVICES[0]!.stream)
    call.write({ node, type_url: CDS })
    await answer(call)
    const ended = end(call)
    await server.close()
    assert.equal(await ended, undefined)
  })

  it('forgets streams whose connection breaks', async () => {
    const call = open(SERVICES[0]!.service, SERVICES[0]!.stream)
    call.on('error', () => undefined)
    call.write({ node, type_url: CDS })
    await answer(call)
    assert.equal(engine.streams.size, 1)
    const [stream] = engine.streams
    const closed = new Promise<void>((resolve) => {
      const end = stream!.end.bind(stream)
      stream!.end = () => {
        end()
        resolve()
      }
    })
    call.cancel()
    await closed
    assert.equal(engine.streams.size, 0)
  })

  it('survives bytes that are no message', async () => {
    const { path } = plainService(SERVICES[0]!.service)[SERVICES[0]!.stream]!
    const garbage = client.makeBidiStreamRequest(
      path,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
    )
    garbage.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    const error = await end(garbage as unknown as Call)
    assert.notEqual(error, undefined)
    const call = open(SERVICES[0]!.service, SERVICES[0]!.stream)
    call.write({ node, type_url: CDS })
    assert.equal((await answer(call))['type_url'], CDS)
    call.end()
  })

  it('tells its health, and tells it again when it changes', async () => {
    const { Check, Watch } = plainService('grpc.health.v1.Health')
    health.set(false)
    const watch = client.makeServerStreamRequest(Watch!.path, Watch!.requestSerialize, Watch!.responseDeserialize, {})
    watch.on('error', () => undefined)
    const first = (await once(watch, 'data')) as [{ status: string }]
    assert.equal(first[0].status, 'NOT_SERVING')
    const second = once(watch, 'data') as Promise<[{ status: string }]>
    health.set(true)
    assert.equal((await second)[0].status, 'SERVING')
    const check = await new Promise((resolve, reject) => {
      client.makeUnaryRequest(Check!.path, Check!.requestSerialize, Check!.responseDeserialize, {}, (error, value) =>
        error ? reject(new Error(error.details)) : resolve(value),
      )
    })
    assert.deepEqual(check, { status: 'SERVING' })
    watch.cancel()
  })
})
