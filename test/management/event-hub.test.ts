/** Who is told what, when, and what becomes of those who do not listen. */
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { ProxyStatus } from '../../src/control/proxy-registry.js'
import { EventHub, type EventListener, type HubEvent } from '../../src/management/event-hub.js'
import { EventWriter } from '../../src/management/event-writer.js'
import { openStore } from '../../src/store/open-store.js'
import type { ReadTransaction, Store } from '../../src/store/store.js'
import type { StreamView } from '../../src/xds/stream-view.js'
import { turn } from '../control/world.js'
import { mesh, node, putAll } from '../store/resources.js'
import { FakeClock } from '../xds/harness.js'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

class Listener implements EventListener {
  readonly events: HubEvent[] = []
  beats = 0
  ended = false
  tell = (event: HubEvent): void => {
    this.events.push(event)
  }
  heartbeat = (): void => {
    this.beats++
  }
  end = (): void => {
    this.ended = true
  }

  get revisions(): (number | undefined)[] {
    return this.events.flatMap(({ revision }) => (revision ? [revision.revision] : []))
  }
}

const stream = (id: number, nodeId = 'mesh/m/virtualNode/a') => ({ id, node: { id: nodeId } }) as unknown as StreamView

describe('the hub of events', () => {
  let store: Store
  let clock: FakeClock
  let hub: EventHub
  let elsewhere: ProxyStatus[]
  let reads: number

  beforeEach(async () => {
    store = await openStore('sqlite::memory:')
    clock = new FakeClock()
    elsewhere = []
    reads = 0
    const counted: Store = Object.create(store, {
      read: { value: (work: Parameters<Store['read']>[0]) => (reads++, store.read(work)) },
      onChange: { value: (listener: () => void) => store.onChange(listener) },
    }) as Store
    hub = new EventHub({
      store: counted,
      clock,
      logger: quiet,
      appliedRevision: () => 7,
      elsewhere: () => Promise.resolve(elsewhere),
    })
  })
  afterEach(() => store.close())

  const settle = async (millis: number): Promise<void> => {
    for (let passed = 0; passed < millis; passed += 50) {
      clock.advance(50)
      for (let turns = 0; turns < 6; turns++) await turn()
    }
  }

  it('looks at nothing while nobody listens', async () => {
    await putAll(store, mesh())
    hub.streamEvents.onAck?.(stream(1), '', {} as never)
    await settle(10_000)
    assert.equal(reads, 0)
    assert.equal(clock.pending, 0)
    const listener = new Listener()
    const stop = await hub.listen(listener)
    await settle(1000)
    stop()
    await settle(1000)
    const before = reads
    await putAll(store, node('a'))
    await settle(10_000)
    assert.equal(reads, before)
    assert.equal(clock.pending, 0)
    assert.equal(hub.listenerCount, 0)
  })

  it('merges what follows fast, and misses nothing', async () => {
    const listener = new Listener()
    await hub.listen(listener)
    for (let index = 0; index < 50; index++) {
      await putAll(store, node(`n-${index}`))
      await turn()
    }
    await settle(1000)
    assert.equal(listener.revisions.at(-1), 50)
    assert.ok(listener.events.length < 20, `${listener.events.length} events`)
    const refs = listener.events.flatMap(({ revision }) =>
      revision?.refs === 'all' ? assert.fail() : (revision?.refs ?? []),
    )
    assert.equal(new Set(refs.map(({ name }) => name)).size, 50)
  })

  it('finds by itself what no hint told of', async () => {
    const deaf: Store = Object.create(store, {
      read: { value: (work: Parameters<Store['read']>[0]) => store.read(work) },
      onChange: { value: () => () => undefined },
    }) as Store
    const listener = new Listener()
    await new EventHub({ store: deaf, clock, logger: quiet, appliedRevision: () => 0 }).listen(listener)
    await putAll(store, mesh())
    await settle(5500)
    assert.deepEqual(listener.revisions, [0, 1])
  })

  it('goes on when the store could not be read for a while', async () => {
    let away = false
    const shaky: Store = Object.create(store, {
      read: {
        value: (work: Parameters<Store['read']>[0]) => (away ? Promise.reject(new Error('away')) : store.read(work)),
      },
      onChange: { value: (listener: () => void) => store.onChange(listener) },
    }) as Store
    const listener = new Listener()
    const shakyHub = new EventHub({ store: shaky, clock, logger: quiet, appliedRevision: () => 0 })
    await shakyHub.listen(listener)
    away = true
    await putAll(store, mesh())
    await settle(6000)
    assert.deepEqual(listener.revisions, [0])
    await assert.rejects(shakyHub.listen(new Listener()), { message: 'away' })
    assert.equal(shakyHub.listenerCount, 1)
    away = false
    await settle(6000)
    assert.deepEqual(listener.revisions, [0, 1])
  })

  it('tells of a store that was put back to an earlier time once, whether somebody listened meanwhile or not', async () => {
    let head = 100
    let left = 20
    const tx = {
      head: () => Promise.resolve(head),
      oldestRevision: () => Promise.resolve(1),
      touches: () => Promise.resolve([]),
    } as unknown as ReadTransaction
    const restored: Store = Object.create(store, {
      read: {
        value: (work: Parameters<Store['read']>[0]) =>
          left-- > 0 ? work(tx) : Promise.reject(new Error('asked without end')),
      },
      onChange: { value: () => () => undefined },
    }) as Store
    const restoredHub = new EventHub({ store: restored, clock, logger: quiet, appliedRevision: () => 0 })
    const [first, second, third] = [new Listener(), new Listener(), new Listener()]
    const stop = await restoredHub.listen(first)
    stop()
    head = 50
    await restoredHub.listen(second, 100)
    head = 40
    await restoredHub.listen(third)
    assert.deepEqual([second.revisions, third.revisions], [[50], [40]])
    assert.equal(second.events[0]?.revision?.refs, 'all')
  })

  it('misses nothing that is written while somebody comes', async () => {
    const listeners: Listener[] = []
    for (let index = 0; index < 30; index++) {
      const listener = new Listener()
      listeners.push(listener)
      await Promise.all([hub.listen(listener, 0), putAll(store, node(`n-${index}`)), settle(100)])
    }
    await settle(1000)
    for (const { events } of listeners) {
      const found = new Set(
        events
          .flatMap(({ revision }) => (revision && revision.refs !== 'all' ? revision.refs : []))
          .map(({ name }) => name),
      )
      assert.equal(found.size, 30)
    }
  })

  it('tells of Envoys at most four times a second, of many as all', async () => {
    const listener = new Listener()
    await hub.listen(listener)
    for (let round = 0; round < 20; round++) {
      hub.streamEvents.onAck?.(stream(1 + (round % 2)), '', {} as never)
      await settle(50)
    }
    const told = listener.events.flatMap(({ proxies }) => (proxies === 'all' ? assert.fail() : (proxies ?? [])))
    assert.ok(told.length <= 12, `${told.length}`)
    assert.deepEqual(
      new Set(told.map((each) => JSON.stringify(each))),
      new Set(['{"id":1,"mesh":"m"}', '{"id":2,"mesh":"m"}']),
    )
    for (let id = 0; id < 500; id++) hub.streamEvents.onNack?.(stream(id), '', {} as never, '')
    await settle(300)
    assert.equal(listener.events.at(-1)?.proxies, 'all')
  })

  it('tells of the Envoys of other replicas', async () => {
    const status = (id: number, state: string) =>
      ({ replica: 'b', id, state, types: [], problems: [], resource: { meshName: 'm' } }) as unknown as ProxyStatus
    elsewhere = [status(1, 'SYNCED'), status(2, 'SYNCED')]
    const listener = new Listener()
    await hub.listen(listener)
    await settle(4500)
    assert.deepEqual(
      listener.events.filter(({ proxies }) => proxies),
      [],
    )
    elsewhere = [status(1, 'NACKED'), status(2, 'SYNCED')]
    await settle(2500)
    assert.deepEqual(listener.events.at(-1)?.proxies, [{ id: 1, mesh: 'm' }])
    elsewhere = [status(2, 'SYNCED')]
    await settle(2500)
    assert.equal(listener.events.at(-1)?.proxies, 'all')
  })

  it('beats every 15 seconds, and ends everybody at its own end', async () => {
    const listener = new Listener()
    await hub.listen(listener)
    await settle(46_000)
    assert.equal(listener.beats, 3)
    hub.close()
    assert.ok(listener.ended)
    assert.equal(clock.pending, 0)
    await assert.rejects(hub.listen(new Listener()))
  })
})

/** A response that takes what it is given until its buffer is full. */
class FakeResponse extends EventEmitter {
  written: string[] = []
  full = false
  destroyed = false
  writableEnded = false
  writableLength = 0

  write(text: string): boolean {
    this.written.push(text)
    return !this.full
  }

  end(text: string): void {
    this.written.push(text)
    this.writableEnded = true
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }

  take(): string {
    return this.written.splice(0).join('')
  }
}

describe('the writer of events', () => {
  let response: FakeResponse
  let clock: FakeClock
  let writer: EventWriter

  beforeEach(() => {
    response = new FakeResponse()
    clock = new FakeClock()
    writer = new EventWriter({ response: response as unknown as ServerResponse, clock })
    assert.equal(response.take(), 'retry: 1000\n\n')
  })

  const ref = (name: string) => ({ kind: 'mesh', meshOwner: '1', meshName: name, name }) as const

  it('keeps for a slow reader only that something has changed', () => {
    response.full = true
    writer.tell({ revision: { revision: 1, refs: [ref('a')] } })
    response.take()
    for (let revision = 2; revision < 1000; revision++) {
      writer.tell({ revision: { revision, refs: [ref('a')] } })
      writer.tell({ appliedRevision: revision })
      writer.tell({ proxies: [{ id: revision }] })
      writer.heartbeat()
    }
    assert.equal(response.take(), '')
    response.full = false
    response.emit('drain')
    assert.equal(
      response.take(),
      'id: 999\nevent: revision\ndata: {"revision":999,"refs":"all"}\n\n' +
        'event: applied\ndata: {"appliedRevision":999}\n\nevent: proxies\ndata: {"ids":"all"}\n\n',
    )
    writer.tell({ appliedRevision: 1000 })
    assert.match(response.take(), /1000/)
    clock.advance(60_000)
    assert.equal(response.destroyed, false)
  })

  it('leaves a reader that reads nothing for half a minute', () => {
    response.full = true
    writer.heartbeat()
    clock.advance(29_000)
    assert.equal(response.destroyed, false)
    clock.advance(2000)
    assert.equal(response.destroyed, true)
    assert.equal(clock.pending, 0)
    writer.tell({ appliedRevision: 1 })
    writer.end()
  })

  it('ends a reader that reads, and cuts off one that does not', () => {
    writer.end()
    assert.equal(response.take(), ': \n\n')
    const slow = new FakeResponse()
    const other = new EventWriter({ response: slow as unknown as ServerResponse, clock })
    slow.writableLength = 100
    other.end()
    assert.equal(slow.destroyed, true)
  })
})
