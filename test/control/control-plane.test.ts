/** The whole of control, from the store to what Envoys are sent: who is served, who is turned away and why, and no change lost on the way. */
import assert from 'node:assert/strict'
import { NO_ENDPOINTS } from '../../src/cloud-map/endpoint-source.js'
import type { Resource } from '../../src/model/resource.js'
import { RDS } from '../xds/harness.js'
import { ACCOUNT, resource } from '../translate/mesh.js'
import { nodeId, nodeRef, turn, World } from './world.js'

/** As the Envoys of `world` have it. */
const PEER = { address: '127.0.0.1:1' }

const mesh = (name = 'm'): Resource => resource('mesh', name, name, {})

const node = (name: string, port = 8080, ...backends: string[]): Resource =>
  resource('virtualNode', 'm', name, {
    listeners: [{ portMapping: { port, protocol: 'http' } }],
    serviceDiscovery: { dns: { hostname: `${name}.local` } },
    backends: backends.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
  })

const arnOf = (name: string, owner = ACCOUNT, meshName = 'm'): string =>
  `arn:aws:appmesh:us-east-1:${owner}:mesh/${meshName}/virtualNode/${name}`

describe('ControlPlane', () => {
  let world: World
  afterEach(() => world.close())

  describe('serves', () => {
    for (const { name, given } of [
      { name: 'the short form', given: nodeId('a') },
      { name: 'the short form with the owner', given: `mesh/m@${ACCOUNT}/virtualNode/a` },
      { name: 'the full ARN', given: arnOf('a') },
    ]) {
      it(`an Envoy that gives ${name}`, async () => {
        world = await World.start(mesh(), node('a'))
        const envoy = world.envoy(given)
        await world.settle()
        assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
      })
    }

    it('one snapshot to all of a node, however they call it', async () => {
      world = await World.start(mesh(), node('a'))
      const envoys = [world.envoy(nodeId('a')), world.envoy(arnOf('a')), world.envoy(nodeId('a'), 'delta')]
      await world.settle()
      const [first, ...others] = envoys.map(({ stream }) => stream?.snapshot)
      assert.ok(first)
      for (const other of others) assert.equal(other, first)
    })
  })

  describe('turns away', () => {
    const CASES: { name: string; given: string; expect: RegExp }[] = [
      {
        name: 'an unknown node, saying which ARN it looked for',
        given: nodeId('b'),
        expect: new RegExp(`virtual node b does not exist.*${arnOf('b')}`),
      },
      {
        name: 'an unknown mesh',
        given: nodeId('a', 'x'),
        expect: new RegExp(`mesh x of account ${ACCOUNT} does not exist.*${arnOf('a', ACCOUNT, 'x')}`),
      },
      {
        name: 'the mesh of another account, saying whose there is',
        given: arnOf('a', '123456789012'),
        expect: new RegExp(`mesh m of account 123456789012 .*belongs to account ${ACCOUNT} \\(see --account\\)`),
      },
      { name: 'what is no node id', given: 'whatever', expect: /whatever/ },
    ]
    for (const { name, given, expect } of CASES) {
      it(name, async () => {
        world = await World.start(mesh(), node('a'))
        const { closed, stream } = world.envoy(given)
        assert.equal(stream, undefined)
        assert.equal(closed?.code, 3)
        assert.match(closed.message, expect)
      })
    }

    it('everybody until the meshes are loaded, to come again', async () => {
      world = await World.open()
      await world.put(mesh(), node('a'))
      assert.equal(world.envoy(nodeId('a')).closed?.code, 14)
      assert.equal(world.control.loaded, false)
      await world.control.start()
      assert.equal(world.control.loaded, true)
      assert.ok(world.envoys[0]?.connect().stream)
    })

    it('the Envoys of a node that is deleted, who keep what they have and come back with the node', async () => {
      world = await World.start(mesh(), node('a'), node('b'))
      const [a, b] = [world.envoy(nodeId('a')), world.envoy(nodeId('b'), 'delta')]
      await world.settle()
      const had = a.contents()
      await world.remove(nodeRef('a'))
      await world.settle()
      assert.equal(a.closed?.code, 3)
      assert.match(a.closed.message, new RegExp(arnOf('a')))
      assert.deepEqual(a.contents(), had)
      assert.ok(b.stream)
      assert.equal(a.connect().closed?.code, 3)
      await world.put(node('a', 9090))
      await world.settle()
      a.connect()
      await world.settle()
      assert.deepEqual(a.contents(), await world.expected(nodeRef('a')))
      assert.notDeepEqual(a.contents(), had)
    })

    it('the Envoys of a mesh that is deleted, also when it is made again at once without their node', async () => {
      world = await World.start(mesh(), node('a'), node('b'))
      const [a, b] = [world.envoy(nodeId('a')), world.envoy(nodeId('b'))]
      await world.settle()
      await world.remove(nodeRef('a'), nodeRef('b'), mesh().ref)
      await world.put(mesh(), node('b', 9090))
      await world.settle()
      assert.equal(a.closed?.code, 3)
      assert.equal(b.closed, undefined)
      assert.deepEqual(b.contents(), await world.expected(nodeRef('b')))
    })

    it('the Envoys of a node once their last Envoy has long left, as soon as the node is gone', async () => {
      world = await World.start(mesh(), node('a'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      envoy.disconnect()
      await world.remove(nodeRef('a'))
      await world.settle()
      assert.equal(envoy.connect().closed?.code, 3)
    })
  })

  describe('follows the log', () => {
    it('at the first hint, without any time passing', async () => {
      world = await World.start(mesh(), node('a'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      world.clock.advance(1000)
      while (envoy.answer());
      await world.put(node('a', 9090))
      for (let turns = 0; turns < 4; turns++) await turn()
      while (envoy.answer());
      assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
    })

    it('without hints every five seconds', async () => {
      world = await World.start(mesh(), node('a'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      world.reading.hints = false
      await world.put(node('a', 9090))
      for (let elapsed = 0; elapsed < 5000; elapsed += 500) {
        world.clock.advance(500)
        await turn()
        await turn()
      }
      while (envoy.answer());
      assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
    })

    it('on after readings that failed, which are logged, and changes nothing meanwhile', async () => {
      world = await World.start(mesh(), node('a'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      const had = envoy.contents()
      world.reading.failures = [new Error('away'), new Error('still away')]
      await world.put(node('a', 9090))
      for (let turns = 0; turns < 4; turns++) await turn()
      assert.equal(world.log.entries.length, 1)
      assert.match(world.log.entries[0]!.message, /cannot read the change log; Envoys keep what they have/)
      assert.deepEqual(envoy.contents(), had)
      await world.settle()
      assert.equal(world.log.entries.length, 2)
      assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
    })

    it('that was read before the instances of Cloud Map could not be', async () => {
      let failures = 0
      const sync = () => (failures-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve())
      world = await World.startWith({ endpoints: { ...NO_ENDPOINTS, sync } }, mesh(), node('a'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      failures = 2
      await world.put(node('a', 9090))
      await world.settle()
      assert.equal(world.log.entries.length, 2)
      assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
    })

    it('to the end though it grows while it is being read', async () => {
      world = await World.start(mesh(), node('a'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      let release = (): void => undefined
      world.reading.held = new Promise((resolve) => (release = resolve))
      await world.put(node('a', 9090))
      await turn()
      await turn()
      await world.put(node('a', 9191))
      await turn()
      world.reading.held = undefined
      release()
      await world.settle()
      assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
    })

    it('for an Envoy that connects while it is being read', async () => {
      world = await World.start(mesh(), node('a'))
      await world.settle()
      let release = (): void => undefined
      world.reading.held = new Promise((resolve) => (release = resolve))
      await world.put(node('a', 9090))
      await turn()
      await turn()
      const envoy = world.envoy(nodeId('a'))
      while (envoy.answer());
      const old = envoy.contents()
      world.reading.held = undefined
      release()
      await world.settle()
      assert.notDeepEqual(envoy.contents(), old)
      assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
    })

    it('from what was loaded on, and misses nothing that was written while it was loaded', async () => {
      world = await World.open()
      await world.put(mesh(), node('a'))
      const started = world.control.start()
      await world.put(node('a', 9090))
      await started
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      assert.deepEqual(envoy.contents(), await world.expected(nodeRef('a')))
    })

    it('at once for what was written while it was loaded, though no hint of it came', async () => {
      world = await World.open()
      world.reading.hints = false
      const started = world.control.start()
      await world.put(mesh())
      await started
      for (let turns = 0; turns < 4; turns++) await turn()
      assert.equal(world.control.appliedRevision, 1)
    })

    it('no more once it is stopped', async () => {
      world = await World.start(mesh(), node('a'))
      await world.settle()
      world.control.stop()
      const { count } = world.reading
      await world.put(node('a', 9090))
      for (let round = 0; round < 4; round++) {
        await turn()
        world.clock.advance(6000)
      }
      assert.equal(world.reading.count, count)
      assert.equal(world.clock.pending, 0)
    })

    it('not at all when it is stopped while it loads', async () => {
      world = await World.open()
      const started = world.control.start()
      world.control.stop()
      await started
      await world.put(mesh())
      for (let turns = 0; turns < 4; turns++) await turn()
      assert.equal(world.reading.count, 0)
      assert.equal(world.clock.pending, 0)
    })

    it('not when the store cannot be loaded', async () => {
      world = await World.open()
      await world.store.close()
      await assert.rejects(world.control.start(), /closed/)
      assert.equal(world.control.loaded, false)
      assert.equal(world.clock.pending, 0)
    })
  })

  describe('says', () => {
    it('up to which revision everything is published, in order', async () => {
      world = await World.start(mesh())
      await world.put(node('a'))
      await world.put(node('b'))
      await world.settle()
      assert.equal(world.control.appliedRevision, 3)
      assert.deepEqual(world.applied, [...world.applied].sort())
      assert.equal(world.applied.at(-1), 3)
    })

    it('the newest revision that an Envoy has, also when changes did not concern it', async () => {
      world = await World.start(mesh(), node('a'), node('b'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      const proxy = world.control.resolve({ id: nodeId('a') }, PEER)
      assert.ok('key' in proxy)
      const has = (): number => world.control.revisionOf(proxy, envoy.stream!.settled!)
      assert.equal(has(), 1)
      await world.put(node('b', 9090))
      await world.settle()
      assert.equal(has(), 2)
      const settled = envoy.stream!.settled!
      await world.put(node('a', 9090))
      await world.settle()
      assert.equal(has(), 3)
      assert.equal(world.control.revisionOf(proxy, settled), 2, 'the snapshot before was right up to the change')
    })

    it('no newer revision of an Envoy whose change cannot be translated', async () => {
      world = await World.start(mesh(), node('a'))
      const envoy = world.envoy(nodeId('a'))
      await world.settle()
      const proxy = world.control.resolve({ id: nodeId('a') }, PEER)
      assert.ok('key' in proxy)
      await world.put(node('a', -1))
      await world.settle()
      assert.equal(world.control.appliedRevision, 2)
      assert.equal(world.control.revisionOf(proxy, envoy.stream!.settled!), 1)
      assert.match(world.control.problems(proxy)[0]!.message, /cannot be translated/)
    })
  })

  it('keeps what the last to leave had, and what somebody has', async () => {
    world = await World.startWith({ departed: 1 }, mesh(), node('a'), node('b'), node('c'))
    const [stays, leaves, b, c] = ['a', 'a', 'b', 'c'].map((name) => world.envoy(nodeId(name)))
    await world.settle()
    const kept = (name: string): boolean => {
      const proxy = world.control.resolve({ id: nodeId(name) }, PEER)
      return 'key' in proxy && world.control.snapshot(proxy.key) !== undefined
    }
    for (const envoy of [leaves, b, c]) envoy!.disconnect()
    assert.deepEqual(['a', 'b', 'c'].map(kept), [true, false, true])
    await world.put(node('a', 9090))
    await world.settle()
    assert.deepEqual(stays!.contents(), await world.expected(nodeRef('a')))
  })

  it('asks no Envoy for routes that its listeners do not name, nor leaves it without those that they do', async () => {
    const service = resource('virtualService', 'm', 's.local', { provider: { virtualNode: { virtualNodeName: 'b' } } })
    world = await World.start(mesh(), node('a', 8080, 's.local'), node('b', 9090), service)
    const envoys = [world.envoy(nodeId('a')), world.envoy(nodeId('a'), 'delta')]
    await world.settle()
    for (const { held } of envoys) {
      assert.deepEqual([...held.get(RDS)!.keys()].sort(), ['rds_egress_http_9090', 'rds_ingress_http_8080'])
    }
    await world.put(node('a'))
    await world.settle()
    for (const { held } of envoys) assert.deepEqual([...held.get(RDS)!.keys()], ['rds_ingress_http_8080'])
  })
})
