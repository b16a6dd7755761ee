import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createConnection, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../../src/http/body.js'
import { LIMITS } from '../../src/http/limits.js'
import { buildHttpServer } from '../../src/http/server.js'
import { ApiError } from '../../src/model/errors.js'
import { StoreUnavailableError } from '../../src/store/store.js'

interface Logged {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

interface Harness {
  readonly app: FastifyInstance
  readonly logged: Logged[]
  readonly observed: { operation: string; status: number; seconds: number }[]
}

/** A server with an echo route, and routes that fail in every way. */
function build(): Harness {
  const logged: Logged[] = []
  const observed: Harness['observed'] = []
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields: fields as Logged['fields'], message })
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  let ids = 0
  const app = buildHttpServer({
    logger,
    uuid: () => `id-${++ids}`,
    onRequest: (operation, status, seconds) => void observed.push({ operation, status, seconds }),
  })
  app.get('/things/:name', { config: { operation: 'DescribeThing' } }, (request) => request.params)
  app.put('/things', { config: { operation: 'CreateThing' } }, (request) => request.body ?? {})
  app.put('/things/:name/parts/:part', (request) => request.params)
  app.get('/api-error', () => Promise.reject(new ApiError('ConflictException', 'taken')))
  app.get('/crash', { config: { operation: 'Crash' } }, () => Promise.reject(new Error('secret: /etc/passwd')))
  app.get('/slow', { handlerTimeout: 10 }, () => new Promise(() => undefined))
  app.get('/store-away', () => Promise.reject(new StoreUnavailableError('disk full at /var/x')))
  return { app, logged, observed }
}

const BIG = JSON.stringify({ a: 'x'.repeat(LIMITS.bodyBytes) })

/** What Fastify, or Node below it, would answer in its own way. */
const REFUSED = [
  { name: 'unknown path', method: 'GET', url: '/nowhere', status: 404, code: 'UnknownOperationException' },
  {
    name: 'trailing slash after a collection',
    method: 'PUT',
    url: '/things/',
    status: 404,
    code: 'UnknownOperationException',
    allow: 'GET, HEAD, OPTIONS',
  },
  {
    name: 'wrong method',
    method: 'DELETE',
    url: '/things',
    status: 404,
    code: 'UnknownOperationException',
    allow: 'OPTIONS, PUT',
  },
  { name: 'doubled slash', method: 'GET', url: '//things/a', status: 404, code: 'UnknownOperationException' },
  { name: 'malformed percent-encoding', method: 'GET', url: '/things/%zz', status: 400, code: 'BadRequestException' },
  {
    name: 'percent-encoded half character',
    method: 'GET',
    url: '/things/%C3',
    status: 400,
    code: 'BadRequestException',
  },
  {
    name: 'percent-encoded surrogate',
    method: 'GET',
    url: '/things/%ED%A0%80',
    status: 400,
    code: 'BadRequestException',
  },
  {
    name: 'endless segment',
    method: 'GET',
    url: `/things/${'a'.repeat(5000)}`,
    status: 400,
    code: 'BadRequestException',
  },
  { name: 'broken JSON', method: 'PUT', url: '/things', payload: '{"a": }', status: 400, code: 'BadRequestException' },
  {
    name: 'JSON that is no object',
    method: 'PUT',
    url: '/things',
    payload: '[]',
    status: 400,
    code: 'BadRequestException',
  },
  { name: 'JSON null', method: 'PUT', url: '/things', payload: 'null', status: 400, code: 'BadRequestException' },
  {
    name: 'bytes that are not UTF-8',
    method: 'PUT',
    url: '/things',
    payload: Buffer.from('{"a":"\xff"}', 'latin1'),
    status: 400,
    code: 'BadRequestException',
  },
  { name: 'huge body', method: 'PUT', url: '/things', payload: BIG, status: 400, code: 'BadRequestException' },
  {
    name: 'compressed body',
    method: 'PUT',
    url: '/things',
    payload: '{}',
    headers: { 'content-encoding': 'gzip' },
    status: 400,
    code: 'BadRequestException',
  },
  {
    name: 'content type that is none',
    method: 'PUT',
    url: '/things',
    payload: '{}',
    headers: { 'content-type': ';;' },
    status: 400,
    code: 'BadRequestException',
  },
  {
    name: 'a web page',
    method: 'PUT',
    url: '/things',
    payload: '{}',
    headers: { origin: 'http://evil.example:4080' },
    status: 403,
    code: 'ForbiddenException',
  },
  { name: 'an error of the API', method: 'GET', url: '/api-error', status: 409, code: 'ConflictException' },
  { name: 'a crash', method: 'GET', url: '/crash', status: 500, code: 'InternalServerErrorException' },
  { name: 'work that takes too long', method: 'GET', url: '/slow', status: 503, code: 'ServiceUnavailableException' },
  { name: 'a store that is away', method: 'GET', url: '/store-away', status: 503, code: 'ServiceUnavailableException' },
] as const

describe('the HTTP server', () => {
  let harness: Harness
  beforeEach(() => (harness = build()))
  afterEach(() => harness.app.close())

  for (const { name, status, code, ...request } of REFUSED) {
    it(`answers ${name} with ${code}`, async () => {
      const { method, url } = request
      const payload = 'payload' in request ? { payload: request.payload } : {}
      const headers = 'headers' in request ? { headers: request.headers } : {}
      const answer = await harness.app.inject({ method, url, ...payload, ...headers })
      assert.equal(answer.statusCode, status)
      assert.equal(answer.headers['x-amzn-errortype'], code)
      assert.match(String(answer.headers['content-type']), /^application\/json/)
      assert.match(String(answer.headers['x-amzn-requestid']), /^id-\d+$/)
      const body = answer.json<JsonObject>()
      assert.deepEqual(Object.keys(body), ['__type', 'message'])
      assert.equal(body['__type'], code)
      assert.equal(answer.headers['allow'], 'allow' in request ? request.allow : undefined)
    })
  }

  it('tells where JSON is broken', async () => {
    const answer = await harness.app.inject({ method: 'PUT', url: '/things', payload: '{"a": 1, "b" 2}' })
    assert.match(answer.json<{ message: string }>().message, /position 13/)
  })

  const BODIES = [
    { name: 'none', payload: undefined, headers: {} },
    { name: 'an empty one with a content type', payload: '', headers: { 'content-type': 'application/json' } },
    { name: 'JSON without a content type', payload: '{}', headers: {} },
    { name: 'JSON called text', payload: '{}', headers: { 'content-type': 'text/plain' } },
    { name: 'JSON called JSON 1.1', payload: ' {} ', headers: { 'content-type': 'application/x-amz-json-1.1' } },
  ]
  for (const { name, payload, headers } of BODIES) {
    it(`takes this body: ${name}`, async () => {
      const answer = await harness.app.inject({
        method: 'PUT',
        url: '/things',
        headers,
        ...(payload !== undefined && { payload }),
      })
      assert.equal(answer.statusCode, 200)
      assert.deepEqual(answer.json(), {})
    })
  }

  const SEGMENTS = [
    { url: '/things/a%2Fb', expect: { name: 'a/b' } },
    { url: '/things/a%252Fb', expect: { name: 'a%2Fb' } },
    { url: '/things/a%20b%2Fc%3A%C3%A9%2A%27%28~%21', expect: { name: "a b/c:é*'(~!" } },
    { url: '/things/%F0%9F%8D%B0?x', expect: { name: '🍰' } },
    { url: '/things/a%3Fb%23c', expect: { name: 'a?b#c' } },
    { url: '/things/a+b;c', expect: { name: 'a+b;c' } },
    { url: '/things/', expect: { name: '' } },
    { url: `/things/${'%F0%9F%8D%B0'.repeat(255)}`, expect: { name: '🍰'.repeat(255) } },
  ]
  for (const { url, expect } of SEGMENTS) {
    it(`reads the path ${url.slice(0, 60)}`, async () => {
      const answer = await harness.app.inject({ method: 'GET', url })
      assert.deepEqual(answer.json(), expect)
    })
  }

  it('keeps empty segments apart', async () => {
    const answer = await harness.app.inject({ method: 'PUT', url: '/things//parts/' })
    assert.deepEqual(answer.json(), { name: '', part: '' })
  })

  it('answers OPTIONS with the methods of the path', async () => {
    const answer = await harness.app.inject({ method: 'OPTIONS', url: '/things/a' })
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.headers['allow'], 'GET, HEAD, OPTIONS')
  })

  it('answers HEAD like GET, without a body', async () => {
    const answer = await harness.app.inject({ method: 'HEAD', url: '/things/a' })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, '')
  })

  it('tells the client nothing of a crash, and the log everything, once', async () => {
    const { app, logged } = harness
    const answer = await app.inject({ method: 'GET', url: '/crash' })
    assert.doesNotMatch(answer.body, /secret/)
    const [first, ...more] = logged.filter(({ level }) => level === 'error')
    assert.deepEqual(more, [])
    assert.equal(first?.fields['requestId'], answer.headers['x-amzn-requestid'])
    assert.match(String(first?.fields['err']), /secret/)
  })

  it('does not log what clients do wrong as errors', async () => {
    await harness.app.inject({ method: 'GET', url: '/api-error' })
    await harness.app.inject({ method: 'GET', url: '/things/%zz' })
    assert.deepEqual(
      harness.logged.filter(({ level }) => level !== 'debug'),
      [],
    )
  })

  it('observes every request once, with its operation and status', async () => {
    const { app, observed } = harness
    for (const url of ['/things/a', '/crash', '/nowhere', '/things/%zz']) await app.inject({ method: 'GET', url })
    assert.deepEqual(
      observed.map(({ operation, status }) => [operation, status]),
      [
        ['DescribeThing', 200],
        ['Crash', 500],
        ['Unknown', 404],
        ['Unknown', 400],
      ],
    )
    assert.ok(observed.every(({ seconds }) => seconds >= 0 && seconds < 60))
  })
})

const MALFORMED = [
  { name: 'no HTTP at all', bytes: '\x16\x03\x01\x02\x00\r\n\r\n', status: 400 },
  { name: 'an unknown method', bytes: 'FETCH / HTTP/1.1\r\nhost: localhost\r\n\r\n', status: 400 },
  { name: 'a raw byte in the path', bytes: 'GET /things/\xe9 HTTP/1.1\r\nhost: localhost\r\n\r\n', status: 400 },
  {
    name: 'endless headers',
    bytes: `GET / HTTP/1.1\r\nhost: localhost\r\na: ${'b'.repeat(LIMITS.headerBytes)}\r\n\r\n`,
    status: 431,
  },
]

describe('the HTTP server on a socket', () => {
  let harness: Harness
  beforeEach(async () => {
    harness = build()
    await harness.app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterEach(() => harness.app.close())

  function send(bytes: string | Buffer): Promise<string> {
    const { port } = harness.app.server.address() as AddressInfo
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    return text(socket)
  }

  for (const { name, bytes, status } of MALFORMED) {
    it(`answers ${name} with ${status}`, async () => {
      const [head = '', body = ''] = (await send(bytes)).split('\r\n\r\n')
      assert.match(head, new RegExp(`^HTTP/1.1 ${status} `))
      assert.match(head, /x-amzn-RequestId: id-\d+/i)
      assert.equal((JSON.parse(body) as JsonObject)['__type'], 'BadRequestException')
    })
  }

  it('answers a body that is announced too large before it arrives, and hangs up', async () => {
    const length = LIMITS.bodyBytes + 1
    const answer = await send(`PUT /things HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${length}\r\n\r\n{`)
    assert.match(answer, /^HTTP\/1.1 400 [\s\S]*connection: close[\s\S]*larger than 262144 bytes/i)
  })

  it('takes a client that hangs up in its body for what it is, not for a failure', async () => {
    const { port } = harness.app.server.address() as AddressInfo
    const socket = createConnection({ port, host: '127.0.0.1' })
    const arrived = once(harness.app.server, 'request') as Promise<[IncomingMessage]>
    socket.write('PUT /things HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{')
    const [request] = await arrived
    socket.resetAndDestroy()
    await new Promise((resolve) => request.socket.once('close', resolve))
    await setImmediate()
    assert.deepEqual(
      harness.logged.filter(({ level }) => level === 'error'),
      [],
    )
  })

  it('takes headers that long names and signatures need', async () => {
    const padding = 'b'.repeat(LIMITS.headerBytes - 1000)
    const answer = await send(`GET /things/a HTTP/1.1\r\nhost: localhost\r\na: ${padding}\r\nconnection: close\r\n\r\n`)
    assert.match(answer, /^HTTP\/1.1 200 /)
  })

  it('bounds the time that a request may take to arrive', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = harness.app.server
    assert.deepEqual([headersTimeout, requestTimeout, keepAliveTimeout], [15_000, 30_000, 75_000])
  })

  it('serves dot segments as names', async () => {
    const answer = await send('GET /things/.. HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    assert.match(answer, /\{"name":"\.\."\}$/)
  })
})
