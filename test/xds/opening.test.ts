/** Replicas of a node say the same at first: they share what they are sent. Tables of what a client lacks at first are in the tests of both variants. */
import assert from 'node:assert/strict'
import { frameResponse } from '../../src/xds/wire.js'
import { assignment, CDS, cluster, EDS, edsCluster, LDS, TestServer, type TestClient } from './harness.js'

describe('the first requests of replicas', () => {
  let server: TestServer
  beforeEach(() => {
    server = new TestServer()
    server.publish(edsCluster('a'), edsCluster('b'), cluster('c'), assignment('a'), assignment('b'), assignment('x'))
  })

  /** What two clients are sent that open with `say`: the lists that it is made of. */
  function listsOf(say: (client: TestClient) => void, variant: 'sotw' | 'delta') {
    return [1, 2].map(() => {
      const client = server.connect(variant)
      say(client)
      return client.inbox
    })
  }

  for (const variant of ['sotw', 'delta'] as const) {
    it(`are answered with one and the same bytes (${variant})`, () => {
      // As codec/discovery-requests.ts hands them out: equal lists are one.
      const [none, names] = [[], ['a', 'b']]
      const ask = (client: TestClient, typeUrl: string, list: string[]) =>
        variant === 'sotw' ? client.request(typeUrl, list) : client.delta(typeUrl, { subscribe: list })
      const [one = [], two = []] = listsOf((client) => {
        ask(client, CDS, none)
        ask(client, EDS, names)
      }, variant)
      assert.deepEqual([one.length, two.length], [2, 2])
      one.forEach((response, index) => assert.equal(frameResponse(response), frameResponse(two[index]!)))
    })
  }

  it('leave the next ones to themselves', () => {
    const names = ['a']
    const [first, second] = [server.connect('delta'), server.connect('delta')]
    for (const client of [first, second]) client.delta(EDS, { subscribe: names })
    first.delta(EDS, { subscribe: ['b'] })
    second.delta(EDS, { unsubscribe: ['a'], subscribe: ['x'] })
    assert.deepEqual(first.takeAndAck(), ['EDS: a@1', 'EDS: b@1'])
    assert.deepEqual(second.takeAndAck(), ['EDS: a@1', 'EDS: x@1'])
  })

  it('are held against what is published later', () => {
    const client = server.connect('delta')
    client.delta(EDS, { subscribe: ['a', 'b', 'ghost'], initial: { a: '1', b: '0' } })
    assert.deepEqual(client.takeAndAck(), ['EDS: b@1 -ghost'])
    server.publish(edsCluster('a'), assignment('b'))
    assert.deepEqual(client.takeAndAck(), ['EDS: -a'])
  })

  it('need nothing when the client has everything, until something changes', () => {
    const client = server.connect('delta')
    client.delta(EDS, { subscribe: ['a', 'b'], initial: { a: '1', b: '1' } })
    assert.deepEqual(client.take(), [])
    server.publish(assignment('a', '2'), assignment('b'))
    assert.deepEqual(client.takeAndAck(), ['EDS: a@2'])
  })
})

describe('frameResponse', () => {
  it('shares no empty list: that of another type may be the same object and have the same version', () => {
    const resources: [] = []
    const frame = (typeUrl: string) =>
      frameResponse({ variant: 'delta', typeUrl, version: '1', nonce: '1', resources, removed: [] })
    assert.notDeepEqual(frame(CDS), frame(LDS))
  })
})
