/** Clients that ask for much and give nothing: their connection ends, and nobody else notices. */
import assert from 'node:assert/strict'
import { CODE, FLAG, FRAME, frame, numberFrame, settingsFrame } from '../../src/http2/frame.js'
import { encodeHeaders } from '../../src/http2/hpack.js'
import { EchoServer } from './echo-server.js'
import { data, nameOfCode, RawClient, request } from './raw-client.js'

describe('a flood', () => {
  let server: EchoServer
  let client: RawClient

  beforeEach(async () => {
    server = new EchoServer()
    await server.listen()
    client = new RawClient(server.port).greet()
  })
  afterEach(async () => {
    client.close()
    await server.close()
  })

  /** Sends it again and again, as long as the connection lives. */
  async function flood(next: (turn: number) => Buffer): Promise<void> {
    for (let turn = 0; !client.socket.destroyed && client.socket.writable; turn++) {
      client.send(next(turn))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await client.gone()
  }

  const repeated = (bytes: Buffer, count = 500): Buffer => Buffer.concat(Array.from({ length: count }, () => bytes))
  const opened = (turn: number, more: (streamId: number) => Buffer): Buffer =>
    Buffer.concat(
      Array.from({ length: 100 }, (_, index) => {
        const streamId = turn * 200 + 2 * index + 1
        return Buffer.concat([request(streamId), more(streamId)])
      }),
    )

  const floods: Record<string, (turn: number) => Buffer> = {
    'of pings': () => repeated(frame(FRAME.PING, 0, 0, Buffer.alloc(8))),
    'of settings': () => repeated(settingsFrame([[4, 65_535]])),
    'of acknowledgements': () => repeated(frame(FRAME.SETTINGS, FLAG.ACK, 0)),
    'of priorities': () => repeated(frame(FRAME.PRIORITY, 0, 1, Buffer.alloc(5))),
    'of unknown frames': () => repeated(frame(0x42, 0, 0)),
    'of tiny windows': (turn) =>
      Buffer.concat([turn === 0 ? request(1) : Buffer.alloc(0), repeated(numberFrame(8, 1, 1))]),
    'of empty data': (turn) => Buffer.concat([turn === 0 ? request(1) : Buffer.alloc(0), repeated(data(1, ''))]),
    'of streams that are reset': (turn) => opened(turn, (id) => numberFrame(FRAME.RST_STREAM, id, CODE.CANCEL)),
    'of streams that make the server reset them': (turn) =>
      opened(turn, (id) => numberFrame(FRAME.WINDOW_UPDATE, id, 0)),
    'of requests that are malformed': (turn) =>
      Buffer.concat(
        Array.from({ length: 100 }, (_, index) => request(turn * 200 + 2 * index + 1, FLAG.END_HEADERS, [])),
      ),
  }
  for (const [name, next] of Object.entries(floods)) {
    it(`${name} ends the connection`, async () => {
      await flood(next)
      const code = await client.goaway()
      // A client that does not wait may be cut off before it reads why.
      assert.equal(nameOfCode(code ?? CODE.ENHANCE_YOUR_CALM), 'ENHANCE_YOUR_CALM')
      const other = new RawClient(server.port).greet()
      assert.ok(await other.settled())
      other.close()
    })
  }

  it('of replies that are never read ends the connection', async () => {
    client.socket.pause()
    await flood(() => repeated(frame(FRAME.PING, 0, 0, Buffer.alloc(8)), 50))
  })

  it('of header fields costs no memory', async () => {
    const entry = encodeHeaders([['x', 'y'.repeat(4000)]])
    entry[0] = 0x40
    const head = request(1).subarray(9)
    const block = Buffer.concat([head, entry, Buffer.alloc(10_000, 0xbe)])
    client.send(frame(FRAME.HEADERS, FLAG.END_HEADERS, 1, block))
    assert.equal(nameOfCode(await client.reset(1)), 'ENHANCE_YOUR_CALM')
    assert.ok(await client.settled())
    assert.equal(server.streams.length, 0)
  })

  it('of data for streams that cannot take more ends the connection', async () => {
    server.onStream = (stream) => stream.pause()
    client.send(numberFrame(FRAME.WINDOW_UPDATE, 0, 2 ** 30))
    await flood((turn) =>
      Buffer.concat([request(2 * turn + 1), ...[1, 2, 3, 4].map(() => data(2 * turn + 1, Buffer.alloc(16_000)))]),
    )
    assert.equal(nameOfCode((await client.goaway()) ?? CODE.ENHANCE_YOUR_CALM), 'ENHANCE_YOUR_CALM')
    const held = 64 * 1024 * 1024
    assert.ok(server.streams.length > held / 64_000 && server.streams.length < held / 64_000 + 50)
  })

  it('is what a lively client does not make', async () => {
    client.send(request(1))
    for (let turn = 0; turn < 100; turn++) {
      client.send(
        frame(FRAME.PING, 0, 0, Buffer.alloc(8)),
        numberFrame(8, 0, 100),
        numberFrame(8, 1, 100),
        data(1, 'a'),
      )
      assert.ok(await client.settled())
    }
    assert.equal(client.body(1).length, 100)
  })
})
