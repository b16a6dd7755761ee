/** HTTP/2 of clients that say anything, and what a real client and we make of each other. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import fc from 'fast-check'
import { Http2Connection } from '../../src/http2/connection.js'
import { CODE, FLAG, FRAME, frame, numberFrame, PREFACE, settingsFrame } from '../../src/http2/frame.js'
import { FrameReader } from '../../src/http2/frame-reader.js'
import { encodeHeaders } from '../../src/http2/hpack.js'
import { EchoServer } from '../http2/echo-server.js'
import { Random } from '../soak/random.js'

const LONG = process.env['LONG_TESTS'] === '1'
const CONNECTIONS = LONG ? 200_000 : 5000
const EXCHANGES = LONG ? 2000 : 60

const HEADERS = encodeHeaders([[':status', '200']])
const TYPES = Object.values(FRAME)
const BLOCKS = [
  [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', '/'],
  ],
  [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', '/'],
    ['content-length', '5'],
  ],
  [['x', 'y']],
  [],
].map((fields) => encodeHeaders(fields as [string, string][]))

/** A socket without a network: what the connection sends is kept. */
class Wire extends Duplex {
  readonly sent: Buffer[] = []
  /** Holds back what is written, as a client does that does not read. */
  stuck = false

  override _read(): void {
    // Chunks are pushed from outside.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push(chunk)
    if (!this.stuck) done()
  }
}

function randomFrame(random: Random): Buffer {
  const streamId = random.pick([0, 1, 1, 1, 3, 3, 5, 7, 2, 99])
  const flags = random.pick([
    0,
    0,
    FLAG.END_STREAM,
    FLAG.END_HEADERS,
    5,
    5,
    FLAG.PADDED,
    0x2d,
    Math.floor(random.next() * 256),
  ])
  const payloads: (() => Buffer)[] = [
    () => frame(FRAME.HEADERS, random.pick([4, 4, 5]), random.pick([1, 3, 5, 7, 9]), random.pick(BLOCKS)),
    () =>
      frame(
        FRAME.DATA,
        random.pick([0, 0, 1]),
        random.pick([1, 3, 5, 7]),
        Buffer.alloc(random.pick([0, 1, 5, 5, 300, 16_384]), 1),
      ),
    () => numberFrame(FRAME.WINDOW_UPDATE, streamId, random.pick([0, 1, 100, 65_535, 2 ** 31 - 1])),
    () => numberFrame(FRAME.RST_STREAM, streamId, 8),
    () =>
      settingsFrame([
        [random.pick([1, 2, 3, 4, 4, 4, 5, 6, 9]), random.pick([0, 1, 2, 100, 16_384, 2 ** 31 - 1, 2 ** 32 - 1])],
      ]),
    () => frame(FRAME.PING, random.pick([0, 1]), 0, Buffer.alloc(8)),
    () =>
      frame(
        random.pick([...TYPES, 77]),
        flags,
        streamId,
        Buffer.alloc(random.pick([0, 4, 5, 6, 8, 20]), random.next() * 256),
      ),
  ]
  const bytes = random.pick(payloads)()
  if (random.next() < 0.03) bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256)
  return bytes
}

/** One connection: random frames in random pieces. Checks what must hold whatever comes. */
function play(random: Random): void {
  const wire = new Wire()
  wire.stuck = random.chance(0.1)
  const open = new Map<number, number>()
  let closed = 0
  const connection = new Http2Connection(wire as unknown as Socket, {
    onStream(stream) {
      open.set(stream.id, 1)
      const write = (): void => {
        while (random.next() < 0.8 && stream.write(Buffer.alloc(random.pick([0, 1, 100, 70_000]))));
      }
      stream.handler = {
        onData: () =>
          random.pick([write, () => stream.pause(), () => stream.resume(), () => stream.reset(8), () => undefined])(),
        onEnd: () => random.pick([() => stream.end(HEADERS), write])(),
        onDrain: write,
        onClose: () => void open.set(stream.id, (open.get(stream.id) ?? 0) - 1),
      }
      stream.respond(HEADERS, random.next() < 0.1)
      write()
    },
    onClose: () => (closed += 1),
  })
  const frames = Array.from({ length: Math.ceil(random.next() * 30) }, () => randomFrame(random))
  const bytes = Buffer.concat([...(random.next() < 0.02 ? [] : [PREFACE, settingsFrame([])]), ...frames])
  for (let at = 0; at < bytes.length;) {
    const end = at + Math.ceil(random.next() * random.pick([3, 30, 3000, 100_000]))
    wire.emit('data', bytes.subarray(at, end))
    if (random.next() < 0.05) connection.ping(() => undefined)
    if (random.next() < 0.01) connection.close()
    at = end
  }
  wire.emit('close')
  assert.equal(closed, 1, 'the connection is told to be closed once')
  for (const [id, count] of open) assert.equal(count, 0, `stream ${id} is told to be closed once`)
  checkSent(wire.sent)
}

/** Whatever is sent consists of whole frames, each where it belongs, and no fault of ours ended the connection. */
function checkSent(chunks: readonly Buffer[]): void {
  const reader = new FrameReader(1 << 24)
  let bytes = 0
  for (const chunk of chunks) {
    reader.push(chunk, (type, _flags, streamId, payload) => {
      bytes += 9 + payload.length
      if (type === FRAME.GOAWAY)
        assert.notEqual(payload.readUInt32BE(4), CODE.INTERNAL_ERROR, payload.subarray(8).toString())
      assert.ok(TYPES.includes(type as never), `type ${type}`)
      assert.equal(
        streamId === 0,
        type === FRAME.SETTINGS ||
          type === FRAME.PING ||
          type === FRAME.GOAWAY ||
          (type === FRAME.WINDOW_UPDATE && streamId === 0),
      )
    })
  }
  assert.equal(
    bytes,
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    'no frame is cut off',
  )
}

describe('HTTP/2', () => {
  const seed = Date.now() % 2 ** 31

  it(`survives ${CONNECTIONS} connections of random frames (seed ${seed})`, function () {
    this.timeout(900_000)
    for (let count = 0; count < CONNECTIONS; count++) play(new Random(seed + count))
  })

  describe('with a client of nghttp2', () => {
    let server: EchoServer
    let client: ClientHttp2Session | undefined

    beforeEach(async () => {
      server = new EchoServer()
      await server.listen()
    })
    afterEach(async () => {
      client?.destroy()
      await server.close()
    })

    it(`sends back what it got, whatever the sizes and windows (${EXCHANGES} times)`, async function () {
      this.timeout(900_000)
      const size = fc.oneof(fc.constant(0), fc.nat(100), fc.nat(100_000), fc.nat(1_000_000))
      const scenario = fc.record({
        window: fc.oneof(fc.integer({ min: 1000, max: 70_000 }), fc.integer({ min: 70_000, max: 2 ** 31 - 1 })),
        frameSize: fc.integer({ min: 16_384, max: 2 ** 24 - 1 }),
        bodies: fc.array(fc.array(size, { maxLength: 5 }), { minLength: 1, maxLength: 6 }),
      })
      await fc.assert(
        fc.asyncProperty(scenario, async ({ window, frameSize, bodies }) => {
          client = connect(`http://127.0.0.1:${server.port}`, {
            settings: { initialWindowSize: window, maxFrameSize: frameSize },
          })
          const session = client
          await Promise.all(
            bodies.map(async (sizes, index) => {
              const stream = session.request({ ':method': 'POST', ':path': '/' })
              const got: Buffer[] = []
              stream.on('data', (chunk: Buffer) => got.push(chunk))
              const chunks = sizes.map((length, turn) => Buffer.alloc(length, index * 16 + turn + 1))
              for (const chunk of chunks) stream.write(chunk)
              stream.end()
              const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>]
              await once(stream, 'close')
              assert.equal(trailers['x-end'], 'yes')
              assert.ok(Buffer.concat(got).equals(Buffer.concat(chunks)))
              assert.equal(stream.rstCode, 0)
            }),
          )
          session.destroy()
        }),
        { numRuns: EXCHANGES },
      )
    })
  })
})
