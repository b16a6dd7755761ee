/** The gRPC server over HTTP/2, against a client without any gRPC in it: what it sends to good and to bad ones. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  connect as connectHttp2,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import type { GrpcMethod } from '../../src/xds/grpc-call.js'
import { frameMessage, MessageReader } from '../../src/xds/grpc-message.js'
import { serverStream, unary } from '../../src/xds/grpc-methods.js'
import { GrpcServer, type GrpcServerOptions } from '../../src/xds/grpc-server.js'
import { GrpcError, STATUS } from '../../src/xds/grpc-status.js'

const method = (path: string): GrpcMethod<string, string> => ({
  path,
  requestDeserialize(bytes) {
    if (bytes[0] === 0xff) throw new Error('no text')
    return bytes.toString()
  },
  responseSerialize: (text) => Buffer.from(text),
})
const ECHO = method('/test/Echo')
const ONE = method('/test/One')
const COUNT = method('/test/Count')
const FLOOD = method('/test/Flood')
const HEADERS = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' }
const big = 'x'.repeat(64 * 1024)

interface Outcome {
  readonly headers: IncomingHttpHeaders
  readonly messages: string[]
  /** Of the trailers, or of the headers where there are only these. */
  readonly status: string | undefined
  readonly details: string | undefined
}

describe('the gRPC server', () => {
  let grpc: GrpcServer
  let server: Server
  let sockets: Set<Socket>
  let log: string[]
  const sessions: ClientHttp2Session[] = []

  async function start(options: GrpcServerOptions = {}): Promise<void> {
    log = []
    sockets = new Set()
    grpc = new GrpcServer(options)
    addMethods()
    server = createServer((socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      grpc.accept(socket, { address: 'peer' })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  beforeEach(() => start())
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.destroy()
    server.close()
    await grpc.close(0)
  })

  function addMethods(): void {
    grpc.add(ECHO, (call) => ({
      onMessage(text) {
        if (text === 'fail') throw new GrpcError(STATUS.NOT_FOUND, 'nicht da: ü')
        call.write(text)
      },
      onEnd: () => call.finish(),
      onClose: () => void log.push(call.cancelled ? 'cancelled' : 'over'),
    }))
    grpc.add(
      ONE,
      unary(async (text) => {
        if (text === 'fail') throw new GrpcError(STATUS.NOT_FOUND, 'none')
        return `one ${text}`
      }),
    )
    grpc.add(
      COUNT,
      serverStream((text, call) => {
        for (let index = 0; index < Number(text); index++) call.write(String(index))
        if (text !== '0') call.finish()
        return () => log.push('stopped')
      }),
    )
    grpc.add(FLOOD, (call) => {
      const write = (): void => {
        while (call.write(big)) log.push('went')
        log.push('full')
      }
      return { onMessage: write, onDrain: write }
    })
  }

  const port = (): number => (server.address() as AddressInfo).port

  function session(): ClientHttp2Session {
    const client = connectHttp2(`http://127.0.0.1:${port()}`)
    client.on('error', () => undefined)
    sessions.push(client)
    return client
  }

  function open(path: string, headers: object = {}, client = session()): ClientHttp2Stream {
    const stream = client.request({ ...HEADERS, ':path': path, ...headers })
    stream.on('error', () => undefined)
    return stream
  }

  /** Everything that comes until the call is over. */
  async function outcome(stream: ClientHttp2Stream): Promise<Outcome> {
    let [headers, trailers]: [IncomingHttpHeaders, IncomingHttpHeaders] = [{}, {}]
    const reader = new MessageReader('identity', 2 ** 30)
    const messages: string[] = []
    stream.on('response', (received) => (headers = received))
    stream.on('trailers', (received: IncomingHttpHeaders) => (trailers = received))
    stream.on('data', (chunk: Buffer) => {
      reader.push(chunk)
      for (let message = reader.next(); message; message = reader.next()) messages.push(message.toString())
    })
    await new Promise((resolve) => stream.once('close', resolve))
    const read = (name: string) => (trailers[name] ?? headers[name]) as string | undefined
    const details = read('grpc-message')
    return { headers, messages, status: read('grpc-status'), details: details && decodeURIComponent(details) }
  }

  async function ask(path: string, body: Buffer | string, headers: object = {}): Promise<Outcome> {
    const stream = open(path, headers)
    const result = outcome(stream)
    stream.end(typeof body === 'string' ? frameMessage(Buffer.from(body)) : body)
    return result
  }

  /** It is of no interest how a bad client is told; others must be served as before. */
  async function isWell(): Promise<void> {
    const { messages, status } = await ask('/test/One', 'a')
    assert.deepEqual([messages, status], [['one a'], '0'])
  }

  it('answers each message, and ends with status 0 in the trailers', async () => {
    const { headers, messages, status } = await ask(
      '/test/Echo',
      Buffer.concat(['a', 'b'].map((text) => frameMessage(Buffer.from(text)))),
    )
    assert.deepEqual([headers[':status'], headers['content-type']], [200, 'application/grpc+proto'])
    assert.deepEqual([messages, status], [['a', 'b'], '0'])
    assert.deepEqual(log, ['over'])
  })

  it('serves methods that take one request', async () => {
    assert.deepEqual((await ask('/test/One', 'a')).messages, ['one a'])
    assert.deepEqual((await ask('/test/Count', '3')).messages, ['0', '1', '2'])
    assert.equal((await ask('/test/One', 'fail')).status, '5')
    assert.equal((await ask('/test/One', Buffer.alloc(0))).details, 'the request is missing')
    const two = Buffer.concat([frameMessage(Buffer.from('0')), frameMessage(Buffer.from('0'))])
    assert.equal((await ask('/test/Count', two)).details, 'this method takes one request, not more')
  })

  const refused: { name: string; path?: string; headers?: object; body?: Buffer | string; expect: object }[] = [
    {
      name: 'an unknown method',
      path: '/test/None',
      expect: { status: '12', details: 'there is no method /test/None' },
    },
    { name: 'what is not gRPC', headers: { 'content-type': 'application/json' }, expect: { http: 415 } },
    { name: 'gRPC-Web', headers: { 'content-type': 'application/grpc-web' }, expect: { http: 415 } },
    { name: 'another method than POST', headers: { ':method': 'GET' }, expect: { http: 405, status: '12' } },
    {
      name: 'an unknown encoding',
      headers: { 'grpc-encoding': 'zstd' },
      expect: { status: '12', accept: 'identity,deflate,gzip' },
    },
    { name: 'a deadline that cannot be read', headers: { 'grpc-timeout': 'soon' }, expect: { status: '13' } },
    { name: 'a message that is too long', body: Buffer.from([0, 1, 0, 0, 0]), expect: { status: '8' } },
    { name: 'a message that is cut off', body: Buffer.from([0, 0, 0, 0, 9, 1]), expect: { status: '13' } },
    {
      name: 'a message that cannot be read',
      body: Buffer.from([0, 0, 0, 0, 1, 0xff]),
      expect: { status: '13', details: 'no text' },
    },
    { name: 'what the service does', body: 'fail', expect: { status: '5', details: 'nicht da: ü' } },
  ]
  for (const { name, path = '/test/Echo', headers, body = 'a', expect } of refused) {
    it(`refuses ${name}`, async () => {
      const { headers: sent, status, details } = await ask(path, body, headers)
      const seen = { http: sent[':status'], status, details, accept: sent['grpc-accept-encoding'] }
      for (const [key, value] of Object.entries(expect)) assert.equal(seen[key as keyof typeof seen], value, key)
    })
  }

  it('lets a client that it refused send no more', async () => {
    const stream = open('/test/None')
    const result = outcome(stream)
    stream.write(frameMessage(Buffer.from('a')))
    assert.equal((await result).status, '12')
    assert.equal(stream.rstCode, 0)
    await isWell()
  })

  it('takes compressed requests', async () => {
    const frame = frameMessage(gzipSync('packed'))
    frame[0] = 1
    assert.deepEqual((await ask('/test/Echo', frame, { 'grpc-encoding': 'gzip' })).messages, ['packed'])
  })

  it('keeps to the deadline of the client', async () => {
    const stream = open('/test/Echo', { 'grpc-timeout': '20m' })
    stream.write(frameMessage(Buffer.from('a')))
    const { messages, status } = await outcome(stream)
    assert.deepEqual([messages, status, log], [['a'], '4', ['cancelled']])
  })

  it('tells the service when the client cancels, or its connection breaks', async () => {
    for (const leave of [
      (stream: ClientHttp2Stream) => stream.close(8),
      (stream: ClientHttp2Stream) => stream.session?.destroy(),
    ]) {
      log.length = 0
      const stream = open('/test/Count')
      stream.write(frameMessage(Buffer.from('0')))
      const echo = open('/test/Echo', {}, stream.session as ClientHttp2Session)
      echo.write(frameMessage(Buffer.from('a')))
      await once(echo, 'data')
      leave(stream)
      while (!log.includes('stopped')) await new Promise((resolve) => setImmediate(resolve))
    }
  })

  it('tells a client that goes on to stop, after everything was sent', async () => {
    const stream = open('/test/Count')
    const result = outcome(stream)
    stream.write(frameMessage(Buffer.from('3')))
    const { messages, status } = await result
    assert.deepEqual([messages, status, stream.rstCode], [['0', '1', '2'], '0', 0])
  })

  it('lets the service know when a client reads too slowly, and when it goes on', async () => {
    const stream = open('/test/Flood')
    stream.pause()
    stream.write(frameMessage(Buffer.from('go')))
    await once(stream, 'response')
    while (!log.includes('full')) await new Promise((resolve) => setImmediate(resolve))
    const before = log.length
    await isWell()
    assert.equal(log.length, before)
    stream.resume()
    while (log.length < before + 5) await once(stream, 'data')
  })

  it('reads a flood of requests as fast as allowed, and others notice nothing', async () => {
    const flood = open('/test/Echo')
    let received = 0
    const reader = new MessageReader('identity', 1000)
    flood.on('data', (chunk: Buffer) => {
      reader.push(chunk)
      while (reader.next()) received++
    })
    flood.write(Buffer.concat(Array.from({ length: 20_000 }, () => frameMessage(Buffer.from('a')))))
    while (received < 1000) await once(flood, 'data')
    await isWell()
    assert.ok(received < 5000, String(received))
    while (received < 1100) await once(flood, 'data')
  })

  it('loses nothing of a flood that ends', async () => {
    const { messages, status } = await ask(
      '/test/Echo',
      Buffer.concat(Array.from({ length: 1200 }, () => frameMessage(Buffer.from('a')))),
    )
    assert.deepEqual([messages.length, status], [1200, '0'])
  })

  it('survives what is no HTTP/2', async () => {
    for (const bytes of [
      'GET / HTTP/1.1\r\n\r\n',
      '\0'.repeat(100),
      `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'\xff'.repeat(200)}`,
    ]) {
      const socket = connect(port(), '127.0.0.1')
      socket.on('error', () => undefined).resume()
      socket.write(Buffer.from(bytes, 'latin1'))
      await once(socket, 'close')
      await isWell()
    }
  })

  it('drops a client that opens and resets streams in quick succession', async () => {
    const client = session()
    await once(client, 'connect')
    const gone = new Promise((resolve) => client.once('close', resolve))
    const reset = (): void => {
      for (let count = 0; count < 500 && !client.destroyed && !client.closed; count++)
        open('/test/Echo', {}, client).close(8)
      if (!client.destroyed) setImmediate(reset)
    }
    reset()
    await gone
    await isWell()
  })

  it('refuses headers without end', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, 'v']))
    assert.equal((await ask('/test/Echo', 'a', many)).status, undefined)
    await isWell()
  })

  it('finds peers that vanished without a word', async () => {
    await grpc.close(0)
    server.close()
    await start({ pingMillis: 60, pingTimeoutMillis: 60 })
    // Says hello and then nothing more, not even to pings.
    const socket = connect(port(), '127.0.0.1')
    socket.on('error', () => undefined).resume()
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0')
    const alive = session()
    await once(alive, 'connect')
    await once(socket, 'close')
    assert.equal(alive.destroyed, false)
  })

  it('lets calls come to their end when it is closed, and no longer than the grace', async () => {
    const stream = open('/test/Echo')
    stream.write(frameMessage(Buffer.from('a')))
    await once(stream, 'data')
    const goaway = once(stream.session!, 'goaway')
    const closed = grpc.close(60_000)
    await goaway
    stream.end(frameMessage(Buffer.from('b')))
    const { messages, status } = await outcome(stream)
    assert.deepEqual([messages, status], [['b'], '0'])
    await closed

    server.close()
    await start()
    const stuck = open('/test/Count')
    stuck.write(frameMessage(Buffer.from('0')))
    await isWell()
    await grpc.close(20)
    assert.deepEqual(log, ['stopped'])
  })

  it('gives up on a client that never reads the end of its call', async () => {
    await grpc.close(0)
    server.close()
    await start({ lingerMillis: 30 })
    const stream = open('/test/Flood')
    stream.pause()
    stream.write(frameMessage(Buffer.from('go')))
    await once(stream, 'response')
    stream.write(Buffer.from([0, 0, 0, 0, 1, 0xff]))
    await once(stream, 'aborted')
    await isWell()
  })

  it('is understood by grpc-js', async () => {
    const client = new Client(`127.0.0.1:${port()}`, credentials.createInsecure())
    const [write, read] = [(text: string) => Buffer.from(text), (bytes: Buffer) => bytes.toString()]
    const one = (text: string): Promise<string | undefined> =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(ONE.path, write, read, text, (error, value) => (error ? reject(error) : resolve(value)))
      })
    assert.equal(await one('a'), 'one a')
    await assert.rejects(one('fail'), { code: 5, details: 'none' })
    const count = client.makeServerStreamRequest(COUNT.path, write, read, '2')
    assert.deepEqual(await count.toArray(), ['0', '1'])
    const call = client.makeBidiStreamRequest(ECHO.path, write, read, { deadline: Date.now() + 60_000 })
    call.write('a')
    assert.deepEqual(await once(call, 'data'), ['a'])
    call.write('fail')
    const [error] = (await once(call, 'error')) as [ServiceError]
    assert.deepEqual([error.code, error.details], [5, 'nicht da: ü'])
    client.close()
  })
})
