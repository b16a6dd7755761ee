import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as requestPlain, type IncomingMessage } from 'node:http'
import { request as requestSecure } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentials, makeGenericClientConstructor, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js'
import { AGGREGATED_DISCOVERY, HEALTH } from '../../src/codec/services.js'
import type { ListenAddress } from '../../src/server/address.js'
import { compose, type Running } from '../../src/server/compose.js'
import { loadConfig } from '../../src/server/config.js'
import { buildLogger } from '../../src/server/logger.js'
import { captureLog } from './capture-log.js'
import { fixture, fixturePath } from './fixtures.js'

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-compose-'))
after(() => rmSync(directory, { recursive: true }))

const LOCAL = { api: '127.0.0.1:0', xds: '127.0.0.1:0', admin: '127.0.0.1:0', store: 'sqlite::memory:' }
const TLS = (name: string) => ({
  [`${name}TlsCert`]: fixturePath('one.cert.pem'),
  [`${name}TlsKey`]: fixturePath('one.key.pem'),
})
const CA = fixture('one.cert.pem')

const running: Running[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.close())))

async function start(flags: Record<string, string>) {
  const log = captureLog()
  const { config } = loadConfig({ flags: { ...LOCAL, shutdownGrace: '2s', ...flags }, environment: {} })
  const server = await compose(config, buildLogger('info', log.stream))
  running.push(server)
  return { ...server, log }
}

const portOf = (address: ListenAddress): number => (address.kind === 'tcp' ? address.port : assert.fail())

/** Status and JSON body of a GET. */
async function get(address: ListenAddress, path: string, secure = false): Promise<[number | undefined, unknown]> {
  const where = address.kind === 'unix' ? { socketPath: address.path } : { host: '127.0.0.1', port: address.port }
  const request = secure
    ? requestSecure({ ...where, path, ca: CA, servername: 'localhost' })
    : requestPlain({ ...where, path })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += String(chunk)
  return [response.statusCode, JSON.parse(body)]
}

const HealthClient = makeGenericClientConstructor(HEALTH, 'Health')
const AdsClient = makeGenericClientConstructor(AGGREGATED_DISCOVERY, 'Ads')
const target = (address: ListenAddress): string =>
  address.kind === 'unix' ? `unix:${address.path}` : `127.0.0.1:${address.port}`

const statusOf = (stream: ClientDuplexStream<object, unknown>): Promise<{ code: number }> =>
  new Promise((resolve) => stream.on('status', resolve))

async function health(address: ListenAddress, secure = false): Promise<unknown> {
  const creds = secure ? credentials.createSsl(CA) : credentials.createInsecure()
  const client = new HealthClient(target(address), creds, { 'grpc.ssl_target_name_override': 'localhost' })
  try {
    return await new Promise((resolve, reject) => {
      const answer = (error: ServiceError | null, response: { status: string }): void =>
        error ? reject(error) : resolve(response.status)
      ;(client['Check'] as (request: object, callback: typeof answer) => void)({ service: '' }, answer)
    })
  } finally {
    client.close()
  }
}

describe('the composed server', () => {
  it('serves the API, xDS and admin on the ports it says', async () => {
    const { addresses } = await start({})
    assert.deepEqual(await get(addresses.api, '/v20190125/meshes'), [200, { meshes: [] }])
    assert.equal(await health(addresses.xds), 'SERVING')
    const checks = { server: 'ok', store: 'ok', meshes: 'ok' }
    assert.deepEqual(await get(addresses.admin, '/readyz'), [200, { status: 'ready', checks }])
  })

  it('serves all three on Unix sockets', async () => {
    const at = (name: string) => `unix://${join(directory, name)}`
    const { addresses } = await start({ api: at('api'), xds: at('xds'), admin: at('admin') })
    assert.deepEqual((await get(addresses.api, '/v20190125/meshes'))[0], 200)
    assert.equal(await health(addresses.xds), 'SERVING')
    assert.deepEqual((await get(addresses.admin, '/healthz'))[0], 200)
  })

  it('serves all three with TLS', async () => {
    const { addresses } = await start({ ...TLS('api'), ...TLS('xds'), ...TLS('admin') })
    assert.deepEqual((await get(addresses.api, '/v20190125/meshes', true))[0], 200)
    assert.equal(await health(addresses.xds, true), 'SERVING')
    assert.deepEqual((await get(addresses.admin, '/healthz', true))[0], 200)
  })

  it('counts what it answers', async () => {
    const { addresses } = await start({})
    await get(addresses.api, '/v20190125/meshes')
    const response = await fetch(`http://127.0.0.1:${portOf(addresses.admin)}/metrics`)
    const text = await response.text()
    assert.match(text, /^meshkeeper_api_requests_total\{operation="ListMeshes",code="200"\} 1$/m)
    assert.match(text, /^meshkeeper_store_head_revision 0$/m)
    assert.match(text, /^meshkeeper_applied_revision 0$/m)
  })

  it('warns about listeners that others can reach, and only then', async () => {
    const warnings = (log: ReturnType<typeof captureLog>) => log.lines().filter(({ level }) => level === 'warn')
    assert.deepEqual(warnings((await start({})).log), [])
    const [warning, ...others] = warnings((await start({ xds: ':0' })).log)
    assert.match(String(warning!['msg']), /^--xds .* is open to other machines/)
    assert.deepEqual(others, [])
  })

  it('ends open streams and connections when it closes', async () => {
    const { addresses, close } = await start({})
    const client = new AdsClient(target(addresses.xds), credentials.createInsecure())
    const open = client['StreamAggregatedResources'] as () => ClientDuplexStream<object, unknown>
    const stream = open.call(client)
    stream.on('error', () => undefined).resume()
    stream.write({
      node: { id: 'mesh/m/virtualNode/n' },
      type_url: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    })
    await statusOf(stream)
    const second = open
      .call(client)
      .on('error', () => undefined)
      .resume()
    const idle = connect(portOf(addresses.api), '127.0.0.1')
    await once(idle, 'connect')
    const [ended, gone] = [statusOf(second), once(idle, 'close')]
    const started = performance.now()
    await close()
    await gone
    assert.equal((await ended).code, 0)
    assert.ok(performance.now() - started < 1900, 'it waited for the whole grace')
    await assert.rejects(health(addresses.xds))
    client.close()
  })

  for (const secure of [false, true])
    it(`answers a request in flight before it closes${secure ? ', with TLS' : ''}`, async () => {
      const { addresses, close } = await start(secure ? TLS('api') : {})
      const body = JSON.stringify({ meshName: 'm' })
      const headers = { expect: '100-continue', 'content-length': body.length }
      const where = {
        host: '127.0.0.1',
        port: portOf(addresses.api),
        method: 'PUT',
        path: '/v20190125/meshes',
        headers,
      }
      const request = secure ? requestSecure({ ...where, ca: CA, servername: 'localhost' }) : requestPlain(where)
      request.flushHeaders()
      await once(request, 'continue')
      const closed = close()
      request.end(body)
      const started = performance.now()
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      assert.equal(response.statusCode, 200)
      response.resume()
      await closed
      assert.ok(performance.now() - started < 1900, 'it waited for the whole grace')
    })

  it('does not wait for connections without a request, nor for those without a TLS handshake', async () => {
    const { addresses, close } = await start({ shutdownGrace: '1m', ...TLS('admin') })
    const sockets = [addresses.api, addresses.admin].map((address) => connect(portOf(address), '127.0.0.1'))
    const ended = sockets.map((socket) =>
      once(
        socket.on('error', () => undefined),
        'close',
      ),
    )
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    // Answered after them: the server has accepted all before.
    for (const secure of [false, true]) await get(secure ? addresses.admin : addresses.api, '/', secure)
    await Promise.all([close(), ...ended])
  })

  it('does not wait longer than its grace for a request that hangs', async () => {
    const { addresses, close, log } = await start({ shutdownGrace: '100ms' })
    const slow = connect(portOf(addresses.api), '127.0.0.1').on('error', () => undefined)
    slow.write('PUT /v20190125/meshes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{')
    await once(slow, 'connect')
    await new Promise(setImmediate)
    await close()
    slow.destroy()
    assert.ok(log.lines().every(({ level }) => level !== 'error'))
  })

  describe('when it cannot start', () => {
    it('leaves nothing running', async () => {
      const store = `sqlite:${join(directory, 'failed.db')}`
      const { addresses } = await start({})
      const taken = `127.0.0.1:${portOf(addresses.api)}`
      const socket = join(directory, 'left.sock')
      await assert.rejects(start({ store, admin: `unix://${socket}`, api: taken }), {
        name: 'ListenError',
        message: `cannot listen on --api ${taken}: another program listens there already`,
      })
      const { addresses: now } = await start({ store, admin: `unix://${socket}` })
      assert.equal((await get(now.admin, '/readyz'))[0], 200)
    })

    const broken = [
      { name: 'a missing certificate', flags: { ...TLS('xds'), xdsTlsCert: '/none.pem' }, expect: 'TlsError' },
      { name: 'a store in no directory', flags: { store: 'sqlite:/none/a.db' }, expect: 'StoreUnavailableError' },
    ]
    for (const { name, flags, expect } of broken)
      it(`says so: ${name}`, () => assert.rejects(start(flags), { name: expect }))
  })
})
