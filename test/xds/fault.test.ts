/** A defect of ours, met while one stream is served, ends that stream: never the process, never what other streams are sent. */
import assert from 'node:assert/strict'
import type { StreamEvents } from '../../src/xds/stream-events.js'
import { CDS, cluster, listener, LDS, route, RDS, TestServer } from './harness.js'

const INTERNAL = 13

/** A server whose pushes to its first stream fail once `broken` is set. */
function setUp() {
  const faults: [stream: number, message: string][] = []
  const state = { broken: false }
  const events: StreamEvents = {
    onPush: ({ id }) => {
      if (state.broken && id === 1) throw new Error('a defect')
    },
    onFault: ({ id }, error) => faults.push([id, (error as Error).message]),
  }
  const server = new TestServer({ events })
  server.publish(cluster('a'), listener('l'), route('r'))
  const clients = [server.connect('sotw'), server.connect('delta')] as const
  clients[0].request(CDS)
  clients[1].delta(CDS)
  for (const client of clients) client.takeAndAck()
  return { server, clients, faults, state }
}

describe('a fault of ours', () => {
  it('while a change is pushed ends that stream, and the others get the change', () => {
    const { server, clients, faults, state } = setUp()
    state.broken = true
    server.publish(cluster('b'), listener('l'), route('r'))
    assert.equal(clients[0].closed?.code, INTERNAL)
    assert.deepEqual(clients[1].take(), ['CDS: b@1 -a'])
    assert.deepEqual(faults, [[1, 'a defect']])
    assert.equal(server.engine.streams.size, 1)
    assert.equal(server.cache.watcherCount('key'), 1)
    state.broken = false
    const again = server.connect('sotw')
    again.request(CDS)
    assert.deepEqual(again.take(), ['CDS: b@1'])
  })

  it('while a request is answered ends that stream', () => {
    const { server, clients, faults, state } = setUp()
    state.broken = true
    clients[0].request(LDS)
    assert.equal(clients[0].closed?.code, INTERNAL)
    assert.equal(faults.length, 1)
    clients[0].request(LDS)
    assert.equal(faults.length, 1, 'the stream is over')
    assert.equal(server.engine.streams.size, 1)
  })

  it('when the transport takes messages again ends that stream', () => {
    const { clients, server, faults, state } = setUp()
    clients[0].reading = false
    clients[0].request(LDS)
    server.publish(cluster('b'), listener('l'), route('r'))
    state.broken = true
    clients[0].stream.drained()
    assert.equal(clients[0].closed?.code, INTERNAL)
    assert.equal(faults.length, 1)
  })

  it('when a wait is over ends that stream, and leaves no timer', () => {
    const { server, clients, faults, state } = setUp()
    clients[0].request(LDS)
    clients[0].request(RDS, ['r'])
    clients[0].takeAndAck()
    server.publish(listener('l'), route('r', '2'))
    assert.deepEqual(clients[0].take(), ['RDS: r@2'], 'never answered')
    state.broken = true
    server.clock.advance(15_000)
    assert.equal(clients[0].closed?.code, INTERNAL)
    assert.equal(faults.length, 1)
    clients[1].stream.end()
    assert.equal(server.clock.pending, 0)
  })

  it('or none: a stream that ends while it waits leaves no timer', () => {
    const { server, clients } = setUp()
    clients[0].request(LDS)
    clients[0].request(RDS, ['r'])
    clients[0].takeAndAck()
    server.publish(listener('l'), route('r', '2'))
    for (const { stream } of clients) stream.end()
    assert.equal(server.clock.pending, 0)
  })

  it('of the source ends the stream', () => {
    const faults: unknown[] = []
    const fail = (): never => {
      throw new Error('a defect')
    }
    const server = new TestServer({ source: { watch: fail }, events: { onFault: (_, error) => faults.push(error) } })
    const client = server.connect('sotw')
    client.request(CDS)
    assert.equal(client.closed?.code, INTERNAL)
    assert.equal(faults.length, 1)
    assert.equal(server.engine.streams.size, 0)
    assert.equal(server.clock.pending, 0)
  })
})
