/** Flow control over real sockets (RFC 9113, sections 5.2 and 6.9), in both directions. */
import assert from 'node:assert/strict'
import { CODE, DEFAULT_WINDOW, FLAG, FRAME, frame, numberFrame, SETTING, settingsFrame } from '../../src/http2/frame.js'
import { SharedData } from '../../src/http2/shared-data.js'
import type { Http2Stream } from '../../src/http2/stream.js'
import { EchoServer } from './echo-server.js'
import { data, RawClient, request, type SeenFrame } from './raw-client.js'

const window = (streamId: number, bytes: number): Buffer => numberFrame(FRAME.WINDOW_UPDATE, streamId, bytes)
const bytesOf = (frames: readonly SeenFrame[], type: number, streamId: number): number =>
  frames
    .filter((one) => one.type === type && one.streamId === streamId)
    .reduce((sum, one) => sum + one.payload.length, 0)
const sent = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 251))

describe('flow control', () => {
  let server: EchoServer
  let client: RawClient

  beforeEach(async () => {
    server = new EchoServer()
    await server.listen()
    client = new RawClient(server.port)
  })
  afterEach(async () => {
    client.close()
    await server.close()
  })

  /** Opens streams that are written to once instead of sending back. */
  function writing(bytes: Buffer, results: boolean[] = []): void {
    server.onStream = (stream: Http2Stream) => void results.push(stream.write(bytes))
  }

  const received = (streamId: number, bytes: number): Promise<unknown> =>
    client.until((frames) => bytesOf(frames, FRAME.DATA, streamId) >= bytes || undefined)

  /** Bytes that the client was given back, for a stream or (0) for the connection. */
  const credit = (streamId: number): number =>
    client.frames
      .filter((one) => one.type === FRAME.WINDOW_UPDATE && one.streamId === streamId)
      .reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0)

  it('sends no more than the window of the stream, and goes on when it grows', async () => {
    const bytes = sent(50)
    const taken: boolean[] = []
    writing(bytes, taken)
    client.greet([[SETTING.INITIAL_WINDOW_SIZE, 10]]).send(request(1))
    await received(1, 10)
    assert.ok(await client.settled())
    assert.equal(client.body(1).length, 10)
    assert.deepEqual([taken, server.log], [[false], []])
    client.send(window(1, 15))
    await received(1, 25)
    assert.ok(await client.settled())
    assert.equal(client.body(1).length, 25)
    client.send(window(1, 100))
    await received(1, 50)
    assert.deepEqual(client.body(1), bytes)
    assert.ok(await client.settled())
    assert.deepEqual(server.log, ['drain 1'])
  })

  it('shares the window of the connection, and forgets no stream that waits for it', async () => {
    const bytes = sent(40_000)
    writing(bytes)
    client.greet([[SETTING.INITIAL_WINDOW_SIZE, 1_000_000]]).send(request(1), request(3), request(5))
    await received(3, DEFAULT_WINDOW - bytes.length)
    assert.ok(await client.settled())
    const got = [1, 3, 5].map((id) => client.body(id).length)
    assert.deepEqual(got, [40_000, DEFAULT_WINDOW - 40_000, 0])
    client.send(window(0, 1_000_000))
    await received(3, 40_000)
    await received(5, 40_000)
    for (const id of [1, 3, 5]) assert.deepEqual(client.body(id), bytes)
  })

  it('follows SETTINGS_INITIAL_WINDOW_SIZE for streams that are open, below zero too', async () => {
    writing(sent(30))
    client.greet([[SETTING.INITIAL_WINDOW_SIZE, 10]]).send(request(1))
    await received(1, 10)
    client.send(settingsFrame([[SETTING.INITIAL_WINDOW_SIZE, 4]]), window(1, 6))
    assert.ok(await client.settled())
    assert.equal(client.body(1).length, 10)
    client.send(window(1, 1))
    await received(1, 11)
    client.send(settingsFrame([[SETTING.INITIAL_WINDOW_SIZE, 100]]))
    await received(1, 30)
  })

  it('cuts what it sends into frames that the client takes', async () => {
    writing(sent(50_000))
    client.greet().send(request(1))
    await received(1, 50_000)
    const lengths = client.frames.filter(({ type }) => type === FRAME.DATA).map(({ payload }) => payload.length)
    assert.deepEqual(lengths, [16_384, 16_384, 16_384, 848])
    client.send(settingsFrame([[SETTING.MAX_FRAME_SIZE, 65_536]]), window(0, 60_000), request(3))
    await received(3, 50_000)
    assert.equal(client.frames.filter((one) => one.type === FRAME.DATA && one.streamId === 3).length, 1)
  })

  it('sends shared data on any stream, within its window', async () => {
    for (const length of [0, 30, 16_384, 16_385, 40_000]) {
      const shared = new SharedData(length)
      sent(length).copy(shared.bytes)
      const whole = shared.frame && Buffer.from(shared.frame)
      for (const initial of [10, 65_535]) {
        const taken: boolean[] = []
        server.onStream = (stream) => void taken.push(stream.writeShared(shared))
        const reader = new RawClient(server.port).greet([[SETTING.INITIAL_WINDOW_SIZE, initial]])
        reader.send(window(0, 1_000_000), request(1), request(3))
        assert.ok(await reader.settled())
        assert.deepEqual(taken, [length <= initial, length <= initial])
        for (const id of [1, 3]) {
          assert.equal(reader.body(id).length, Math.min(length, initial))
          reader.send(window(id, 1_000_000))
        }
        assert.ok(await reader.settled())
        for (const id of [1, 3]) assert.deepEqual(reader.body(id), shared.bytes)
        reader.close()
      }
      assert.deepEqual(shared.frame, whole, 'the bytes that are shared stay as they are')
    }
  })

  it('sends trailers after everything, whatever waits', async () => {
    server.onStream = (stream) => {
      stream.write(sent(20))
      stream.end(Buffer.from([0x88]))
      assert.equal(stream.write(sent(5)), true)
    }
    client.greet([[SETTING.INITIAL_WINDOW_SIZE, 3]]).send(request(1))
    await received(1, 3)
    assert.ok(await client.settled())
    assert.ok(!client.frames.some(({ flags, type }) => type === FRAME.HEADERS && flags & FLAG.END_STREAM))
    client.send(window(1, 1000))
    assert.equal(await client.reset(1), CODE.NO_ERROR)
    const kinds = client.frames.filter(({ streamId }) => streamId === 1).map(({ type }) => type)
    assert.deepEqual(kinds, [FRAME.HEADERS, FRAME.DATA, FRAME.DATA, FRAME.HEADERS, FRAME.RST_STREAM])
    assert.equal(client.body(1).length, 20)
  })

  it('gives the client its windows back, and counts padding', async () => {
    client.greet([[SETTING.INITIAL_WINDOW_SIZE, 2 ** 30]]).send(window(0, 2 ** 30), request(1))
    const chunk = frame(FRAME.DATA, FLAG.PADDED, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(9744)]))
    let allowed = DEFAULT_WINDOW
    for (let count = 0; count < 40; count++) {
      while (allowed < 10_000) {
        const before = client.frames.length
        await client.until((frames) => frames.length > before || undefined)
        allowed = DEFAULT_WINDOW + Math.min(credit(0), credit(1)) - count * 9745
      }
      client.send(chunk)
      allowed -= 9745
    }
    assert.ok(await client.settled())
    await received(1, 40 * (9744 - 255))
    const small = client.frames.filter(({ type }) => type === FRAME.WINDOW_UPDATE)
    assert.ok(small.length < 40, 'credit comes in large pieces')
  })

  for (const [name, streamId, bytes] of [
    ['a stream', 1, 16_384],
    ['the connection', 3, 16_384],
  ] as const) {
    it(`ends a connection that sends more than the window of ${name}`, async () => {
      server.onStream = (stream) => stream.pause()
      client.greet().send(request(1), request(3))
      for (let count = 0; count < 5; count++) client.send(data(streamId, Buffer.alloc(bytes)))
      assert.equal(await client.goaway(), CODE.FLOW_CONTROL_ERROR)
    })
  }

  it('holds back a stream that is paused, and no other', async () => {
    server.onStream = (stream) => {
      if (stream.id === 1) stream.pause()
    }
    client.greet([[SETTING.INITIAL_WINDOW_SIZE, 2 ** 30]]).send(window(0, 2 ** 30), request(1), request(3))
    const held = sent(DEFAULT_WINDOW)
    for (let at = 0; at < held.length; at += 16_000) client.send(data(1, held.subarray(at, at + 16_000)))
    // As much again as the connection's window allows: it was given back although nobody reads stream 1.
    for (let count = 0; count < 4; count++) {
      client.send(data(3, Buffer.alloc(16_000, 1)))
      await received(3, (count + 1) * 16_000)
    }
    assert.equal(client.body(1).length, 0)
    client.send(data(1, '', FLAG.END_STREAM))
    assert.ok(await client.settled())
    assert.deepEqual(server.log, [])
    server.streams[0]?.resume()
    await client.until((frames) => frames.find((one) => one.streamId === 1 && one.flags & FLAG.END_STREAM))
    assert.deepEqual(client.body(1), held)
    assert.deepEqual(server.log, ['end 1', 'close 1'])
  })

  it('gives back the windows of what came while a stream was paused, padding included', async () => {
    server.onStream = (stream) => stream.pause()
    client.greet().send(request(1))
    const chunk = frame(FRAME.DATA, FLAG.PADDED, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(256)]))
    for (let count = 0; count < 250; count++) client.send(chunk)
    assert.ok(await client.settled())
    server.streams[0]?.resume()
    assert.ok(await client.settled())
    // All but what is too little to be worth a frame.
    assert.ok(credit(1) > 250 * 257 - DEFAULT_WINDOW / 2)
    assert.ok(credit(1) <= 250 * 257)
  })

  it('tells the writer when a client reads too slowly, and when it has caught up', async () => {
    let drained: (() => void) | undefined
    const results: boolean[] = []
    const bytes = Buffer.alloc(1 << 20)
    server.onStream = (stream) => {
      const { handler } = stream
      stream.handler = { ...handler, onDrain: () => drained?.() }
      for (let count = 0; count < 64; count++) results.push(stream.write(bytes))
    }
    client.greet([[SETTING.INITIAL_WINDOW_SIZE, 2 ** 30]])
    client.socket.pause()
    const caughtUp = new Promise<void>((resolve) => (drained = resolve))
    client.send(window(0, 2 ** 30), request(1))
    while (results.length === 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(results.at(-1), false)
    client.socket.resume()
    await caughtUp
    await received(1, 64 << 20)
  })
})
