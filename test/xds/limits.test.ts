import assert from 'node:assert/strict'
import { CDS, cluster, RDS, route, TestServer } from './harness.js'

describe('limits of streams', () => {
  it('ends a stream in time with status 0, give or take a tenth', () => {
    for (const [random, age] of [
      [0, 900],
      [0.5, 1000],
      [1, 1100],
    ] as const) {
      const server = new TestServer({ limits: { maxAgeMillis: 1000 }, random: () => random })
      server.publish(cluster('c'))
      const client = server.connect('sotw')
      client.request(CDS)
      server.clock.advance(age - 1)
      assert.equal(server.engine.streams.size, 1)
      server.clock.advance(1)
      assert.equal(client.closed?.code, 0)
      assert.equal(server.engine.streams.size, 0)
    }
  })

  it('leaves streams alone when no age is set', () => {
    const server = new TestServer({ limits: { maxAgeMillis: 0 } })
    const client = server.connect('sotw')
    server.clock.advance(10 ** 9)
    assert.equal(client.closed, undefined)
  })

  it('refuses more streams of a node than allowed with status 8, and takes new ones when others have gone', () => {
    const server = new TestServer({ limits: { streamsPerNode: 2 } })
    server.publish(cluster('c'))
    const clients = [1, 2, 3].map(() => server.connect('sotw'))
    for (const client of clients) client.request(CDS)
    assert.deepEqual(
      clients.map(({ closed }) => closed?.code),
      [undefined, undefined, 8],
    )
    clients[0]!.stream.end()
    const next = server.connect('sotw')
    next.request(CDS)
    assert.deepEqual(next.take(), ['CDS: c@1'])
  })

  it('refuses more names than allowed, and other streams do not notice', () => {
    const server = new TestServer({ limits: { names: 3 } })
    server.publish(route('a'))
    const [greedy, modest] = [server.connect('sotw'), server.connect('sotw')]
    modest.request(RDS, ['a', 'b', 'c'])
    greedy.request(RDS, ['a', 'b', 'c', 'd'])
    assert.equal(greedy.closed?.code, 8)
    assert.equal(modest.closed, undefined)
    assert.deepEqual(modest.take(), ['RDS: a@1'])
  })

  it('refuses a flood of requests before there is anything to answer', () => {
    const server = new TestServer({ limits: { waitingRequests: 5 } })
    const client = server.connect('sotw')
    for (let n = 0; n < 6; n++) client.request(CDS)
    assert.equal(client.closed?.code, 8)
  })

  it('ignores further types beyond the limit', () => {
    const server = new TestServer({ limits: { types: 2 } })
    server.publish(cluster('c'), route('r'))
    const client = server.connect('sotw')
    client.request('x/one', ['a'])
    client.request('x/two', ['a'])
    client.request(CDS)
    assert.deepEqual(client.take(), [])
    assert.equal(client.closed, undefined)
  })
})
