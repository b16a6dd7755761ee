/** The client status discovery service, asked as tools ask it: over gRPC, with every field of the answer. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js'
import { encodeResource } from '../../src/codec/encode.js'
import { toJson, type Json } from '../../src/codec/json.js'
import { plainService } from '../../src/codec/services.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import { HealthStatus } from '../../src/xds/health-service.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { addStatusService, type StatusServiceOptions } from '../../src/xds/status-service.js'
import { typeOf, type Snapshot } from '../../src/xds/snapshot.js'
import { buildXdsServer, type XdsServer } from '../../src/xds/xds-service.js'
import { CDS, EDS, LDS, NODE, RDS, TestServer, type TestClient } from './harness.js'

const SDS = TYPE_URL.secret
const EPOCH = Date.parse('2026-01-02T03:04:05Z')
const { FetchClientStatus, StreamClientStatus } = plainService('envoy.service.status.v3.ClientStatusDiscoveryService')

interface Config {
  type_url: string
  name: string
  version_info: string
  xds_config: { type_url: string; value: Buffer } | null
  last_updated: { seconds: number; nanos: number } | null
  config_status: string
  client_status: string
  error_state: { details: string; version_info: string; last_update_attempt: { seconds: number } } | null
}
interface Answer {
  config: { node: { id: string; [field: string]: unknown }; generic_xds_configs: Config[] }[]
}

const cluster = (name: string, seconds = 1) =>
  encodeResource(CDS, { name, type: 'EDS', connect_timeout: { seconds, nanos: 0 } })
const assignment = (name: string) => encodeResource(EDS, { cluster_name: name })
const listener = (name: string) => encodeResource(LDS, { name })

describe('client status discovery', () => {
  let xds: TestServer
  let server: XdsServer
  let client: Client

  async function start(options: StatusServiceOptions = {}): Promise<void> {
    xds = new TestServer()
    server = buildXdsServer(xds.engine, {
      health: new HealthStatus(),
      addServices: (grpc) => addStatusService(grpc, xds.engine, { time: () => EPOCH + xds.clock.now(), ...options }),
    })
    server.connections.listen(0, '127.0.0.1')
    await once(server.connections, 'listening')
    const { port } = server.connections.address() as AddressInfo
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  }
  beforeEach(() => start())
  afterEach(async () => {
    client.close()
    await server.close()
  })

  const fetch = (request: object = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = FetchClientStatus!
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
        error ? reject(error) : resolve(answer as Answer),
      )
    })

  /** `TYPE name config_status client_status`, by name. */
  async function states(): Promise<string[]> {
    const { config } = await fetch()
    return config.flatMap(({ generic_xds_configs: configs }) =>
      configs.map(
        ({ type_url, name, config_status, client_status }) =>
          `${type_url.slice(type_url.lastIndexOf('.') + 1)} ${name} ${config_status} ${client_status}`,
      ),
    )
  }
  const find = async (name: string, typeUrl: string = CDS): Promise<Config> =>
    (await fetch()).config[0]!.generic_xds_configs.find((each) => each.name === name && each.type_url === typeUrl)!
  const versionOf = (snapshot: Snapshot, typeUrl: string) => typeOf(snapshot, typeUrl).version
  const publish = (...resources: EncodedResource[]) => xds.publish(...resources)
  const sotw = (...subscriptions: [string, string[]][]): TestClient => {
    const envoy = xds.connect('sotw')
    for (const [typeUrl, names] of subscriptions) envoy.request(typeUrl, names)
    return envoy
  }

  it('answers with nobody when nobody is connected', async () => assert.deepEqual(await fetch(), { config: [] }))

  it('leaves out a stream that has not said who it is', async () => {
    xds.connect('sotw')
    assert.deepEqual(await fetch(), { config: [] })
  })

  it('shows the node as it introduced itself', async () => {
    sotw([CDS, []])
    const { node } = (await fetch()).config[0]!
    assert.equal(node.id, NODE.id)
    assert.equal(node['cluster'], NODE.cluster)
    assert.equal(node['user_agent_name'], 'envoy')
    assert.equal(node['user_agent_version'], '1.40.0')
  })

  it('shows each resource with content, version and time', async () => {
    const snapshot = publish(cluster('a'), assignment('a'))
    const envoy = sotw([CDS, []])
    xds.clock.advance(1500)
    envoy.takeAndAck()
    const config = await find('a')
    const value = config.xds_config!.value
    assert.deepEqual(toJson(config.xds_config!.type_url, value), toJson(cluster('a')))
    assert.equal(config.version_info, versionOf(snapshot, CDS))
    assert.deepEqual(config.last_updated, { seconds: EPOCH / 1000 + 1, nanos: 500_000_000 })
    assert.equal(config.error_state, null)
  })

  it('leaves contents out when asked to', async () => {
    publish(cluster('a'))
    sotw([CDS, []]).takeAndAck()
    const { config } = await fetch({ exclude_resource_contents: true })
    const [{ xds_config: content, name } = assert.fail()] = config[0]!.generic_xds_configs
    assert.deepEqual([name, content], ['a', null])
  })

  for (const variant of ['sotw', 'delta'] as const) {
    const subscribe = (envoy: TestClient, typeUrl: string, names: string[] = []) =>
      variant === 'sotw' ? envoy.request(typeUrl, names) : envoy.delta(typeUrl, { subscribe: names })
    const reject = (envoy: TestClient, typeUrl: string, why: string) =>
      variant === 'sotw' ? envoy.nack(typeUrl, why) : envoy.deltaAck(typeUrl, why)

    it(`follows a resource from request to acknowledgement (${variant})`, async () => {
      const envoy = xds.connect(variant)
      subscribe(envoy, EDS, ['a'])
      assert.deepEqual(await states(), [])
      publish(assignment('a'))
      assert.deepEqual(await states(), ['ClusterLoadAssignment a STALE REQUESTED'])
      envoy.takeAndAck()
      assert.deepEqual(await states(), ['ClusterLoadAssignment a SYNCED ACKED'])
    })

    it(`shows a name that does not exist (${variant})`, async () => {
      publish(cluster('a'))
      const envoy = xds.connect(variant)
      subscribe(envoy, RDS, ['missing'])
      envoy.takeAndAck()
      assert.deepEqual(await states(), ['RouteConfiguration missing NOT_SENT DOES_NOT_EXIST'])
    })

    it(`shows what was rejected, why and when, and forgets it with the correction (${variant})`, async () => {
      publish(listener('a'))
      const envoy = xds.connect(variant)
      subscribe(envoy, LDS)
      const rejected = envoy.inbox[0]!
      xds.clock.advance(2000)
      reject(envoy, LDS, 'no such file')
      const config = await find('a', LDS)
      assert.deepEqual([config.config_status, config.client_status], ['ERROR', 'NACKED'])
      const version = variant === 'sotw' ? rejected.version : rejected.resources[0]!.version
      assert.equal(config.version_info, version)
      assert.equal(config.xds_config!.value.equals(listener('a').bytes), true)
      assert.deepEqual(config.error_state, {
        details: 'no such file',
        version_info: version,
        last_update_attempt: { seconds: EPOCH / 1000 + 2, nanos: 0 },
        failed_configuration: null,
      })
      envoy.take()
      publish(encodeResource(LDS, { name: 'a', stat_prefix: 'corrected' }))
      envoy.takeAndAck()
      const corrected = await find('a', LDS)
      assert.deepEqual([corrected.config_status, corrected.error_state], ['SYNCED', null])
    })

    it(`shows what was sent, not what waits behind it (${variant})`, async () => {
      publish(cluster('a', 1))
      const envoy = xds.connect(variant)
      subscribe(envoy, CDS)
      publish(cluster('a', 2))
      const config = await find('a')
      assert.equal(config.config_status, 'STALE')
      assert.equal(config.xds_config!.value.equals(cluster('a', 1).bytes), true)
      envoy.takeAndAck()
      assert.equal((await find('a')).xds_config!.value.equals(cluster('a', 2).bytes), true)
    })

    it(`shows a removal that the client has yet to take (${variant})`, async () => {
      publish(cluster('a'), cluster('b'), listener('l'))
      const envoy = xds.connect(variant)
      for (const typeUrl of [CDS, LDS]) subscribe(envoy, typeUrl)
      envoy.takeAndAck()
      publish(cluster('a'), encodeResource(LDS, { name: 'l', stat_prefix: 'new' }))
      assert.deepEqual(await states(), [
        'Cluster a SYNCED ACKED',
        'Cluster b STALE REQUESTED',
        'Listener l STALE REQUESTED',
      ])
      envoy.takeAndAck()
      assert.deepEqual(await states(), ['Cluster a SYNCED ACKED', 'Listener l SYNCED ACKED'])
    })
  }

  it('shows what waits for the answer to something else', async () => {
    publish(assignment('a'), assignment('b'))
    const envoy = xds.connect('delta')
    for (const name of ['a', 'b']) envoy.delta(EDS, { subscribe: [name] })
    assert.deepEqual(await states(), [
      'ClusterLoadAssignment a STALE REQUESTED',
      'ClusterLoadAssignment b NOT_SENT REQUESTED',
    ])
    assert.equal((await find('b', EDS)).xds_config, null)
  })

  it('knows what a client has that resumes with it', async () => {
    const resource = assignment('a')
    publish(resource)
    xds.connect('delta').delta(EDS, { subscribe: ['a'], initial: { a: resource.version } })
    const config = await find('a', EDS)
    assert.deepEqual([config.config_status, config.version_info], ['SYNCED', resource.version])
    assert.equal(config.xds_config!.value.equals(resource.bytes), true)
  })

  it('never shows a private key', async () => {
    publish(
      encodeResource(SDS, {
        name: 's',
        tls_certificate: { certificate_chain: { inline_string: 'chain' }, private_key: { inline_string: 'hush' } },
      }),
    )
    sotw([SDS, ['s']]).takeAndAck()
    const { xds_config: content } = await find('s', SDS)
    assert.deepEqual(toJson(content!.type_url, content!.value), {
      name: 's',
      tls_certificate: {
        certificate_chain: { inline_string: 'chain' },
        private_key: { inline_string: '[redacted]' },
      },
    } satisfies Json)
  })

  it('answers about the nodes that were asked for', async () => {
    sotw([CDS, []])
    const ids = async (matcher: object) => (await fetch({ node_matchers: [matcher] })).config.map(({ node }) => node.id)
    assert.deepEqual(await ids({ node_id: { exact: NODE.id } }), [NODE.id])
    assert.deepEqual(await ids({ node_id: { prefix: 'other' } }), [])
  })

  it('refuses matchers that it does not support, and says so', async () => {
    const request = { node_matchers: [{ node_id: { safe_regex: { regex: '.*' } } }] }
    await assert.rejects(fetch(request), (error: ServiceError) => {
      assert.equal(error.code, status.INVALID_ARGUMENT)
      assert.match(error.details, /^node_matchers\[0\]\.node_id: safe_regex is not supported/)
      return true
    })
  })

  it('refuses an answer that is too large, and says what helps', async () => {
    client.close()
    await server.close()
    await start({ maxBytes: 100 })
    publish(cluster('a'), cluster('b'))
    sotw([CDS, []]).takeAndAck()
    await assert.rejects(fetch(), (error: ServiceError) => {
      assert.equal(error.code, status.RESOURCE_EXHAUSTED)
      assert.match(error.details, /narrow it with node_matchers or exclude_resource_contents/)
      return true
    })
  })

  describe('as a stream', () => {
    const open = () => {
      const { path, requestSerialize, responseDeserialize } = StreamClientStatus!
      return client.makeBidiStreamRequest<object, object>(path, requestSerialize, responseDeserialize)
    }

    it('answers each request with the state of its moment, and ends with the client', async () => {
      publish(cluster('a'))
      const envoy = sotw([CDS, []])
      const call = open()
      const ask = async (): Promise<string[]> => {
        call.write({})
        const [answer] = (await once(call, 'data')) as [Answer]
        return answer.config[0]!.generic_xds_configs.map((config) => config.config_status)
      }
      assert.deepEqual(await ask(), ['STALE'])
      envoy.takeAndAck()
      assert.deepEqual(await ask(), ['SYNCED'])
      const ended = once(call, 'status') as Promise<[{ code: number }]>
      call.end()
      call.resume()
      assert.equal((await ended)[0].code, status.OK)
    })

    it('answers every request of a burst', async () => {
      const call = open()
      for (let i = 0; i < 20; i += 1) call.write({})
      call.end()
      const answers: unknown[] = []
      for await (const answer of call) answers.push(answer)
      assert.equal(answers.length, 20)
    })

    it('ends with the reason when a matcher is refused', async () => {
      const call = open()
      call.on('data', () => undefined)
      const failed = once(call, 'error') as unknown as Promise<[ServiceError]>
      call.write({ node_matchers: [{ node_id: {} }] })
      assert.equal((await failed)[0].code, status.INVALID_ARGUMENT)
    })

    it('is not disturbed by a client that leaves', async () => {
      const call = open()
      call.on('error', () => undefined)
      call.write({})
      await once(call, 'data')
      const ended = new Promise((resolve) => call.once('status', resolve))
      call.cancel()
      await ended
      assert.deepEqual(await fetch(), { config: [] })
    })
  })
})
