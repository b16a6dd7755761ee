/** The poller on a clock that the test holds: when it asks, for what, and what it makes of the answers. */
import assert from 'node:assert/strict'
import type { DiscoveryAnswer } from '../../../src/cloud-map/aws/answer.js'
import { AwsSource, type AwsSourceOptions } from '../../../src/cloud-map/aws/aws-source.js'
import type { DiscoveryCalls } from '../../../src/cloud-map/aws/calls.js'
import { CallFailure, type FailureKind } from '../../../src/cloud-map/aws/failure.js'
import { nextAttempt, nextPoll } from '../../../src/cloud-map/aws/poll-times.js'
import { RequestGate } from '../../../src/cloud-map/aws/request-gate.js'
import type { ServicePlace } from '../../../src/model/cloud-map/discovery.js'
import { Log } from '../../control/world.js'
import { FakeClock } from '../../xds/harness.js'

const place = (serviceName: string): ServicePlace => ({ namespaceName: 'shop', serviceName })
const CART = place('cart')
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Answers as it is told to, and notes when it was asked. */
class Calls implements DiscoveryCalls {
  readonly asked: string[] = []
  readonly clock: FakeClock
  ids = ['a']
  revisionNumber = 1
  healthCounts = false
  failure: FailureKind | 'hang' | undefined
  revisionFailure: FailureKind | undefined
  closed = false

  constructor(clock: FakeClock) {
    this.clock = clock
  }

  revision({ serviceName }: ServicePlace): Promise<number> {
    return this.#answer('R', serviceName, this.revisionNumber, this.revisionFailure ?? this.failure)
  }

  instances({ serviceName }: ServicePlace): Promise<DiscoveryAnswer> {
    const instances = this.ids.map((id) => ({ id, attributes: {}, healthy: true }))
    const { revisionNumber: revision, healthCounts } = this
    const answer = { instances, digest: this.ids.join(), revision, healthCounts, isCut: false }
    return this.#answer('I', serviceName, answer, this.failure)
  }

  close(): void {
    this.closed = true
  }

  #answer<T>(letter: string, name: string, answer: T, failure: FailureKind | 'hang' | undefined): Promise<T> {
    this.asked.push(`${letter} ${name} ${this.clock.now() / 1000}`)
    if (failure === 'hang') return new Promise(() => undefined)
    return failure ? Promise.reject(new CallFailure(failure, `${failure}!`)) : Promise.resolve(answer)
  }
}

describe('the poller of AWS Cloud Map', () => {
  let clock: FakeClock
  let calls: Calls
  let source: AwsSource
  let log: Log
  let changes: number
  let results: string[]

  const open = (options: Partial<AwsSourceOptions> = {}): void => {
    const times = { intervalMillis: 5000, healthIntervalMillis: 15_000, rate: 100, random: () => 0.5, time: () => 77 }
    const logger = Object.assign(log, { debug: () => undefined })
    const onCall: AwsSourceOptions['onCall'] = (_operation, result) => void results.push(result)
    source = new AwsSource({ calls, clock, logger, onCall, ...times, ...options })
  }
  const watch = (where = CART): (() => void) =>
    source.watch(where, (changedAt) => {
      assert.equal(changedAt, 77)
      changes += 1
    })
  /** Lets time pass in small steps, with turns of the event loop in between. */
  const pass = async (seconds: number): Promise<void> => {
    for (let step = 0; step < seconds * 4; step += 1) {
      clock.advance(250)
      for (let turns = 0; turns < 4; turns += 1) await turn()
    }
  }
  const ids = (where = CART): unknown => {
    const found = source.find(where)
    if (!found.known) return found.pending ? 'pending' : found.reason
    return found.instances.map((instance) => instance.id)
  }

  beforeEach(() => {
    clock = new FakeClock()
    calls = new Calls(clock)
    log = new Log()
    changes = 0
    results = []
    open()
  })
  afterEach(() => source.stop())

  it('asks for what is watched and nothing else, in full at first, then by revision', async () => {
    assert.equal(ids(), 'pending')
    await pass(1)
    assert.equal(calls.asked.length, 0)
    watch()
    await pass(16)
    assert.deepEqual(
      calls.asked.map((text) => text.slice(0, 6)),
      ['I cart', 'R cart', 'R cart', 'R cart'],
    )
    assert.deepEqual([ids(), changes], [['a'], 1])
  })

  it('asks for instances only when the revision has changed, and tells only of changes', async () => {
    watch()
    await pass(1)
    const first = source.find(CART)
    calls.revisionNumber = 2
    await pass(6)
    assert.equal(source.find(CART), first, 'equal instances are the same object')
    calls.revisionNumber = 3
    calls.ids = ['a', 'b']
    await pass(6)
    assert.deepEqual([ids(), changes], [['a', 'b'], 2])
    assert.equal(calls.asked.filter((text) => text.startsWith('I')).length, 3)
  })

  it('polls a service once for all who watch it, and stops with the last of them', async () => {
    const stops = [watch(), watch(), watch()]
    await pass(1)
    assert.deepEqual([calls.asked.length, changes], [1, 3])
    stops.forEach((stop) => stop())
    await pass(30)
    assert.equal(calls.asked.length, 1)
    assert.deepEqual(ids(), ['a'], 'for those who come back')
    watch()
    await pass(1)
    assert.equal(calls.asked.length, 2)
    await pass(1)
    stops.length = 0
  })

  it('forgets a service that nobody watches for a minute', async () => {
    watch()()
    await pass(70)
    watch()
    assert.equal(ids(), 'pending')
  })

  it('asks in full now and then where health counts', async () => {
    calls.healthCounts = true
    watch()
    await pass(1)
    calls.ids = []
    await pass(20)
    assert.deepEqual([ids(), changes], [[], 2])
  })

  for (const kind of ['denied', 'unsupported', 'garbage'] as const)
    it(`asks for instances instead where the revision is ${kind}`, async () => {
      calls.revisionFailure = kind
      watch()
      await pass(20)
      const letters = calls.asked.map(([letter]) => letter).join('')
      assert.match(letters, /^IRII+$/)
      assert.equal(source.trouble(CART), undefined)
    })

  for (const kind of ['throttled', 'timeout', 'error', 'credentials', 'garbage', 'denied'] as const)
    it(`keeps the last good answer when it fails (${kind}), says how old it is, backs off, recovers`, async () => {
      watch()
      await pass(1)
      calls.failure = kind
      await pass(95)
      assert.deepEqual([ids(), changes], [['a'], 1])
      assert.match(source.trouble(CART) ?? '', /^the Cloud Map answer for service cart in namespace shop is 90 s old: /)
      assert.ok(calls.asked.length < 12, calls.asked.join())
      assert.deepEqual(source.statuses()[0]?.state, 'stale')
      assert.ok(log.entries.filter(({ level }) => level === 'warn').length <= 3)
      calls.failure = undefined
      calls.ids = ['b']
      calls.revisionNumber = 2
      await pass(61)
      assert.deepEqual([ids(), changes, source.trouble(CART)], [['b'], 2, undefined])
      assert.match(log.entries.at(-1)?.message ?? '', /answers for every service again/)
    })

  it('gives up a request after ten seconds', async () => {
    calls.failure = 'hang'
    watch()
    await pass(10.5)
    assert.deepEqual(results, ['timeout'])
    assert.match(source.trouble(CART) ?? '', /no answer of AWS Cloud Map yet .* no answer within 10 s/)
    calls.failure = undefined
    await pass(2)
    assert.deepEqual(ids(), ['a'])
  })

  it('takes the endpoints away when there is no such service, and only then', async () => {
    watch()
    await pass(1)
    calls.failure = 'notFound'
    await pass(6)
    assert.deepEqual([ids(), changes], ['AWS Cloud Map has no service cart in namespace shop', 2])
    await pass(20)
    assert.equal(changes, 2)
    calls.failure = undefined
    await pass(6)
    assert.deepEqual([ids(), changes], [['a'], 3])
  })

  it('does not go back for an answer that lags, but for one that stays', async () => {
    calls.revisionNumber = 7
    watch()
    await pass(1)
    Object.assign(calls, { revisionNumber: 6, ids: ['old'] })
    await pass(10)
    assert.deepEqual([ids(), changes], [['a'], 1])
    await pass(6)
    assert.deepEqual([ids(), changes], [['old'], 2])
  })

  it('keeps to the rate, with a fair share for every service', async () => {
    open({ rate: 2 })
    const names = Array.from({ length: 20 }, (_each, index) => `s${index}`)
    for (const name of names) watch(place(name))
    await pass(30)
    assert.ok(calls.asked.length <= 2 * 30 + 2, String(calls.asked.length))
    assert.ok(calls.asked.length >= 2 * 29, String(calls.asked.length))
    for (const name of names) {
      const share = calls.asked.filter((text) => text.includes(` ${name} `)).length
      assert.ok(share >= 2 && share <= 4, `${name}: ${share}`)
    }
    assert.ok(source.waiting > 0)
  })

  it('ends with everything under way', async () => {
    calls.failure = 'hang'
    watch()
    await pass(1)
    source.stop()
    await pass(30)
    assert.equal(calls.asked.length, 1)
    assert.ok(calls.closed)
    assert.deepEqual([changes, results], [0, []])
  })
})

describe('times of polls', () => {
  it('spread over a tenth of the interval either way', () => {
    assert.deepEqual(
      [0, 0.5, 1].map((random) => Math.round(nextPoll(5000, random))),
      [4500, 5000, 5500],
    )
  })

  const CASES = [
    { name: 'first failure of an answered service', given: [5000, 1, true], expect: [5000, 10_000] },
    { name: 'second', given: [5000, 2, true], expect: [10_000, 20_000] },
    { name: 'many', given: [5000, 50, true], expect: [30_000, 60_000] },
    { name: 'never answered', given: [5000, 1, false], expect: [500, 1000] },
    { name: 'never answered, many', given: [5000, 9, false], expect: [30_000, 60_000] },
    { name: 'an interval above a minute', given: [120_000, 9, true], expect: [60_000, 120_000] },
  ] as const
  for (const { name, given, expect } of CASES)
    it(`back off: ${name}`, () => {
      const [interval, failures, answered] = given
      assert.deepEqual(
        [0, 1].map((random) => nextAttempt(interval, failures, answered, random)),
        expect,
      )
    })
})

describe('the gate for requests', () => {
  it('lets so many through at a time, urgent ones first', async () => {
    const clock = new FakeClock()
    const gate = new RequestGate({ rate: 100, concurrency: 1, clock })
    const order: string[] = []
    let end: () => void = () => undefined
    const held = gate.run(() => new Promise<void>((resolve) => (end = resolve)))
    const others = ['a', 'b'].map((name) => gate.run(async () => void order.push(name)))
    const urgent = gate.run(async () => void order.push('urgent'), { urgent: true })
    await turn()
    assert.deepEqual([order, gate.waiting], [[], 3])
    end()
    await Promise.all([held, ...others, urgent])
    assert.deepEqual(order, ['urgent', 'a', 'b'])
  })
})
