/** Clusters that Envoy must warm: it accepts them only once they are warm, and that takes their endpoints. */
import assert from 'node:assert/strict'
import {
  assignment,
  CDS,
  dnsCluster,
  edsCluster,
  EDS,
  LDS,
  listener,
  RDS,
  route,
  TestServer,
  type TestClient,
} from './harness.js'

describe('warming clusters', () => {
  let server: TestServer
  beforeEach(() => {
    server = new TestServer()
  })

  /** Has everything, in either variant. */
  const connected = {
    sotw(): TestClient {
      const client = server.connect('sotw')
      for (const [typeUrl, names] of Object.entries({ [CDS]: [], [EDS]: ['old'], [LDS]: [], [RDS]: ['r'] })) {
        client.request(typeUrl, names)
        client.takeAndAck()
      }
      return client
    },
    delta(): TestClient {
      const client = server.connect('delta')
      for (const [typeUrl, subscribe] of Object.entries({ [CDS]: [], [EDS]: ['old'], [LDS]: [], [RDS]: ['r'] })) {
        client.delta(typeUrl, { subscribe })
        client.takeAndAck()
      }
      return client
    },
  }

  describe('get their endpoints before the client accepts them', () => {
    it('state of the world', () => {
      server.publish(edsCluster('old'), assignment('old'), listener('l'), route('r'))
      const client = connected.sotw()
      server.publish(edsCluster('new'), assignment('new'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: new@1 old@1'])
      client.request(EDS, ['old', 'new'])
      assert.deepEqual(client.take(), ['EDS: new@1'])
      client.ack(EDS)
      assert.deepEqual(client.take(), [])
      client.ack(CDS)
      assert.deepEqual(client.takeAndAck(), ['RDS: r@2', 'CDS: new@1'])
    })

    it('incremental', () => {
      server.publish(edsCluster('old'), assignment('old'), listener('l'), route('r'))
      const client = connected.delta()
      server.publish(edsCluster('new'), assignment('new'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: new@1'])
      client.delta(EDS, { subscribe: ['new'] })
      assert.deepEqual(client.take(), ['EDS: new@1'])
      client.deltaAck(EDS)
      assert.deepEqual(client.take(), [])
      client.deltaAck(CDS)
      assert.deepEqual(client.takeAndAck(), ['RDS: r@2', 'CDS: -old', 'EDS: -old'])
    })

    it('also while newer clusters wait', () => {
      server.publish(edsCluster('old'), assignment('old'), listener('l'), route('r'))
      const client = connected.delta()
      server.publish(edsCluster('old', '2'), assignment('old'), listener('l'), route('r'))
      server.publish(edsCluster('old', '3'), assignment('old', '2'), listener('l'), route('r'))
      assert.deepEqual(client.take(), ['CDS: old@2', 'EDS: old@1'])
      client.deltaAck(EDS)
      assert.deepEqual(client.take(), ['EDS: old@2'])
      client.deltaAck(EDS)
      client.deltaAck(CDS)
      assert.deepEqual(client.takeAndAck(), ['CDS: old@3', 'EDS: old@2'])
    })
  })

  it('get the endpoints that a returning client says it has, when they are sent again', () => {
    server.publish(edsCluster('a', '2'), edsCluster('b'), assignment('a'), assignment('b'))
    const client = server.connect('delta')
    client.delta(CDS, { initial: { a: '1', b: '1' } })
    assert.deepEqual(client.take(), ['CDS: a@2'])
    client.delta(EDS, { subscribe: ['a', 'b'], initial: { a: '1', b: '1' } })
    assert.deepEqual(client.take(), ['EDS: a@1'])
    client.deltaAck(CDS)
    client.deltaAck(EDS)
    client.delta(EDS, { subscribe: [] })
    assert.deepEqual(client.take(), [])
  })

  it('never let routes overtake newer clusters, however close to the deadline it is decided', () => {
    for (let step = 0; step < 60; step++) {
      server = new TestServer()
      server.publish(dnsCluster('old'), listener('l'), route('r'))
      const client = connected.delta()
      server.publish(dnsCluster('old'), dnsCluster('slow'), listener('l'), route('r'))
      assert.deepEqual(client.take(), ['CDS: slow@1'])
      server.clock.advance(4990 + step / 5)
      server.clock.tick = 0.2
      server.publish(dnsCluster('old'), dnsCluster('slow'), dnsCluster('new'), listener('l'), route('r', '2'))
      server.clock.advance(10_000)
      server.clock.advance(10_000)
      assert.deepEqual(client.take(), ['CDS: new@1', 'RDS: r@2'], `step ${step}`)
    }
  })

  describe('of a client that comes back with traffic', () => {
    function returning(): TestClient {
      const client = server.connect('delta')
      client.delta(CDS, { initial: { old: '1' } })
      client.delta(EDS, { subscribe: ['old'], initial: { old: '1' } })
      client.delta(LDS, { initial: { l: '1' } })
      client.delta(RDS, { subscribe: ['r'], initial: { r: '1' } })
      return client
    }

    it('are warm before routes use them, and kept until no route does', () => {
      server.publish(edsCluster('new'), assignment('new'), listener('l'), route('r', '2'))
      const client = returning()
      assert.deepEqual(client.take(), ['CDS: new@1'])
      client.delta(EDS, { subscribe: ['new'] })
      assert.deepEqual(client.take(), ['EDS: new@1'])
      client.deltaAck(EDS)
      client.deltaAck(CDS)
      assert.deepEqual(client.takeAndAck(), ['LDS:', 'RDS: r@2', 'CDS: -old', 'EDS: -old'])
    })

    it('are removed at once where nothing could use them', () => {
      server.publish(edsCluster('other'), assignment('other'))
      const client = server.connect('delta')
      client.delta(CDS, { initial: { other: '1', gone: '1' } })
      assert.deepEqual(client.take(), ['CDS: -gone'])
    })

    it('are removed in the end from one that asks for no routes', () => {
      server.publish(route('r'))
      const client = server.connect('delta')
      client.delta(CDS, { initial: { gone: '1' } })
      assert.deepEqual(client.takeAndAck(), ['CDS:'])
      server.clock.advance(14_999)
      assert.deepEqual(client.take(), [])
      server.clock.advance(1)
      assert.deepEqual(client.take(), ['CDS: -gone'])
    })

    it('are warm before routes use them in state-of-the-world too', () => {
      server.publish(edsCluster('old'), edsCluster('new'), assignment('old'), assignment('new'), route('r', '2'))
      const client = server.connect('sotw')
      client.request(CDS, [], { version: 'before' })
      client.request(EDS, ['old'], { version: 'before' })
      client.request(RDS, ['r'], { version: 'before' })
      assert.deepEqual(client.take(), ['CDS: new@1 old@1', 'EDS: old@1'])
      client.ack(EDS)
      client.request(EDS, ['new', 'old'])
      assert.deepEqual(client.take(), ['EDS: new@1'])
      client.ack(EDS)
      client.ack(CDS)
      assert.deepEqual(client.takeAndAck(), ['RDS: r@2'])
    })
  })
})
