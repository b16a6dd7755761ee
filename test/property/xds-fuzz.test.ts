/** Clients that say anything: nothing they do crashes the server, or is noticed on another stream. */
import assert from 'node:assert/strict'
import { plainService } from '../../src/codec/services.js'
import { PREFIX_BYTES } from '../../src/xds/grpc-message.js'
import { frameResponse, readDeltaRequest, readSotwRequest } from '../../src/xds/wire.js'
import type { Incoming } from '../../src/xds/stream.js'
import {
  CDS,
  cluster,
  dnsCluster,
  edsCluster,
  assignment,
  EDS,
  LDS,
  listener,
  NODE,
  RDS,
  route,
  TestServer,
  type TestClient,
} from '../xds/harness.js'
import { Random } from '../soak/random.js'

const MESSAGES = process.env['LONG_TESTS'] === '1' ? 1_000_000 : 50_000

const TYPES = [CDS, EDS, LDS, RDS, 'type.googleapis.com/nobody.knows']
const NAMES = ['a', 'b', 'c', '*', '', 'x'.repeat(300), '\u0000', 'ü/é']

describe('clients that say anything', () => {
  const seed = Date.now() % 2 ** 31

  it(`survives ${MESSAGES} random messages, and a well-behaved stream does not notice (seed ${seed})`, function () {
    this.timeout(600_000)
    const source = new Random(seed)
    const random = () => source.next()
    const pick = <T>(list: readonly T[]): T => source.pick(list)
    const some = <T>(list: readonly T[]): T[] => list.filter(() => random() < 0.4)
    const server = new TestServer({ limits: { names: 6, types: 4, maxAgeMillis: 0 } })
    const publish = (): void => {
      const version = () => String(Math.floor(random() * 5))
      server.publish(
        ...some(['a', 'b', 'c']).map((name) => pick([cluster, dnsCluster, edsCluster])(name, version())),
        ...some(['a', 'b', 'c']).map((name) => assignment(name, version())),
        ...some(['a', 'b']).map((name) => listener(name, version())),
        ...some(['a', 'b']).map((name) => route(name, version())),
      )
    }
    publish()

    const witness = server.connect('sotw')
    const held = new Map<string, string>()
    const listen = (): void => {
      for (let response = witness.inbox.shift(); response; response = witness.inbox.shift()) {
        if (response.typeUrl === CDS) held.clear()
        if (response.typeUrl === CDS) for (const { name, version } of response.resources) held.set(name, version)
        witness.ack(response.typeUrl)
      }
    }
    witness.request(CDS)
    listen()

    let clients: TestClient[] = []
    const say = (client: TestClient): Incoming => {
      const error = random() < 0.2 ? { error: 'no' } : {}
      const nonce = pick(['', '1', 'stale', client.inbox.at(-1)?.nonce ?? '7'])
      const common = { typeUrl: random() < 0.002 ? '' : pick(TYPES), node: random() < 0.98 ? NODE : undefined }
      return client.stream.variant === 'sotw'
        ? {
            ...common,
            variant: 'sotw',
            request: { nonce, versionInfo: pick(['', '1', 'x']), names: some(NAMES), ...error },
          }
        : {
            ...common,
            variant: 'delta',
            request: {
              nonce,
              subscribe: some(NAMES),
              unsubscribe: some(NAMES),
              initialVersions: new Map(some(NAMES).map((name) => [name, pick(['0', '1', 'x'])])),
              ...error,
            },
          }
    }
    for (let sent = 0; sent < MESSAGES; sent++) {
      if (random() < 0.02) publish()
      if (random() < 0.01) server.clock.advance(random() * 3000)
      if (clients.length < 20 || random() < 0.01) clients.push(server.connect(pick(['sotw', 'delta'])))
      const client = pick(clients)
      if (random() < 0.005) client.stream.end()
      else if (random() < 0.02) {
        client.reading = !client.reading
        if (client.reading) client.stream.drained()
      } else client.stream.receive(say(client))
      client.inbox.splice(0, Math.max(0, client.inbox.length - 3))
      if (clients.length > 60) for (const old of clients.splice(0, 30)) old.stream.end()
      listen()
    }
    for (const client of clients) client.stream.end()
    clients = []
    assert.equal(server.engine.streams.size, 1)
    assert.equal(server.cache.watcherCount('key'), 1)

    server.publish(cluster('last', '9'))
    listen()
    server.clock.advance(10_000)
    listen()
    assert.deepEqual([...held], [['last', '9']])
  })

  it('reads any bytes as a request or refuses them', () => {
    const source = new Random(seed)
    const random = () => source.next()
    const { requestSerialize } = plainService('envoy.service.discovery.v3.AggregatedDiscoveryService')[
      'StreamAggregatedResources'
    ]!
    const good = requestSerialize({
      type_url: CDS,
      node: { id: 'n', metadata: { fields: { a: { stringValue: 'b' } } } },
      resource_names: ['a', 'b'],
    })
    let refused = 0
    for (let n = 0; n < 5000; n++) {
      const bytes = Buffer.from(good)
      for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips--)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      const cut = bytes.subarray(0, Math.floor(random() * (bytes.length + 1)))
      for (const read of [() => readSotwRequest(cut, undefined), () => readDeltaRequest(cut, undefined)]) {
        try {
          assert.equal(typeof read().typeUrl, 'string')
        } catch (error) {
          assert.ok(error instanceof Error && !(error instanceof TypeError), error instanceof Error ? error.stack : '')
          refused++
        }
      }
    }
    assert.ok(refused > 0)
  })

  it('writes what it sends so that it can be read', () => {
    const { responseDeserialize } = plainService('envoy.service.discovery.v3.AggregatedDiscoveryService')[
      'DeltaAggregatedResources'
    ]!
    const frame = frameResponse({
      variant: 'delta',
      typeUrl: CDS,
      version: 'v',
      nonce: '5',
      resources: [cluster('a')],
      removed: ['b'],
    })
    const response = responseDeserialize(frame.bytes.subarray(PREFIX_BYTES)) as Record<string, unknown>
    assert.equal(response['nonce'], '5')
    assert.deepEqual(response['removed_resources'], ['b'])
    assert.equal((response['resources'] as { name: string }[])[0]?.name, 'a')
  })
})
