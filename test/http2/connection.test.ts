/** Connections over real sockets, against a client that can say anything: RFC 9113, section by section. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  CODE,
  DEFAULT_WINDOW,
  FLAG,
  FRAME,
  frame,
  numberFrame,
  PREFACE,
  SETTING,
  settingsFrame,
} from '../../src/http2/frame.js'
import { encodeHeaders, type HeaderField } from '../../src/http2/hpack.js'
import { EchoServer } from './echo-server.js'
import { data, nameOfCode, RawClient, request, requestWith } from './raw-client.js'

const END = FLAG.END_STREAM
const NOTHING = Buffer.alloc(0)
const window = (streamId: number, bytes: number): Buffer => numberFrame(FRAME.WINDOW_UPDATE, streamId, bytes)
const ping = (streamId = 0, bytes = 8): Buffer => frame(FRAME.PING, 0, streamId, Buffer.alloc(bytes))
const oversized = Buffer.concat([Buffer.from([0, 0x40, 1, FRAME.DATA, 0, 0, 0, 0, 1]), Buffer.alloc(0x4001)])

describe('an HTTP/2 connection', () => {
  let server: EchoServer
  const clients: RawClient[] = []

  beforeEach(async () => {
    server = new EchoServer()
    await server.listen()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    await server.close()
  })

  function connect(): RawClient {
    const client = new RawClient(server.port)
    clients.push(client)
    return client
  }
  const greeted = (settings: readonly (readonly [number, number])[] = []): RawClient => connect().greet(settings)

  it('answers a request with headers, data and trailers, and tells the handler', async () => {
    const client = greeted().send(request(1), data(1, 'a'), data(1, 'b', END))
    const trailers = await client.until((frames) => frames.find((one) => one.type === FRAME.HEADERS && one.flags & END))
    const [headers] = client.frames
    assert.ok(headers && trailers)
    assert.deepEqual(client.fields(headers), [[':status', '200']])
    assert.deepEqual(client.fields(trailers), [['x-end', 'yes']])
    assert.equal(client.body(1).toString(), 'ab')
    assert.deepEqual(server.log, ['end 1', 'close 1'])
    assert.deepEqual([...(server.requests[0] ?? [])].slice(0, 3), [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/echo'],
    ])
  })

  it('takes padding, priorities, blocks in pieces, trailers and frames that nobody knows', async () => {
    const block = encodeHeaders([
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/'],
      ['x-twice', 'a'],
      ['x-twice', 'b'],
    ])
    const priority = Buffer.from([0, 0, 0, 0, 16])
    const padded = Buffer.concat([Buffer.from([2]), priority, block.subarray(0, 5), Buffer.alloc(2)])
    const client = greeted().send(
      frame(FRAME.HEADERS, FLAG.PADDED | FLAG.PRIORITY, 1, padded),
      frame(FRAME.CONTINUATION, 0, 1, block.subarray(5, 9)),
      frame(FRAME.CONTINUATION, FLAG.END_HEADERS, 1, block.subarray(9)),
      frame(0x7f, 0xff, 1, Buffer.alloc(3)),
      frame(0x7f, 0, 2, Buffer.alloc(3)),
      frame(FRAME.PRIORITY, 0, 1, priority),
      frame(FRAME.DATA, FLAG.PADDED, 1, Buffer.from([3, 0x61, 0, 0, 0])),
      frame(FRAME.HEADERS, FLAG.END_HEADERS | END, 1, encodeHeaders([['x-checksum', '1']])),
    )
    assert.ok(await client.until((frames) => frames.find(({ flags }) => flags & END)))
    assert.equal(client.body(1).toString(), 'a')
    assert.equal(server.requests[0]?.get('x-twice'), 'a, b')
  })

  const breaches: Record<string, readonly [expected: number, ...bytes: Buffer[]]> = {
    'SETTINGS that are not first': [CODE.PROTOCOL_ERROR, ping()],
    'a frame that is longer than allowed': [CODE.FRAME_SIZE_ERROR, settingsFrame([]), request(1), oversized],
    'SETTINGS on a stream': [CODE.PROTOCOL_ERROR, frame(FRAME.SETTINGS, 0, 1)],
    'SETTINGS that are cut off': [CODE.FRAME_SIZE_ERROR, frame(FRAME.SETTINGS, 0, 0, Buffer.alloc(5))],
    'an acknowledgement with settings': [CODE.FRAME_SIZE_ERROR, frame(FRAME.SETTINGS, FLAG.ACK, 0, Buffer.alloc(6))],
    'ENABLE_PUSH that is no truth value': [CODE.PROTOCOL_ERROR, settingsFrame([[SETTING.ENABLE_PUSH, 2]])],
    'a window above 2^31-1': [CODE.FLOW_CONTROL_ERROR, settingsFrame([[SETTING.INITIAL_WINDOW_SIZE, 2 ** 31]])],
    'frames that are too small': [CODE.PROTOCOL_ERROR, settingsFrame([[SETTING.MAX_FRAME_SIZE, 16_383]])],
    'frames that are too large': [CODE.PROTOCOL_ERROR, settingsFrame([[SETTING.MAX_FRAME_SIZE, 2 ** 24]])],
    'PING on a stream': [CODE.PROTOCOL_ERROR, settingsFrame([]), ping(1)],
    'PING of another length': [CODE.FRAME_SIZE_ERROR, settingsFrame([]), ping(0, 7)],
    'GOAWAY that is cut off': [CODE.FRAME_SIZE_ERROR, settingsFrame([]), frame(FRAME.GOAWAY, 0, 0, Buffer.alloc(7))],
    'DATA on no stream': [CODE.PROTOCOL_ERROR, settingsFrame([]), data(0, 'a')],
    'DATA on a stream that was never open': [CODE.PROTOCOL_ERROR, settingsFrame([]), data(1, 'a')],
    'more padding than payload': [
      CODE.PROTOCOL_ERROR,
      settingsFrame([]),
      request(1),
      frame(FRAME.DATA, FLAG.PADDED, 1, Buffer.from([2, 0])),
    ],
    'HEADERS on no stream': [CODE.PROTOCOL_ERROR, settingsFrame([]), request(0)],
    "HEADERS on a server's stream": [CODE.PROTOCOL_ERROR, settingsFrame([]), request(2)],
    'HEADERS without their priority': [
      CODE.FRAME_SIZE_ERROR,
      settingsFrame([]),
      frame(FRAME.HEADERS, FLAG.END_HEADERS | FLAG.PRIORITY, 1, Buffer.alloc(4)),
    ],
    'a stream that is closed': [CODE.STREAM_CLOSED, settingsFrame([]), request(1, FLAG.END_HEADERS | END), request(1)],
    'a block that is interrupted': [CODE.PROTOCOL_ERROR, settingsFrame([]), request(1, 0), ping()],
    'a block that another stream goes on with': [
      CODE.PROTOCOL_ERROR,
      settingsFrame([]),
      request(1, 0),
      frame(FRAME.CONTINUATION, FLAG.END_HEADERS, 3),
    ],
    'CONTINUATION of nothing': [CODE.PROTOCOL_ERROR, settingsFrame([]), frame(FRAME.CONTINUATION, FLAG.END_HEADERS, 1)],
    'a block without end': [
      CODE.ENHANCE_YOUR_CALM,
      settingsFrame([]),
      request(1, 0),
      ...Array.from({ length: 10 }, () => frame(FRAME.CONTINUATION, 0, 1)),
    ],
    'a block that cannot be decoded': [
      CODE.COMPRESSION_ERROR,
      settingsFrame([]),
      frame(FRAME.HEADERS, FLAG.END_HEADERS, 1, Buffer.from([0x80])),
    ],
    PUSH_PROMISE: [
      CODE.PROTOCOL_ERROR,
      settingsFrame([]),
      request(1),
      frame(FRAME.PUSH_PROMISE, 0, 1, Buffer.alloc(4)),
    ],
    'RST_STREAM of a stream that was never open': [
      CODE.PROTOCOL_ERROR,
      settingsFrame([]),
      numberFrame(FRAME.RST_STREAM, 1, 8),
    ],
    'WINDOW_UPDATE by nothing': [CODE.PROTOCOL_ERROR, settingsFrame([]), window(0, 0)],
    'WINDOW_UPDATE of a stream that was never open': [CODE.PROTOCOL_ERROR, settingsFrame([]), window(1, 1)],
    'a window of the connection above 2^31-1': [CODE.FLOW_CONTROL_ERROR, settingsFrame([]), window(0, 2 ** 31 - 1)],
    'a window of a stream that settings raise above 2^31-1': [
      CODE.FLOW_CONTROL_ERROR,
      settingsFrame([]),
      request(1),
      window(1, 2 ** 31 - 1 - DEFAULT_WINDOW),
      settingsFrame([[SETTING.INITIAL_WINDOW_SIZE, DEFAULT_WINDOW + 1]]),
    ],
  }
  for (const [name, [expected, ...bytes]] of Object.entries(breaches)) {
    it(`ends on ${name}`, async () => {
      const client = connect().send(PREFACE, ...bytes)
      assert.equal(nameOfCode(await client.goaway()), nameOfCode(expected))
      assert.ok(await greeted().settled(), 'others are served')
    })
  }

  const without = (name: string): HeaderField[] =>
    (
      [
        [':method', 'POST'],
        [':scheme', 'http'],
        [':path', '/'],
      ] as HeaderField[]
    ).filter(([field]) => field !== name)
  const all = without('')
  const of = (...fields: HeaderField[]): Buffer => request(1, FLAG.END_HEADERS, fields)
  const faults: Record<string, readonly [expected: number, ...bytes: Buffer[]]> = {
    'a method that is missing': [CODE.PROTOCOL_ERROR, of(...without(':method'))],
    'a scheme that is missing': [CODE.PROTOCOL_ERROR, of(...without(':scheme'))],
    'a path that is empty': [CODE.PROTOCOL_ERROR, of(...without(':path'), [':path', ''])],
    'a pseudo-header field that is there twice': [CODE.PROTOCOL_ERROR, of(...all, [':path', '/'])],
    'a pseudo-header field that is of responses': [CODE.PROTOCOL_ERROR, of(...all, [':status', '200'])],
    'a pseudo-header field after others': [CODE.PROTOCOL_ERROR, of(...without(':path'), ['a', ''], [':path', '/'])],
    'a name with capitals': [CODE.PROTOCOL_ERROR, of(...all, ['X-a', ''])],
    'a name with a blank': [CODE.PROTOCOL_ERROR, of(...all, ['x a', ''])],
    'a name with a colon': [CODE.PROTOCOL_ERROR, of(...all, ['x:a', ''])],
    'a value with the end of a line': [CODE.PROTOCOL_ERROR, of(...all, ['x', 'a\r\nb'])],
    'a field that is about the connection': [CODE.PROTOCOL_ERROR, of(...all, ['connection', 'close'])],
    'te that is not trailers': [CODE.PROTOCOL_ERROR, of(...all, ['te', 'gzip'])],
    'headers in a number beyond the limit': [
      CODE.ENHANCE_YOUR_CALM,
      of(...all, ...Array.from({ length: 101 }, (): HeaderField => ['a', ''])),
    ],
    'less data than announced': [CODE.PROTOCOL_ERROR, requestWith(1, ['content-length', '2']), data(1, 'a', END)],
    'more data than announced': [CODE.PROTOCOL_ERROR, requestWith(1, ['content-length', '2']), data(1, 'abc')],
    'no data where some was announced': [
      CODE.PROTOCOL_ERROR,
      request(1, FLAG.END_HEADERS | END, [...all, ['content-length', '1']]),
    ],
    'trailers that are not the end': [CODE.PROTOCOL_ERROR, request(1), request(1, FLAG.END_HEADERS, [['a', 'b']])],
    'trailers with a pseudo-header field': [
      CODE.PROTOCOL_ERROR,
      request(1),
      request(1, FLAG.END_HEADERS | END, [[':path', '/']]),
    ],
    'WINDOW_UPDATE by nothing': [CODE.PROTOCOL_ERROR, request(1), window(1, 0)],
    'a window above 2^31-1': [CODE.FLOW_CONTROL_ERROR, request(1), window(1, 2 ** 31 - 1)],
  }
  for (const [name, [expected, ...bytes]] of Object.entries(faults)) {
    it(`resets a stream for ${name}, and nothing else`, async () => {
      const client = greeted().send(...bytes)
      assert.equal(nameOfCode(await client.reset(1)), nameOfCode(expected))
      // What was under way when the client learnt of it is no breach.
      client.send(data(1, 'late'), window(1, 5), request(3), data(3, 'b', END))
      assert.ok(await client.until((frames) => frames.find((one) => one.streamId === 3 && one.flags & END)))
      assert.equal(client.body(3).toString(), 'b')
      assert.ok(await client.settled())
      assert.equal(client.frames.filter(({ type }) => type === FRAME.RST_STREAM).length, 1)
      assert.equal(server.log.filter((line) => line === 'close 1').length, server.streams.length - 1)
    })
  }

  it('tells about data for a stream that the client itself has given up', async () => {
    const client = greeted().send(request(1), numberFrame(FRAME.RST_STREAM, 1, CODE.CANCEL), data(1, 'a'))
    assert.equal(await client.reset(1), CODE.STREAM_CLOSED)
    assert.deepEqual(server.log, ['close 1'])
  })

  it('says what the client spoke instead of HTTP/2', async () => {
    const client = connect().send(Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))
    assert.equal(await client.goaway(), CODE.PROTOCOL_ERROR)
    assert.match(client.frames.at(-1)?.payload.subarray(8).toString() ?? '', /speaks HTTP\/2 only/)
  })

  it('ends after GOAWAY of the client once its streams have ended', async () => {
    const client = greeted().send(request(1), frame(FRAME.GOAWAY, 0, 0, Buffer.alloc(8)), request(3), data(1, 'a', END))
    await client.gone()
    assert.equal(client.body(1).toString(), 'a')
    assert.equal(await client.reset(3), CODE.REFUSED_STREAM)
    assert.deepEqual(server.log, ['end 1', 'close 1'])
  })

  it('lets streams end before it closes, and takes no new ones', async () => {
    const client = greeted().send(request(1), data(1, 'a'))
    await client.until((frames) => frames.find(({ type }) => type === FRAME.DATA))
    for (const connection of server.connections) connection.close()
    await client.until((frames) => frames.find(({ type }) => type === FRAME.GOAWAY))
    client.send(request(3), data(1, 'b', END))
    await client.gone()
    assert.equal(client.body(1).toString(), 'ab')
    assert.equal(await client.goaway(), CODE.NO_ERROR)
    assert.equal(server.streams.length, 1)
  })

  it('closes its streams when the client vanishes', async () => {
    const client = greeted().send(request(1), request(3))
    assert.ok(await client.settled())
    const gone = new Promise((resolve) => {
      server.streams[1]!.handler = { ...server.streams[1]!.handler, onClose: () => resolve('closed') }
    })
    client.close()
    assert.equal(await gone, 'closed')
    assert.deepEqual(server.log, ['close 1'])
  })

  it('survives a fault of the service, but for the connection that met it', async () => {
    server.onStream = () => {
      throw new Error('a fault')
    }
    const warned = once(process, 'warning')
    const client = greeted().send(request(1, FLAG.END_HEADERS, [...all]), data(1, NOTHING))
    assert.equal(await client.goaway(), CODE.INTERNAL_ERROR)
    assert.match(String(await warned), /a fault/)
    server.onStream = undefined
    assert.ok(await greeted().settled())
  })
})
