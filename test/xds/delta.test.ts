import assert from 'node:assert/strict'
import { assignment, CDS, cluster, edsCluster, EDS, LDS, listener, RDS, route, TestServer } from './harness.js'

describe('incremental', () => {
  let server: TestServer
  beforeEach(() => {
    server = new TestServer()
  })

  describe('subscriptions', () => {
    it('answers a first wildcard request even when there is nothing', () => {
      server.publish()
      const client = server.connect('delta')
      client.delta(CDS)
      assert.deepEqual(client.take(), ['CDS:'])
    })

    it('keeps the legacy wildcard when a name is subscribed, until * is unsubscribed', () => {
      server.publish(cluster('a'), cluster('b'))
      const client = server.connect('delta')
      client.delta(CDS)
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1'])
      client.delta(CDS, { subscribe: ['a'] })
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1'])
      server.publish(cluster('a'), cluster('b', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: b@2'])
      client.delta(CDS, { unsubscribe: ['*'] })
      server.publish(cluster('a', '3'), cluster('b', '3'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@3'])
    })

    it('answers a name that falls back to the wildcard with the resource, or with its removal', () => {
      server.publish(cluster('a'))
      const client = server.connect('delta')
      client.delta(CDS, { subscribe: ['*', 'a', 'ghost'] })
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 -ghost'])
      client.delta(CDS, { unsubscribe: ['a', 'ghost'] })
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 -ghost'])
    })

    it('sends everything again when the wildcard comes back', () => {
      server.publish(cluster('a'), cluster('b'))
      const client = server.connect('delta')
      client.delta(CDS, { subscribe: ['*'] })
      client.takeAndAck()
      client.delta(CDS, { unsubscribe: ['*'] })
      client.delta(CDS, { subscribe: ['*'] })
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1'])
    })

    it('reports a name that does not exist as removed, and sends it once it does', () => {
      server.publish()
      const client = server.connect('delta')
      client.delta(RDS, { subscribe: ['later'] })
      assert.deepEqual(client.takeAndAck(), ['RDS: -later'])
      server.publish(route('later'))
      assert.deepEqual(client.takeAndAck(), ['RDS: later@1'])
    })

    it('answers a name again that is subscribed again', () => {
      server.publish(route('a'))
      const client = server.connect('delta')
      client.delta(RDS, { subscribe: ['a'] })
      client.takeAndAck()
      client.delta(RDS, { subscribe: ['a'] })
      assert.deepEqual(client.takeAndAck(), ['RDS: a@1'])
    })

    it('sends nothing more of an unsubscribed name', () => {
      server.publish(route('a'), route('b'))
      const client = server.connect('delta')
      client.delta(RDS, { subscribe: ['a', 'b'] })
      client.takeAndAck()
      client.delta(RDS, { unsubscribe: ['a'] })
      server.publish(route('a', '2'), route('b', '2'))
      assert.deepEqual(client.takeAndAck(), ['RDS: b@2'])
    })

    it('takes a change of the subscription that comes with a stale nonce', () => {
      server.publish(route('a'), route('b'))
      const client = server.connect('delta')
      client.delta(RDS, { subscribe: ['a'] })
      client.takeAndAck()
      client.delta(RDS, { subscribe: ['b'], nonce: 'stale' })
      assert.deepEqual(client.take(), ['RDS: b@1'])
    })
  })

  describe('changes', () => {
    it('sends only what changed, and what is gone', () => {
      server.publish(cluster('a'), cluster('b'), cluster('c'))
      const client = server.connect('delta')
      client.delta(CDS)
      client.takeAndAck()
      server.publish(cluster('a'), cluster('b', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: b@2 -c'])
      server.publish(cluster('a'), cluster('b', '2'))
      assert.deepEqual(client.takeAndAck(), [])
    })

    it('counts a rejected response as not applied, parks it, and includes it in the next change', () => {
      server.publish(cluster('a'), cluster('b'), cluster('c'))
      const client = server.connect('delta')
      client.delta(CDS)
      client.takeAndAck()
      server.publish(cluster('a', '2'), cluster('b', '2'), cluster('c'))
      assert.deepEqual(client.take(), ['CDS: a@2 b@2'])
      client.deltaAck(CDS, 'bad')
      client.delta(CDS)
      assert.deepEqual(client.take(), [])
      server.publish(cluster('a', '2'), cluster('b', '2'), cluster('c', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: c@2 a@2 b@2'])
      assert.equal(client.types()[0]?.state, 'SYNCED')
    })

    it('includes rejected content in the next push also when that was waiting already', () => {
      server.publish(cluster('a'), cluster('b'))
      const client = server.connect('delta')
      client.delta(CDS)
      client.takeAndAck()
      server.publish(cluster('a', '2'), cluster('b', '2'))
      server.publish(cluster('a', '2'), cluster('b', '3'))
      assert.deepEqual(client.take(), ['CDS: a@2 b@2'])
      client.deltaAck(CDS, 'bad')
      assert.deepEqual(client.takeAndAck(), ['CDS: b@3 a@2'])
    })

    it('answers a new name while a rejected response is parked', () => {
      server.publish(route('a', 'bad'), route('b', 'bad'), route('c'))
      const client = server.connect('delta')
      client.delta(RDS, { subscribe: ['a', 'b'] })
      client.take()
      client.deltaAck(RDS, 'bad')
      client.delta(RDS, { subscribe: ['c'] })
      assert.deepEqual(client.takeAndAck(), ['RDS: c@1'])
      server.publish(route('a', 'bad'), route('b', 'bad'), route('c', '2'))
      assert.deepEqual(client.takeAndAck(), ['RDS: c@2 a@bad b@bad'])
    })
  })

  describe('reconnection', () => {
    it('resends nothing that the client has and removes what is gone', () => {
      server.publish(cluster('a'), cluster('b', '2'))
      const client = server.connect('delta')
      client.delta(CDS, { initial: { a: '1', b: '1', gone: '1' } })
      assert.deepEqual(client.takeAndAck(), ['CDS: b@2 -gone'])
      server.publish(cluster('a', '2'), cluster('b', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@2'])
    })

    it('compares versions for names that are all listed in the first request', () => {
      server.publish(assignment('a'), assignment('b'))
      const client = server.connect('delta')
      client.delta(EDS, { subscribe: ['a', 'b'], initial: { a: '1', b: 'old' } })
      assert.deepEqual(client.takeAndAck(), ['EDS: b@1'])
    })

    it('answers a client that has everything with an empty response only for the wildcard', () => {
      server.publish(cluster('a'), assignment('a'))
      const client = server.connect('delta')
      client.delta(CDS, { initial: { a: '1' } })
      client.delta(EDS, { subscribe: ['a'], initial: { a: '1' } })
      assert.deepEqual(client.takeAndAck(), ['CDS:'])
    })
  })

  describe('make before break', () => {
    function connected() {
      const client = server.connect('delta')
      client.delta(CDS)
      client.takeAndAck()
      client.delta(EDS, { subscribe: ['old'] })
      client.delta(LDS)
      client.takeAndAck()
      client.delta(RDS, { subscribe: ['r'] })
      client.takeAndAck()
      return client
    }

    it('adds, re-routes, then removes clusters and their endpoints', () => {
      server.publish(edsCluster('old'), assignment('old'), listener('l'), route('r'))
      const client = connected()
      server.publish(edsCluster('new'), assignment('new'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: new@1'])
      client.delta(EDS, { subscribe: ['new'] })
      assert.deepEqual(client.takeAndAck(), ['EDS: new@1', 'RDS: r@2', 'CDS: -old', 'EDS: -old'])
    })

    it('sends the assignment of every re-sent cluster again', () => {
      server.publish(edsCluster('old'), assignment('old'), listener('l'), route('r'))
      const client = connected()
      server.publish(edsCluster('old', '2'), assignment('old'), listener('l'), route('r'))
      assert.deepEqual(client.takeAndAck(), ['CDS: old@2', 'EDS: old@1'])
    })

    it('lets newer clusters overtake those that Envoy takes long to warm, and hears what it says of either', () => {
      server.publish(cluster('a'), listener('l'), route('r'))
      const client = connected()
      server.publish(cluster('a'), cluster('mute'), listener('l'), route('r'))
      const [first] = client.inbox
      assert.deepEqual(client.take(), ['CDS: mute@1'])
      server.publish(cluster('a'), cluster('mute'), cluster('new'), listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), [])
      server.clock.advance(5000)
      const [second] = client.inbox
      assert.deepEqual(client.take(), ['CDS: new@1', 'RDS: r@2'])
      client.deltaAck(RDS)
      client.delta(CDS, { nonce: first!.nonce, error: 'mute is bad' })
      const errors = () => client.types().flatMap(({ error }) => error ?? [])
      assert.deepEqual(errors(), ['mute is bad'])
      client.delta(CDS, { nonce: second!.nonce })
      assert.deepEqual(errors(), ['mute is bad'])
      assert.deepEqual(client.take(), [], 'what was rejected is not sent again')
      server.publish(cluster('a'), cluster('mute', '2'), cluster('new'), listener('l'), route('r', '2'))
      assert.deepEqual(client.takeAndAck(), ['CDS: mute@2'])
      assert.deepEqual(errors(), [])
    })

    it('removes what a rejected response was to remove, with the next change', () => {
      server.publish(cluster('a'), cluster('b'))
      const client = server.connect('delta')
      client.delta(CDS)
      client.takeAndAck()
      server.publish(cluster('a', '2'))
      assert.deepEqual(client.take(), ['CDS: a@2 -b'])
      client.deltaAck(CDS, 'no')
      server.publish(cluster('a', '3'))
      assert.deepEqual(client.takeAndAck(), ['CDS: a@3 -b'])
    })

    it('takes back a withheld removal when the cluster returns', () => {
      server.publish(edsCluster('old'), assignment('old'), listener('l'), route('r'))
      const client = connected()
      server.publish(listener('l'), route('r', '2'))
      assert.deepEqual(client.take(), ['RDS: r@2'])
      server.publish(edsCluster('old'), assignment('old'), listener('l'), route('r', '2'))
      client.deltaAck(RDS)
      assert.deepEqual(client.takeAndAck(), [])
    })
  })
})
