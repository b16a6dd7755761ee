/** What a replica posts, and when; and what it makes of what the others post. */
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseEntry } from '../../src/control/replica-entry.js'
import { Replicas } from '../../src/control/replicas.js'
import type { KnownProxy, ProxyStatus } from '../../src/control/proxy-registry.js'
import type { ReplicaBoard, ReplicaEntries, ReplicaPost } from '../../src/store/replica-board.js'
import type { StreamView } from '../../src/xds/stream-view.js'
import { FakeClock, NODE } from '../xds/harness.js'

const PERIOD = 1000

class FakeBoard implements ReplicaBoard {
  readonly posts: ReplicaPost[] = []
  readonly left: string[] = []
  /** What a post answers: whether earlier ones were still there. */
  known = true
  /** What everybody gets instead of an answer. */
  error: Error | undefined
  replicas: ReplicaEntries[] = []
  reads = 0

  async post(post: ReplicaPost): Promise<boolean> {
    if (this.error) throw this.error
    this.posts.push(post)
    return this.known
  }

  async read(): Promise<ReplicaEntries[]> {
    this.reads += 1
    if (this.error) throw this.error
    return this.replicas
  }

  async leave(replica: string): Promise<void> {
    if (this.error) throw this.error
    this.left.push(replica)
  }
}

/** A replica whose streams, clock and board the test holds. */
class TestReplica {
  readonly board = new FakeBoard()
  readonly clock = new FakeClock()
  readonly log: string[] = []
  readonly streams: StreamView[] = []
  /** By id of the stream; a stream without one has not said who it is. */
  readonly statuses = new Map<number, ProxyStatus>()
  /** How often each was looked at. */
  readonly described: number[] = []
  appliedRevision = 7
  time = 1_000_000
  readonly replicas = new Replicas({
    board: this.board,
    id: 'me',
    name: 'my name',
    appliedRevision: () => this.appliedRevision,
    logger: {
      info: (_details, message) => this.log.push(`info ${message}`),
      warn: (_details, message) => this.log.push(`warn ${message}`),
      error: (_details, message) => this.log.push(`error ${message}`),
    },
    clock: this.clock,
    time: () => this.time,
  })

  start(): this {
    this.replicas.start({
      streams: this.streams,
      describe: ({ id }) => {
        this.described.push(id)
        const status = this.statuses.get(id)
        return status && { status, node: NODE }
      },
    })
    return this
  }

  connect(id: number, fields: Partial<ProxyStatus> = {}): StreamView {
    const stream = { id } as StreamView
    this.streams.push(stream)
    this.statuses.set(id, status(id, fields))
    return stream
  }

  disconnect(stream: StreamView): void {
    this.streams.splice(this.streams.indexOf(stream), 1)
    this.replicas.events.onClose?.(stream)
  }

  /** Lets a period pass, and answers what was posted meanwhile. */
  async period(count = 1): Promise<readonly ReplicaPost[]> {
    const before = this.board.posts.length
    for (let passed = 0; passed < count; passed += 1) {
      this.clock.advance(PERIOD)
      this.time += PERIOD
      await nextTurn()
    }
    return this.board.posts.slice(before)
  }

  /** The numbers of the last post. */
  async changed(): Promise<{ changed: number[]; gone: readonly number[]; complete: boolean | undefined }> {
    const [post] = await this.period()
    assert.ok(post)
    return { changed: [...post.changed.keys()], gone: post.gone, complete: post.complete }
  }
}

function status(id: number, fields: Partial<ProxyStatus> = {}): ProxyStatus {
  return {
    id,
    nodeId: `mesh/m/virtualNode/n${id}`,
    cluster: 'c',
    peer: '127.0.0.1:1',
    envoyVersion: '1.40.0',
    protocol: 'sotw',
    connectedForMillis: 500,
    revision: 7,
    state: 'SYNCED',
    types: [],
    problems: [],
    ...fields,
  }
}

const NOTHING = { changed: [], gone: [], complete: false }

describe('Replicas', () => {
  describe('post', () => {
    it('a second after the start and then once a second, for ten seconds to be believed', async () => {
      const test = new TestReplica().start()
      test.clock.advance(PERIOD - 1)
      assert.equal(test.board.posts.length, 0)
      test.clock.advance(1)
      await nextTurn()
      const [first] = test.board.posts
      assert.deepEqual(
        { ...first, changed: first?.changed.size },
        {
          ...{ replica: 'me', name: 'my name', appliedRevision: 7, ttlMillis: 10_000 },
          ...{ complete: true, changed: 0, gone: [] },
        },
      )
      assert.equal((await test.period(3)).length, 3)
    })

    it('nothing of a stream that has not said who it is', async () => {
      const test = new TestReplica().start()
      test.connect(1)
      test.statuses.delete(1)
      assert.deepEqual((await test.changed()).changed, [])
    })

    it('everything first, then what has changed', async () => {
      const test = new TestReplica().start()
      const [one, two] = [test.connect(1), test.connect(2)]
      assert.deepEqual(await test.changed(), { changed: [1, 2], gone: [], complete: true })
      assert.deepEqual(await test.changed(), NOTHING)
      test.statuses.set(2, status(2, { state: 'NACKED' }))
      test.replicas.events.onNack?.(two, 'type', {} as never, 'no')
      test.replicas.events.onAck?.(one, 'type', {} as never)
      assert.deepEqual(await test.changed(), { ...NOTHING, changed: [2] })
      assert.deepEqual(await test.changed(), NOTHING)
    })

    it('of a stream that something has happened to, and look at no other', async () => {
      const test = new TestReplica().start()
      const streams = [test.connect(1), test.connect(2)]
      await test.period()
      const { events } = test.replicas
      for (const [event, happen] of Object.entries({
        onPush: () => events.onPush?.(streams[1]!, 'type', {} as never),
        onAck: () => events.onAck?.(streams[1]!, 'type', {} as never),
        onNack: () => events.onNack?.(streams[1]!, 'type', {} as never, 'no'),
        onSettled: () => events.onSettled?.(streams[1]!, {} as never),
      })) {
        test.described.length = 0
        happen()
        await test.period()
        assert.deepEqual(test.described, [2], event)
      }
    })

    it('not that time has passed', async () => {
      const test = new TestReplica().start()
      const stream = test.connect(1)
      await test.period()
      test.statuses.set(1, status(1, { connectedForMillis: 1500 }))
      test.replicas.events.onAck?.(stream, 'type', {} as never)
      assert.deepEqual(await test.changed(), NOTHING)
    })

    it('not that everybody has followed to a newer revision', async () => {
      const test = new TestReplica().start()
      const stream = test.connect(1)
      await test.period()
      test.appliedRevision = 8
      test.statuses.set(1, status(1, { revision: 8 }))
      test.replicas.events.onSettled?.(stream, {} as never)
      const [post] = await test.period()
      assert.deepEqual([[...(post?.changed ?? [])], post?.appliedRevision], [[], 8])
      test.appliedRevision = 9
      test.replicas.events.onPush?.(stream, 'type', {} as never)
      assert.deepEqual((await test.changed()).changed, [1], 'one that lags says so')
    })

    it('after every tenth what changed without an event', async () => {
      const test = new TestReplica().start()
      test.connect(1)
      await test.period()
      test.statuses.set(1, status(1, { problems: [{ path: 'p', message: 'm' }] }))
      const posts = await test.period(10)
      assert.deepEqual(
        posts.map(({ changed }) => changed.size),
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      )
      assert.ok(posts.every(({ complete }) => complete === false))
    })

    it('who has gone, once, and nobody whom it never told of', async () => {
      const test = new TestReplica().start()
      const stream = test.connect(1)
      await test.period()
      test.disconnect(test.connect(2))
      test.disconnect(stream)
      assert.deepEqual(await test.changed(), { ...NOTHING, gone: [1] })
      assert.deepEqual(await test.changed(), NOTHING)
    })

    it('everything again once it was forgotten', async () => {
      const test = new TestReplica().start()
      test.connect(1)
      await test.period(3)
      test.board.known = false
      assert.deepEqual(await test.changed(), NOTHING)
      test.board.known = true
      assert.deepEqual(await test.changed(), { changed: [1], gone: [], complete: true })
      assert.deepEqual(await test.changed(), NOTHING)
    })

    it('everything again after a failure, and say once that it failed and once that it is over', async () => {
      const test = new TestReplica().start()
      const stream = test.connect(1)
      await test.period()
      test.connect(2)
      test.disconnect(stream)
      test.board.error = new Error('away')
      await test.period(5)
      assert.deepEqual(test.log, ['warn cannot tell the other replicas which Envoys are connected'])
      test.board.error = undefined
      assert.deepEqual(await test.changed(), { changed: [2], gone: [], complete: true })
      await test.period(2)
      assert.deepEqual(test.log.slice(1), ['info the other replicas know our Envoys again'])
    })

    it('one after the other: a slow database is not asked twice', async () => {
      const test = new TestReplica()
      let answer: (known: boolean) => void = () => undefined
      let asked = 0
      test.board.post = () => {
        asked += 1
        return new Promise((resolve) => (answer = resolve))
      }
      test.start()
      await test.period(5)
      assert.equal(asked, 1)
      answer(true)
      await nextTurn()
      await test.period()
      assert.equal(asked, 2)
    })

    it('what the others can read', async () => {
      const test = new TestReplica().start()
      const type = {
        typeUrl: 't',
        state: 'SYNCED',
        resourceCount: 3,
        sentVersion: 'v',
        sentAgeMillis: 40,
        ackedVersion: 'v',
        ackedAgeMillis: 30,
      } as const
      test.connect(1, { types: [type] })
      test.connect(2, { revision: 5, state: 'NACKED' })
      const [post] = await test.period()
      const read = (id: number, later: number, applied: number): KnownProxy =>
        parseEntry(post?.changed.get(id) ?? '', 'r', applied, 1_000_000 + later)
      assert.deepEqual(read(1, 100, 9), {
        node: NODE,
        status: {
          ...status(1, { connectedForMillis: 600, revision: 9 }),
          replica: 'r',
          types: [{ ...type, sentAgeMillis: 140, ackedAgeMillis: 130 }],
        },
      })
      assert.equal(read(2, 0, 9).status.revision, 5, 'one that lags keeps the revision that it has')
      assert.equal(read(1, -10_000, 9).status.connectedForMillis, 0, 'clocks differ')
    })
  })

  describe('stop', () => {
    it('leaves the board and posts no more', async () => {
      const test = new TestReplica().start()
      await test.period()
      await test.replicas.stop()
      assert.deepEqual(test.board.left, ['me'])
      assert.deepEqual(await test.period(3), [])
      assert.equal(test.clock.pending, 0)
    })

    it('waits for the post that is under way, so that it is not there after the goodbye', async () => {
      const test = new TestReplica()
      let answer: () => void = () => undefined
      const order: string[] = []
      test.board.post = async () => {
        await new Promise<void>((resolve) => (answer = resolve))
        order.push('posted')
        return true
      }
      test.board.leave = async () => void order.push('left')
      test.start()
      await test.period()
      const stopping = test.replicas.stop()
      await nextTurn()
      answer()
      await stopping
      assert.deepEqual(order, ['posted', 'left'])
      assert.equal(test.clock.pending, 0)
    })

    it('ends without the database', async () => {
      const test = new TestReplica().start()
      test.board.error = new Error('away')
      await test.period()
      await test.replicas.stop()
    })

    it('takes nobody off the board who was never there', async () => {
      const test = new TestReplica()
      await test.replicas.stop()
      assert.deepEqual(test.board.left, [])
    })
  })

  describe('elsewhere', () => {
    const other = async (): Promise<ReplicaEntries> => {
      const test = new TestReplica().start()
      test.connect(4)
      const [post] = await test.period()
      const entries = [...(post?.changed ?? [])].map(([number, text]) => ({ number, text }))
      return { replica: 'other', name: 'other name', appliedRevision: 11, entries }
    }

    it('are the Envoys of the others, and not one’s own', async () => {
      const test = new TestReplica()
      const theirs = await other()
      test.board.replicas = [theirs, { ...theirs, replica: 'me', name: 'my name' }]
      const { proxies, problem } = await test.replicas.elsewhere()
      assert.deepEqual(
        proxies.map(({ status: { id, replica, revision } }) => ({ id, replica, revision })),
        [{ id: 4, replica: 'other name', revision: 11 }],
      )
      assert.equal(problem, undefined)
    })

    it('are looked up once for all who ask within half a second', async () => {
      const test = new TestReplica()
      await Promise.all([test.replicas.elsewhere(), test.replicas.elsewhere()])
      test.clock.advance(500)
      await test.replicas.elsewhere()
      assert.equal(test.board.reads, 1)
      test.clock.advance(1)
      await test.replicas.elsewhere()
      assert.equal(test.board.reads, 2)
    })

    it('are said to be unknown while the database is away', async () => {
      const test = new TestReplica()
      test.board.error = new Error('away')
      assert.deepEqual(await test.replicas.elsewhere(), {
        proxies: [],
        problem: 'the Envoys of other replicas are not known: away',
      })
    })
  })
})
