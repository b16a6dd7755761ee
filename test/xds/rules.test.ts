/** Rules of the protocol that are the same in both variants, or concern what few clients do (xds.md section 3). */
import assert from 'node:assert/strict'
import { encodeResource } from '../../src/codec/encode.js'
import {
  assignment,
  CDS,
  cluster,
  edsCluster,
  EDS,
  LDS,
  listener,
  NODE,
  RDS,
  route,
  TestServer,
  type TestClient,
} from './harness.js'

const UNKNOWN = 'type.googleapis.com/envoy.config.route.v3.VirtualHost'

/** One way to ask for names, whatever the variant. */
const ASK = {
  sotw: (client: TestClient, typeUrl: string, names: string[] = []) => client.request(typeUrl, names),
  delta: (client: TestClient, typeUrl: string, subscribe: string[] = []) => client.delta(typeUrl, { subscribe }),
}
const NACK = {
  sotw: (client: TestClient, typeUrl: string) => client.nack(typeUrl),
  delta: (client: TestClient, typeUrl: string) => client.deltaAck(typeUrl, 'bad'),
}

describe('rules of the protocol', () => {
  let server: TestServer
  beforeEach(() => {
    server = new TestServer()
  })

  for (const variant of ['sotw', 'delta'] as const) {
    const ask = ASK[variant]

    describe(variant, () => {
      it('takes a name that is listed twice as once', () => {
        server.publish(route('a'), route('b'))
        const client = server.connect(variant)
        ask(client, RDS, ['a', 'a', 'b', 'a'])
        assert.deepEqual(client.takeAndAck(), ['RDS: a@1 b@1'])
        server.publish(route('a', '2'), route('b'))
        assert.deepEqual(client.takeAndAck(), ['RDS: a@2'])
      })

      it('takes the node of the first request for all of the stream', () => {
        const seen: string[] = []
        server = new TestServer({
          source: {
            watch: (node, _peer, observer) => {
              seen.push(node.id)
              return server.cache.watch('key', observer)
            },
          },
        })
        server.publish(cluster('c'), listener('l'))
        const client = server.connect(variant)
        ask(client, CDS)
        const node = { ...NODE, id: 'another' }
        const common = { typeUrl: LDS, node }
        if (variant === 'sotw') {
          client.stream.receive({ ...common, variant, request: { versionInfo: '', nonce: '', names: [] } })
        } else {
          const request = { nonce: '', subscribe: [], unsubscribe: [], initialVersions: new Map<string, string>() }
          client.stream.receive({ ...common, variant, request })
        }
        assert.deepEqual(client.take(), ['CDS: c@1', 'LDS: l@1'])
        assert.deepEqual(seen, ['test'])
        assert.equal(client.stream.node?.id, 'test')
      })

      it('sends nothing for an empty list of a type without wildcard, at first and after names', () => {
        server.publish(route('a'), assignment('a'))
        const client = server.connect(variant)
        ask(client, RDS)
        ask(client, EDS)
        assert.deepEqual(client.take(), [])
        ask(client, RDS, ['a'])
        assert.deepEqual(client.takeAndAck(), ['RDS: a@1'])
        if (variant === 'sotw') client.request(RDS, [])
        else client.delta(RDS, { unsubscribe: ['a'] })
        server.publish(route('a', '2'), route('b', '2'), assignment('a'))
        assert.deepEqual(client.take(), [])
      })

      for (const mute of [CDS, EDS, LDS, RDS]) {
        it(`delivers every other type although ${mute.split('.').at(-1)} is never answered`, () => {
          server.publish(cluster('c'), assignment('a'), listener('l'), route('r'))
          const client = server.connect(variant)
          const names = { [CDS]: [], [EDS]: ['a'], [LDS]: [], [RDS]: ['r'] }
          const held = new Map<string, string>()
          const listen = () => {
            for (let response = client.inbox.shift(); response; response = client.inbox.shift()) {
              for (const { name, version } of response.resources) held.set(name, version)
              if (response.typeUrl === mute) continue
              if (variant === 'sotw') client.ack(response.typeUrl)
              else client.deltaAck(response.typeUrl)
            }
          }
          for (const [typeUrl, list] of Object.entries(names)) ask(client, typeUrl, list)
          listen()
          for (const version of ['2', '3', '4']) {
            server.publish(cluster('c', version), assignment('a', version), listener('l', version), route('r', version))
            for (let second = 0; second < 20; second++) {
              listen()
              server.clock.advance(1000)
            }
            for (const [typeUrl, name] of Object.entries({ [CDS]: 'c', [EDS]: 'a', [LDS]: 'l', [RDS]: 'r' })) {
              if (typeUrl !== mute) assert.equal(held.get(name), version, `${typeUrl} at ${version}`)
            }
          }
        })
      }

      it('stays open and silent, or says that there is none, when asked for a type that it does not have', () => {
        server.publish(cluster('c'))
        const client = server.connect(variant)
        ask(client, UNKNOWN)
        assert.deepEqual(client.take(), [])
        ask(client, UNKNOWN, ['routes/host'])
        const answers = client.takeAndAck()
        assert.deepEqual(answers, variant === 'sotw' ? [] : [`${UNKNOWN}: -routes/host`])
        ask(client, CDS)
        assert.deepEqual(client.takeAndAck(), ['CDS: c@1'])
        assert.equal(client.closed, undefined)
      })

      it('sends what was rejected together again beside another change only', () => {
        server.publish(route('a'), route('b'), route('c'))
        const client = server.connect(variant)
        ask(client, RDS, ['a', 'b', 'c'])
        client.takeAndAck()
        server.publish(route('a', '2'), route('b', '2'), route('c'))
        assert.deepEqual(client.take(), ['RDS: a@2 b@2'])
        NACK[variant](client, RDS)
        // Nobody here follows d.
        server.publish(route('a', '2'), route('b', '2'), route('c'), route('d'))
        assert.deepEqual(client.take(), [])
        server.publish(route('a', '2'), route('b', '2'), route('c', '3'), route('d'))
        assert.deepEqual(client.takeAndAck(), ['RDS: c@3 a@2 b@2'])
      })

      it('offers what was rejected together without the one that the client no longer wants', () => {
        server.publish(route('a', 'bad'), route('b'))
        const client = server.connect(variant)
        ask(client, RDS, ['a', 'b'])
        client.take()
        NACK[variant](client, RDS)
        assert.deepEqual(client.take(), [])
        if (variant === 'sotw') client.request(RDS, ['b'])
        else client.delta(RDS, { unsubscribe: ['a'] })
        assert.deepEqual(client.takeAndAck(), ['RDS: b@1'])
      })
    })
  }

  it('drops everything with an empty list after an explicit wildcard (state of the world)', () => {
    server.publish(cluster('a'))
    const client = server.connect('sotw')
    client.request(CDS, ['*'])
    assert.deepEqual(client.takeAndAck(), ['CDS: a@1'])
    client.request(CDS, [])
    server.publish(cluster('a', '2'))
    assert.deepEqual(client.take(), [])
  })

  it('keeps the legacy wildcard through repeated empty lists (state of the world)', () => {
    server.publish(cluster('a'))
    const client = server.connect('sotw')
    client.request(CDS)
    client.takeAndAck()
    client.request(CDS, [])
    server.publish(cluster('a', '2'))
    assert.deepEqual(client.take(), ['CDS: a@2'])
  })

  it('counts a version that was only rejected as not held when the client comes back (incremental)', () => {
    server.publish(cluster('a'))
    const before = server.connect('delta')
    before.delta(CDS)
    before.takeAndAck()
    server.publish(cluster('a', '2'))
    before.take()
    before.deltaAck(CDS, 'bad')
    before.stream.end()
    const client = server.connect('delta')
    client.delta(CDS, { initial: { a: '1' } })
    assert.deepEqual(client.take(), ['CDS: a@2'])
  })

  describe('removals of clusters on a stream of their own', () => {
    const HELD = { a: '1', b: '1' }

    it('wait as long as any may, since nobody can tell when routes have moved (state of the world)', () => {
      server.publish(cluster('a'), cluster('b'), listener('l'))
      const client = server.connect('sotw', CDS)
      client.request(CDS)
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1 b@1'])
      server.publish(cluster('a'), listener('l'))
      server.clock.advance(14_999)
      assert.deepEqual(client.takeAndAck(), [])
      server.clock.advance(1)
      assert.deepEqual(client.takeAndAck(), ['CDS: a@1'])
    })

    for (const [who, initial] of Object.entries({ 'a client that returns': HELD, 'a new client': {} })) {
      it(`do so for ${who} (incremental), and hold up nothing else`, () => {
        server.publish(cluster('a'), cluster('b'), listener('l'))
        const client = server.connect('delta', CDS)
        client.delta(CDS, { initial })
        client.takeAndAck()
        server.publish(cluster('a', '2'), cluster('c'), listener('l'))
        assert.deepEqual(client.takeAndAck(), ['CDS: a@2 c@1'])
        server.clock.advance(14_999)
        assert.deepEqual(client.takeAndAck(), [])
        server.clock.advance(1)
        assert.deepEqual(client.takeAndAck(), ['CDS: -b'])
      })
    }
  })

  it('takes a first request with a nonce of an earlier stream (incremental)', () => {
    server.publish(route('a'))
    const client = server.connect('delta')
    client.delta(RDS, { subscribe: ['a'], nonce: '77' })
    assert.deepEqual(client.takeAndAck(), ['RDS: a@1'])
  })

  it('does not withhold the sign that a name on demand does not exist (incremental)', () => {
    server.publish(cluster('a'))
    const client = server.connect('delta')
    client.delta(CDS, { subscribe: ['a'] })
    assert.deepEqual(client.takeAndAck(), ['CDS: a@1'])
    client.delta(CDS, { subscribe: ['on-demand'] })
    assert.deepEqual(client.takeAndAck(), ['CDS: -on-demand'])
    server.publish(cluster('a'), cluster('on-demand'))
    assert.deepEqual(client.takeAndAck(), ['CDS: on-demand@1'])
  })

  it('lets a client of one replica go on with another, which sends what differs and removes what is gone', () => {
    const [first, second] = [new TestServer(), new TestServer()]
    const content = (timeout: string) => [
      encodeResource(CDS, { name: 'kept', type: 'STATIC' }),
      encodeResource(CDS, { name: 'changed', type: 'STATIC', connect_timeout: { seconds: Number(timeout), nanos: 0 } }),
    ]
    first.publish(
      ...content('1'),
      encodeResource(CDS, { name: 'gone', type: 'STATIC' }),
      encodeResource(LDS, { name: 'l' }),
    )
    second.publish(encodeResource(LDS, { name: 'l' }), ...content('2').reverse())
    const before = first.connect('delta')
    before.delta(CDS)
    before.delta(LDS)
    const initial = (typeUrl: string) =>
      Object.fromEntries(
        before.inbox
          .filter((response) => response.typeUrl === typeUrl)
          .flatMap(({ resources }) => resources.map(({ name, version }) => [name, version])),
      )
    const client = second.connect('delta')
    client.delta(CDS, { initial: initial(CDS) })
    client.delta(LDS, { initial: initial(LDS) })
    const seen = client.takeAndAck().map((response) => response.replace(/@\w+/, ''))
    assert.deepEqual(seen, ['CDS: changed', 'LDS:', 'CDS: -gone'])
  })

  it('sends an assignment after its cluster also when the cluster alone is new to a client that has it', () => {
    server.publish(edsCluster('a'), assignment('a'))
    const client = server.connect('delta')
    client.delta(CDS)
    client.delta(EDS, { subscribe: ['a'], initial: { a: '1' } })
    assert.deepEqual(client.take(), ['CDS: a@1', 'EDS: a@1'])
  })
})
