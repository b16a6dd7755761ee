/** What `meshkeeper/xds` adds around the engine: sources by key, resources from JSON or from elsewhere, a server in one call. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { connect as connectSecure, type TLSSocket } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials, status, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js'
import { plainService } from '../../src/codec/services.js'
import {
  buildKeyedSource,
  buildResource,
  buildSnapshot,
  buildTypeSnapshot,
  encodeResource,
  EncodeError,
  parseResource,
  serveXds,
  SnapshotCache,
  toJson,
  TYPE_URL,
  type Refusal,
  type RunningXds,
  type ServeOptions,
  type XdsAddress,
} from '../../src/xds/index.js'
import { fixture } from '../server/fixtures.js'
import { NODE } from './harness.js'

const CLUSTER = parseResource({ '@type': TYPE_URL.cluster, name: 'c', connect_timeout: '1.5s' })

describe('parseResource', () => {
  it('reads what Envoy reads from files', () => {
    const message = { name: 'c', connect_timeout: { seconds: 1, nanos: 500_000_000 } }
    assert.deepEqual(CLUSTER, encodeResource(TYPE_URL.cluster, message))
    assert.deepEqual(toJson(CLUSTER), { name: 'c', connect_timeout: '1.500s' })
  })

  const refused: { name: string; given: Parameters<typeof parseResource>[0]; expect: RegExp }[] = [
    {
      name: 'a field that is not there',
      given: { '@type': TYPE_URL.cluster, name: 'c', nam: '' },
      expect: /"c".* nam:/,
    },
    { name: 'a value of another type', given: { '@type': TYPE_URL.cluster, name: 'c', type: 'X' }, expect: / type: / },
    { name: 'a type that is none of xDS', given: { '@type': TYPE_URL.router }, expect: /Router" is none of the types/ },
    { name: 'a resource without a name', given: { '@type': TYPE_URL.listener }, expect: /without a name/ },
  ]
  for (const { name, given, expect } of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseResource(given),
        (error) => error instanceof EncodeError && expect.test(error.message),
      )
    })
  }
})

describe('buildResource', () => {
  const resource = { typeUrl: 'type.googleapis.com/x.Y', name: 'r', bytes: Uint8Array.of(1, 2) }

  it('makes the version of the content, the same for the same bytes', () => {
    const { version } = buildResource(resource)
    assert.equal(buildResource({ ...resource, bytes: Uint8Array.of(1, 2) }).version, version)
    assert.notEqual(buildResource({ ...resource, bytes: Uint8Array.of(1, 3) }).version, version)
    assert.equal(buildResource({ ...CLUSTER, version: undefined! }).version, CLUSTER.version)
  })

  it('takes a version that is given', () => {
    assert.deepEqual(buildResource({ ...resource, version: '7' }), { ...resource, version: '7' })
  })
})

describe('a source by key', () => {
  function watch(keyOf: () => string | Refusal, cache = new SnapshotCache()) {
    const seen: unknown[] = []
    const watch = buildKeyedSource(cache, keyOf).watch(
      NODE,
      { address: 'here' },
      { onSnapshot: (snapshot) => seen.push(snapshot.revision), onRefusal: (refusal) => seen.push(refusal) },
    )
    return { seen, watch, cache }
  }

  it('follows the snapshots of the key, waits for the first, and can be cancelled', () => {
    const { seen, watch: following, cache } = watch(() => 'a')
    assert.deepEqual(seen, [])
    cache.publish('b', buildSnapshot([CLUSTER], 1))
    cache.publish('a', buildSnapshot([CLUSTER], 2))
    cache.publish('a', buildSnapshot([], 3))
    assert.deepEqual(seen, [2, 3])
    following.cancel()
    cache.publish('a', buildSnapshot([CLUSTER], 4))
    assert.deepEqual(seen, [2, 3])
    assert.equal(cache.watcherCount('a'), 0)
  })

  it('refuses whom it has no key for', () => {
    const refusal = { code: 7, message: 'no' }
    assert.deepEqual(watch(() => refusal).seen, [refusal])
  })

  it('ends the stream, and nothing else, when it fails', () => {
    const { seen } = watch(() => {
      throw new Error('broken')
    })
    assert.deepEqual(seen, [{ code: status.INTERNAL, message: 'broken' }])
  })
})

describe('serveXds', () => {
  const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-library-'))
  after(() => rmSync(directory, { recursive: true }))
  const cache = new SnapshotCache()
  cache.publish('key', buildSnapshot([CLUSTER], 1))
  const source = buildKeyedSource(cache, () => 'key')
  const open: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close()
  })

  async function serve(options: Partial<ServeOptions> = {}): Promise<RunningXds> {
    const server = await serveXds({ source, address: { host: '127.0.0.1', port: 0 }, ...options })
    open.push(server.close)
    return server
  }

  const portOf = (address: XdsAddress) => ('port' in address ? address.port : assert.fail())

  /** The version that a client is given of its clusters, or the error that it ends with. */
  async function ask(target: string, channel: ChannelCredentials = credentials.createInsecure()): Promise<string> {
    const client = new Client(target, channel)
    open.push(() => client.close())
    const { path, requestSerialize, responseDeserialize } = plainService(
      'envoy.service.discovery.v3.AggregatedDiscoveryService',
    )['StreamAggregatedResources']!
    const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize)
    call.write({ node: { id: 'n' }, type_url: TYPE_URL.cluster })
    try {
      const [response] = (await once(call, 'data')) as [{ version_info: string }]
      call.on('error', () => undefined)
      return response.version_info
    } catch (error) {
      return status[(error as ServiceError).code]
    }
  }

  const VERSION = buildTypeSnapshot(TYPE_URL.cluster, [CLUSTER]).version

  it('listens on a free port, and says which; answers for its health', async () => {
    const { address, engine, health } = await serve()
    assert.equal(await ask(`127.0.0.1:${portOf(address)}`), VERSION)
    assert.equal(engine.streams.size, 1)
    assert.equal(health.serving, true)
  })

  it('listens on a Unix socket', async () => {
    const path = join(directory, 'xds.sock')
    assert.deepEqual((await serve({ address: { path } })).address, { path })
    assert.equal(await ask(`unix://${path}`), VERSION)
  })

  it('sends versions that the source gives', async () => {
    const own = buildTypeSnapshot(TYPE_URL.cluster, [CLUSTER], 'rev-7')
    const { address } = await serve({
      source: {
        watch(_node, _peer, observer) {
          observer.onSnapshot({ revision: 7, types: new Map([[own.typeUrl, own]]) })
          return { cancel: () => undefined }
        },
      },
    })
    assert.equal(await ask(`127.0.0.1:${portOf(address)}`), 'rev-7')
  })

  it('passes limits and events on', async () => {
    const refusals: Refusal[] = []
    const limits = { streamsPerNode: 1 }
    const events = { onRefusal: (_stream: unknown, refusal: Refusal) => void refusals.push(refusal) }
    const { address } = await serve({ limits, events })
    const target = `127.0.0.1:${portOf(address)}`
    assert.equal(await ask(target), VERSION)
    assert.equal(await ask(target), 'RESOURCE_EXHAUSTED')
    assert.equal(refusals[0]?.code, status.RESOURCE_EXHAUSTED)
  })

  const pair = { cert: fixture('one.cert.pem'), key: fixture('one.key.pem') }

  it('speaks TLS, with a certificate that can be renewed', async () => {
    const { address, connections } = await serve({ tls: pair })
    const target = `localhost:${portOf(address)}`
    assert.equal(await ask(target, credentials.createSsl(pair.cert)), VERSION)
    const renewed = { cert: fixture('two.cert.pem'), key: fixture('two.key.pem') }
    ;(connections as unknown as { setSecureContext(pair: object): void }).setSecureContext(renewed)
    assert.equal(await ask(target, credentials.createSsl(pair.cert)), 'UNAVAILABLE')
    assert.equal(await ask(target, credentials.createSsl(renewed.cert)), VERSION)
  })

  it('waits for no handshake when closed', async () => {
    const { address, connections, close } = await serve({ tls: pair })
    const socket = connect(portOf(address))
    await once(connections, 'connection')
    const dropped = once(socket, 'close')
    socket.on('error', () => undefined).resume()
    await close()
    await dropped
  }).timeout(1500)

  it('asks clients for a certificate when told to', async () => {
    const { address } = await serve({ tls: { ...pair, ca: pair.cert, requestCert: true } })
    const target = `localhost:${portOf(address)}`
    assert.equal(await ask(target, credentials.createSsl(pair.cert, pair.key, pair.cert)), VERSION)
    assert.equal(await ask(target, credentials.createSsl(pair.cert)), 'UNAVAILABLE')
    const other: TLSSocket = connectSecure({ port: portOf(address), ca: pair.cert, servername: 'localhost' })
    await assert.rejects(once(other, 'end'), /alert|reset/i)
  })

  it('serves the state of its clients only when told to', async () => {
    const fetch = async (options: Partial<ServeOptions>): Promise<unknown> => {
      const target = `127.0.0.1:${portOf((await serve(options)).address)}`
      await ask(target)
      const client = new Client(target, credentials.createInsecure())
      open.push(() => client.close())
      const { path, requestSerialize, responseDeserialize } = plainService(
        'envoy.service.status.v3.ClientStatusDiscoveryService',
      )['FetchClientStatus']!
      return new Promise((resolve) => {
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, (error, response) =>
          resolve(error ? status[error.code] : (response as { config: { node: { id: string } }[] }).config[0]?.node.id),
        )
      })
    }
    assert.equal(await fetch({}), 'UNIMPLEMENTED')
    assert.equal(await fetch({ clientStatus: true }), 'n')
  })

  it('rejects when it cannot listen', async () => {
    const { address } = await serve()
    await assert.rejects(serve({ address }), { code: 'EADDRINUSE' })
    await assert.rejects(serve({ address: { path: join(directory, 'no', 'x.sock') } }), { code: /ENOENT|EACCES/ })
  })

  it('ends streams and stops serving when closed', async () => {
    const server = await serve()
    const target = `127.0.0.1:${portOf(server.address)}`
    assert.equal(await ask(target), VERSION)
    await server.close()
    assert.equal(server.engine.streams.size, 0)
    assert.equal(server.health.serving, false)
    assert.equal(await ask(target), 'UNAVAILABLE')
    await server.close()
  })
})
