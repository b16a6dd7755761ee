import assert from 'node:assert/strict'
import {
  assignment,
  CDS,
  cluster,
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

/** A client that has everything of the current snapshot. */
function connected(server: TestServer, names: { routes?: string[]; assignments?: string[] } = {}): TestClient {
  const client = server.connect('sotw')
  client.request(CDS)
  client.takeAndAck()
  if (names.assignments) client.request(EDS, names.assignments)
  client.takeAndAck()
  client.request(LDS)
  client.takeAndAck()
  if (names.routes) client.request(RDS, names.routes)
  client.takeAndAck()
  return client
}

describe('state of the world', () => {
  let server: TestServer
  beforeEach(() => {
    server = new TestServer()
  })

  describe('subscriptions', () => {
    it('answers an empty first CDS request with everything, even when there is nothing', () => {
      server.publish()
      const client = server.connect('sotw')
      client.request(CDS)
      assert.deepEqual(client.take(), ['CDS:'])
    })

    it('sends nothing for an empty first RDS or EDS request', () => {
      server.publish(route('r'), assignment('a'))
      const client = server.connect('sotw')
      client.request(RDS)
      client.request(EDS)
      assert.deepEqual(client.take(), [])
    })

    it('waits for the source, then answers what was asked meanwhile', () => {
      const client = server.connect('sotw')
      client.request(CDS)
      client.request(LDS)
      assert.deepEqual(client.take(), [])
      server.publish(cluster('c'), listener('l'))
      assert.deepEqual(client.take(), ['CDS: c@1', 'LDS: l@1'])
    })

    it('treats * as everything, and drops it when the next list names without it', () => {
      server.publish(cluster('a'), cluster('b'))
      const client = server.connect('sotw')
      client.request(CDS, ['*', 'a'])
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1'])
      client.request(CDS, ['a'])
      client.takeAndAck()
      server.publish(cluster('a'), cluster('b', '2'))
      assert.deepEqual(client.takeAndAck(), [])
      server.publish(cluster('a', '2'), cluster('b', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@2'])
    })

    it('takes an empty list after names as nothing, not as everything', () => {
      server.publish(cluster('a'))
      const client = server.connect('sotw')
      client.request(CDS, ['a'])
      client.takeAndAck()
      client.request(CDS, [])
      server.publish(cluster('a', '2'))
      assert.deepEqual(client.take(), [])
    })

    it('sends a newly added name although nothing changed, also after it was dropped and named again', () => {
      server.publish(route('a'), route('b'))
      const client = server.connect('sotw')
      client.request(RDS, ['a'])
      assert.deepEqual(client.takeAndAck(), ['RDS: a@1'])
      client.request(RDS, ['a', 'b'])
      assert.deepEqual(client.takeAndAck(), ['RDS: b@1'])
      client.request(RDS, ['a'])
      client.request(RDS, ['a', 'b'])
      assert.deepEqual(client.takeAndAck(), ['RDS: b@1'])
    })

    it('remembers names that do not exist yet and sends them once they do', () => {
      server.publish(route('a'))
      const client = server.connect('sotw')
      client.request(RDS, ['later'])
      assert.deepEqual(client.take(), [])
      server.publish(route('a'), route('later'))
      assert.deepEqual(client.take(), ['RDS: later@1'])
    })

    it('processes a changed list that comes with an ACK', () => {
      server.publish(route('a'), route('b'))
      const client = server.connect('sotw')
      client.request(RDS, ['a'])
      client.take()
      client.request(RDS, ['a', 'b'])
      assert.deepEqual(client.take(), ['RDS: b@1'])
    })

    it('answers unknown types with silence and goes on', () => {
      server.publish(cluster('c'))
      const client = server.connect('sotw')
      client.request('type.googleapis.com/unknown.Type', ['x'])
      client.request(CDS)
      assert.deepEqual(client.take(), ['CDS: c@1'])
      assert.equal(client.closed, undefined)
    })

    it('refuses a first request without a node, and a request without a type', () => {
      server.publish()
      const anonymous = server.connect('sotw')
      anonymous.stream.receive({
        variant: 'sotw',
        typeUrl: CDS,
        node: undefined,
        request: { versionInfo: '', nonce: '', names: [] },
      })
      assert.equal(anonymous.closed?.code, 3)
      const typeless = server.connect('sotw')
      typeless.request('')
      assert.equal(typeless.closed?.code, 3)
    })
  })

  describe('nonces, ACK, NACK', () => {
    it('sends nothing because of an ACK, nor because of a repeated one', () => {
      server.publish(cluster('c'))
      const client = server.connect('sotw')
      client.request(CDS)
      client.take()
      client.ack(CDS)
      client.ack(CDS)
      assert.deepEqual(client.take(), [])
    })

    it('ignores a request with a stale nonce', () => {
      server.publish(cluster('c'))
      const client = server.connect('sotw')
      client.request(CDS)
      const [first] = client.inbox
      client.ack(CDS)
      server.publish(cluster('c', '2'))
      client.take()
      client.request(CDS, [], { nonce: first!.nonce, version: first!.version })
      assert.deepEqual(
        client.types().map(({ state }) => state),
        ['STALE'],
      )
      client.ack(CDS)
      assert.deepEqual(
        client.types().map(({ state }) => state),
        ['SYNCED'],
      )
    })

    it('accepts a nonce of an earlier stream on the first request of a type', () => {
      server.publish(route('a'))
      const client = server.connect('sotw')
      client.request(RDS, ['a'], { nonce: '77', version: 'old' })
      assert.deepEqual(client.take(), ['RDS: a@1'])
    })

    it('never sends a rejected version again, and sends the next real change', () => {
      server.publish(cluster('c'))
      const client = connected(server)
      server.publish(cluster('c', 'bad'))
      client.take()
      client.nack(CDS, 'no such thing')
      client.nack(CDS)
      assert.deepEqual(client.take(), [])
      const status = client.types()[0]!
      assert.equal(status.state, 'NACKED')
      assert.equal(status.error, 'no such thing')
      server.publish(cluster('c', 'good'))
      assert.deepEqual(client.takeAndAck(), ['CDS: c@good'])
      assert.equal(client.types()[0]?.state, 'SYNCED')
    })

    it('sends the accepted version again when the rejected one is taken back, for it may be applied in part', () => {
      server.publish(cluster('c'), cluster('d'))
      const client = connected(server)
      server.publish(cluster('c', 'bad'), cluster('d'))
      client.take()
      client.nack(CDS)
      server.publish(cluster('c'), cluster('d'))
      assert.deepEqual(client.takeAndAck(), ['CDS: c@1 d@1'])
    })

    it('sends a rejected version again when it comes back after another one', () => {
      server.publish(cluster('a'), cluster('b'))
      const client = connected(server)
      server.publish(cluster('a', '2'), cluster('b'))
      client.take()
      client.nack(CDS)
      server.publish(cluster('a', '3'), cluster('b'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@3 b@1'])
      server.publish(cluster('a', '2'), cluster('b'))
      assert.deepEqual(client.take(), ['CDS: a@2 b@1'])
      client.nack(CDS, 'still bad')
      assert.deepEqual(client.take(), [])
      assert.deepEqual(
        client.types().flatMap(({ error }) => error ?? []),
        ['still bad'],
      )
    })

    it('does not send rejected clusters again that were made of others once', () => {
      server.publish(cluster('a'), cluster('b'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a', '2'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: a@2 b@1', 'RDS: r@2'])
      client.nack(CDS)
      // The very set that was rejected, now that b is back for good.
      server.publish(cluster('a', '2'), cluster('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), [])
    })

    it('does not say of a client that it has all when it rejects what it asks for later', () => {
      const first = server.publish(cluster('a'), listener('l'))
      const client = connected(server)
      assert.equal(client.stream.settled, first)
      const second = server.publish(cluster('a', '2'), listener('l'), route('r'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@2'])
      assert.equal(client.stream.settled, second)
      client.request(RDS, ['r'])
      client.take()
      client.nack(RDS)
      assert.equal(client.stream.settled, first)
    })

    it('keeps a lone rejected route out of pushes of other routes until it changes', () => {
      server.publish(route('a'), route('b'))
      const client = connected(server, { routes: ['a', 'b'] })
      server.publish(route('a', 'bad'), route('b'))
      client.take()
      client.nack(RDS)
      server.publish(route('a', 'bad'), route('b', '2'))
      assert.deepEqual(client.takeAndAck(), ['RDS: b@2'])
      assert.equal(client.types().find(({ typeUrl }) => typeUrl === RDS)?.state, 'NACKED')
      server.publish(route('a', 'fixed'), route('b', '2'))
      assert.deepEqual(client.takeAndAck(), ['RDS: a@fixed'])
    })

    it('offers again what was rejected when it went and came back, of which the client is not told', () => {
      server.publish(route('a'), route('b'))
      const client = connected(server, { routes: ['a', 'b'] })
      server.publish(route('a', 'bad'), route('b'))
      client.take()
      client.nack(RDS)
      server.publish(route('b'))
      assert.deepEqual(client.take(), [])
      server.publish(route('a', 'bad'), route('b'))
      assert.deepEqual(client.takeAndAck(), ['RDS: a@bad'])
    })

    it('offers endpoints without those that they were rejected with, though a route is unanswered', () => {
      server.publish(listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      client.request(EDS, ['a', 'b'])
      server.publish(assignment('a', 'bad'), assignment('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['EDS: a@bad b@1', 'RDS: r@2'])
      client.nack(EDS)
      server.publish(assignment('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['EDS: b@1'])
    })

    it('processes the names that come with a NACK', () => {
      server.publish(route('a', 'bad'), route('b'))
      const client = server.connect('sotw')
      client.request(RDS, ['a'])
      client.take()
      client.request(RDS, ['a', 'b'], { error: 'bad' })
      assert.deepEqual(client.take(), ['RDS: b@1'])
    })
  })

  describe('one outstanding response per type', () => {
    it('merges what changes while a response is unanswered and sends only the newest', () => {
      server.publish(cluster('c'))
      const client = connected(server)
      server.publish(cluster('c', '2'))
      server.publish(cluster('c', '3'))
      server.publish(cluster('c', '4'))
      assert.deepEqual(client.take(), ['CDS: c@2'])
      client.ack(CDS)
      assert.deepEqual(client.take(), ['CDS: c@4'])
    })

    it('sends nothing that did not change', () => {
      server.publish(cluster('c'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('c'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['RDS: r@2'])
      server.publish(cluster('c'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), [])
    })

    it('stops at a full transport and goes on with the newest once drained', () => {
      server.publish(cluster('c'), listener('l'))
      const client = connected(server)
      client.reading = false
      server.publish(cluster('c', '2'), listener('l', '2'))
      assert.deepEqual(client.take(), ['CDS: c@2'])
      client.ack(CDS)
      server.publish(cluster('c', '2'), listener('l', '3'))
      assert.deepEqual(client.take(), [])
      client.reading = true
      client.stream.drained()
      assert.deepEqual(client.take(), ['LDS: l@3'])
    })
  })

  describe('reconnection', () => {
    it('does not resend clusters or listeners that the client has, but answers endpoints and routes', () => {
      server.publish(cluster('c'), listener('l'), route('r'), assignment('a'))
      const before = server.connect('sotw')
      before.request(CDS)
      before.request(LDS)
      const [cds, lds] = before.inbox
      const client = server.connect('sotw')
      client.request(CDS, [], { version: cds!.version, nonce: '5' })
      client.request(LDS, [], { version: lds!.version, nonce: '6' })
      client.request(EDS, ['a'], { version: 'same' })
      client.request(RDS, ['r'], { version: 'same' })
      assert.deepEqual(client.takeAndAck(), ['EDS: a@1', 'RDS: r@1'])
      server.publish(cluster('c', '2'), listener('l'), route('r'), assignment('a'))
      assert.deepEqual(client.takeAndAck(), ['CDS: c@2'])
    })

    it('sends everything to a client that has another version', () => {
      server.publish(cluster('c'))
      const client = server.connect('sotw')
      client.request(CDS, [], { version: 'other', nonce: '5' })
      assert.deepEqual(client.take(), ['CDS: c@1'])
    })
  })

  describe('make before break', () => {
    it('sends clusters, endpoints, listeners, routes in this order', () => {
      server.publish(edsCluster('c'), assignment('c'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'], assignments: ['c'] })
      server.publish(edsCluster('c', '2'), assignment('c', '2'), listener('l', '2'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: c@2', 'EDS: c@2', 'LDS: l@2', 'RDS: r@2'])
    })

    it('keeps a removed cluster until the routes that used it are replaced', () => {
      server.publish(cluster('old'), cluster('kept'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('kept'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['RDS: r@2'])
      client.ack(RDS)
      assert.deepEqual(client.takeAndAck(), ['CDS: kept@1'])
    })

    it('adds before and removes after when a change does both', () => {
      server.publish(cluster('old'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('new'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: new@1 old@1', 'RDS: r@2', 'CDS: new@1'])
    })

    it('removes at once when no route changes', () => {
      server.publish(cluster('old'), cluster('kept'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('kept'), listener('l'), route('r'))
      assert.deepEqual(client.takeAndAck(), ['CDS: kept@1'])
    })

    it('does not remove while the client rejects the new routes', () => {
      server.publish(cluster('old'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(listener('l'), route('r', 'bad'))
      assert.deepEqual(client.take(), ['RDS: r@bad'])
      client.nack(RDS)
      server.clock.advance(60_000)
      assert.deepEqual(client.take(), [])
    })

    it('keeps a cluster that came back and goes again while routes still use it', () => {
      server.publish(cluster('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: a@1 b@1', 'RDS: r@2'])
      client.ack(CDS)
      server.publish(cluster('a'), cluster('b'), listener('l'), route('r', '3'))
      server.publish(cluster('c'), listener('l'), route('r', '4'))
      assert.deepEqual(client.take(), ['CDS: a@1 b@1 c@1'])
    })

    it('does not repeat a cluster that the client never accepted', () => {
      server.publish(listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('bad'), listener('l'), route('r'))
      client.take()
      client.nack(CDS)
      server.publish(cluster('good'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: good@1', 'RDS: r@2'])
    })

    it('removes once what was rejected while it was kept', () => {
      server.publish(cluster('old'), cluster('kept'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('kept', '2'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: kept@2 old@1', 'RDS: r@2'])
      client.nack(CDS)
      client.ack(RDS)
      assert.deepEqual(client.take(), ['CDS: kept@2'])
      server.clock.advance(60_000)
      assert.deepEqual(client.take(), [])
      client.ack(CDS)
      assert.deepEqual(client.take(), [])
      assert.deepEqual(
        client.types().map(({ state }) => state),
        ['SYNCED', 'SYNCED', 'SYNCED'],
      )
    })

    it('takes a cluster for accepted that was rejected alone and is accepted with another', () => {
      server.publish(listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a'), listener('l'), route('r'))
      client.take()
      client.nack(CDS)
      server.publish(cluster('a'), cluster('b'), listener('l'), route('r'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1'])
      assert.equal(client.types().find(({ typeUrl }) => typeUrl === CDS)?.state, 'SYNCED')
    })

    it('removes although a route was rejected that the client no longer wants', () => {
      server.publish(cluster('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a'), listener('l'), route('r', 'bad'))
      client.take()
      client.nack(RDS)
      client.request(RDS, [])
      server.publish(listener('l'))
      assert.deepEqual(client.takeAndAck(), ['CDS:'])
    })

    it('removes what waited for a rejected route that is gone, of which there is nothing to say', () => {
      server.publish(cluster('a'), listener('l'), route('r'), route('s'))
      const client = connected(server, { routes: ['r', 's'] })
      server.publish(cluster('a'), listener('l'), route('r', 'bad'), route('s'))
      client.take()
      client.nack(RDS)
      server.publish(cluster('a'), listener('l'), route('r', 'bad'), route('s', '2'))
      assert.deepEqual(client.take(), ['RDS: s@2'])
      server.publish(listener('l'), route('s', '2'))
      assert.deepEqual(client.take(), [])
      client.ack(RDS)
      assert.deepEqual(client.takeAndAck(), ['CDS:'])
    })

    it('removes after a bounded wait when the client never answers the routes', () => {
      server.publish(cluster('old'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['RDS: r@2'])
      server.clock.advance(14_999)
      assert.deepEqual(client.take(), [])
      server.clock.advance(1)
      assert.deepEqual(client.take(), ['CDS:'])
    })

    it('waits again for the next removal after a wait that was too long', () => {
      server.publish(cluster('a'), cluster('b'), cluster('c'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a'), cluster('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['RDS: r@2'])
      server.clock.advance(15_000)
      assert.deepEqual(client.take(), ['CDS: a@1 b@1'])
      client.ack(RDS)
      client.ack(CDS)
      server.clock.advance(60_000)
      server.publish(cluster('a'), listener('l'), route('r', '3'))
      assert.deepEqual(client.take(), ['RDS: r@3'])
      client.ack(RDS)
      assert.deepEqual(client.take(), ['CDS: a@1'])
    })

    it('repeats what it keeps once, not for ever, though one of the removed clusters comes back', () => {
      server.publish(cluster('a'), cluster('b'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(listener('l'), route('r', '2'))
      client.take()
      client.nack(RDS)
      server.publish(cluster('a', '2'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@2 b@1'])
    })

    it('does not let routes overtake clusters that wait for an answer, but for a bounded time only', () => {
      server.publish(cluster('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a', '2'), listener('l'), route('r'))
      assert.deepEqual(client.take(), ['CDS: a@2'])
      server.publish(cluster('a', '3'), listener('l'), route('r', '3'))
      assert.deepEqual(client.take(), [])
      server.clock.advance(4999)
      assert.deepEqual(client.take(), [])
      server.clock.advance(1)
      assert.deepEqual(client.take(), ['CDS: a@3', 'RDS: r@3'])
    })

    it('lets newer clusters overtake those that Envoy takes long to warm, before the routes that use them', () => {
      server.publish(cluster('a'), cluster('gone'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a'), cluster('gone'), cluster('mute'), cluster('brief'), listener('l'), route('r', '2'))
      const [clusters] = client.inbox
      assert.deepEqual(client.take(), ['CDS: a@1 brief@1 gone@1 mute@1', 'RDS: r@2'])
      client.ack(RDS)
      server.clock.advance(8000)
      server.publish(cluster('a'), cluster('mute'), cluster('new'), listener('l'), route('r', '3'))
      // What the client was sent and has not rejected is kept for its routes, accepted or not.
      assert.deepEqual(client.take(), ['CDS: a@1 brief@1 gone@1 mute@1 new@1', 'RDS: r@3'])
      client.request(CDS, [], { nonce: clusters!.nonce })
      assert.deepEqual(client.take(), [], 'an answer to what was overtaken is stale')
      client.ack(RDS)
      assert.deepEqual(client.take(), [])
      client.ack(CDS)
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 mute@1 new@1'])
      assert.equal(client.stream.channels.get(CDS)?.overtaken, undefined)
    })

    it('waits for routes that the client has yet to ask for before it removes what they replace', () => {
      server.publish(cluster('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('b'), listener('l', '2'), route('other'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1', 'LDS: l@2'])
      client.request(RDS, ['other'])
      assert.deepEqual(client.takeAndAck(), ['RDS: other@1', 'CDS: b@1'])
    })

    it('waits anew when a removal that was taken back is made again', () => {
      server.publish(cluster('a'), cluster('b'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a'), listener('l'), route('r', '2'))
      server.clock.advance(10_000)
      server.publish(cluster('a'), cluster('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['RDS: r@2'])
      server.clock.advance(10_000)
      server.publish(cluster('a'), listener('l'), route('r', '3'))
      assert.deepEqual(client.take(), ['RDS: r@3'])
      server.clock.advance(14_999)
      assert.deepEqual(client.take(), [])
      server.clock.advance(1)
      assert.deepEqual(client.take(), ['CDS: a@1'])
    })

    it('does not wait for the removal of routes, which it cannot tell the client', () => {
      server.publish(listener('l'), route('r'), route('old'))
      const client = connected(server, { routes: ['r', 'old'] })
      const next = server.publish(listener('l', '2'), route('r'))
      assert.deepEqual(client.takeAndAck(), ['LDS: l@2'])
      // Envoy follows routes of listeners that drain for minutes.
      assert.equal(client.stream.settled, next)
      server.publish(listener('l', '2'), route('r'), route('old'))
      assert.deepEqual(client.takeAndAck(), ['RDS: old@1'])
    })

    it('lets routes use a new DNS cluster once the client has accepted it: Envoy does so when it is resolved', () => {
      server.publish(cluster('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a'), dnsCluster('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: a@1 b@1'])
      server.clock.advance(4999)
      assert.deepEqual(client.take(), [])
      client.ack(CDS)
      assert.deepEqual(client.takeAndAck(), ['RDS: r@2'])
    })

    it('lets routes go after a bounded wait when a new DNS cluster is never accepted', () => {
      server.publish(cluster('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'] })
      server.publish(cluster('a'), dnsCluster('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['CDS: a@1 b@1'])
      server.clock.advance(5000)
      assert.deepEqual(client.take(), ['RDS: r@2'])
    })

    it('waits for the endpoints of a new EDS cluster before routes use it', () => {
      server.publish(edsCluster('a'), assignment('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'], assignments: ['a'] })
      server.publish(edsCluster('a'), edsCluster('b'), assignment('a'), assignment('b'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1'])
      client.request(EDS, ['a', 'b'])
      assert.deepEqual(client.takeAndAck(), ['EDS: b@1', 'RDS: r@2'])
    })

    it('waits for new endpoints though the client took others of the same change', () => {
      server.publish(edsCluster('a'), assignment('a'), listener('l'), route('r'))
      const client = connected(server, { routes: ['r'], assignments: ['a'] })
      const endpoints = [assignment('a', '2'), assignment('b')]
      server.publish(edsCluster('a'), edsCluster('b'), ...endpoints, listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1', 'EDS: a@2'])
      client.request(EDS, ['a', 'b'])
      assert.deepEqual(client.takeAndAck(), ['EDS: b@1', 'RDS: r@2'])
    })

    it('sends the assignment of every re-sent cluster again, so that warming ends', () => {
      server.publish(edsCluster('a'), edsCluster('b'), assignment('a'), assignment('b'), listener('l'))
      const client = connected(server, { assignments: ['a', 'b'] })
      server.publish(edsCluster('a', '2'), edsCluster('b'), assignment('a'), assignment('b'), listener('l'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@2 b@1', 'EDS: a@1'])
    })
  })

  it('ends a refused stream with its status and forgets it', () => {
    server.publish(cluster('c'))
    const client = server.connect('sotw')
    client.request(CDS)
    server.cache.refuse('key', { code: 3, message: 'gone' })
    assert.deepEqual(client.closed, { code: 3, message: 'gone' })
    assert.equal(server.engine.streams.size, 0)
    server.publish(cluster('c', '2'))
    assert.deepEqual(client.take(), ['CDS: c@1'])
  })
})
