/** Snapshots by key: who is told what, in which order, and what is left of those who are gone. */
import assert from 'node:assert/strict'
import type { WatchObserver } from '../../src/xds/resource-source.js'
import { SnapshotCache, type SnapshotCacheOptions } from '../../src/xds/snapshot-cache.js'
import type { Snapshot } from '../../src/xds/snapshot.js'
import { cluster, snapshot } from './harness.js'

const [one, two, three] = [snapshot(cluster('a')), snapshot(cluster('b')), snapshot(cluster('c'))]

class Recorder implements WatchObserver {
  readonly seen: (Snapshot | string)[] = []
  onSnapshot = (next: Snapshot): void => void this.seen.push(next)
  onRefusal = ({ message }: { message: string }): void => void this.seen.push(message)
}

/** A cache whose deferred work is run by the test. */
function setUp(options: SnapshotCacheOptions = {}) {
  const deferred: (() => void)[] = []
  const cache = new SnapshotCache({ defer: (work) => deferred.push(work), ...options })
  const watch = (key: string) => {
    const recorder = new Recorder()
    const watch = cache.watch(key, recorder)
    return { seen: recorder.seen, cancel: () => watch.cancel() }
  }
  return { cache, deferred, watch }
}

describe('SnapshotCache', () => {
  it('tells a watcher what there is at once, and what comes', () => {
    const { cache, watch } = setUp()
    const early = watch('k')
    cache.publish('k', one)
    const late = watch('k')
    cache.publish('k', two)
    assert.deepEqual(early.seen, [one, two])
    assert.deepEqual(late.seen, [one, two])
  })

  it('says nothing when the same is published again', () => {
    const { cache, watch } = setUp()
    const { seen } = watch('k')
    cache.publish('k', one)
    cache.publish('k', one)
    assert.deepEqual(seen, [one])
  })

  it('says nothing to a watcher that has cancelled, nor to those of other keys', () => {
    const { cache, watch } = setUp()
    const [gone, other] = [watch('k'), watch('other')]
    gone.cancel()
    gone.cancel()
    cache.publish('k', one)
    assert.deepEqual(gone.seen, [])
    assert.deepEqual(other.seen, [])
    assert.equal(cache.watcherCount('k'), 0)
  })

  it('serves many watchers in slices, each with the newest only', () => {
    const { cache, deferred, watch } = setUp({ sliceSize: 2 })
    const watchers = Array.from({ length: 5 }, () => watch('k'))
    cache.publish('k', one)
    const told = () => watchers.map(({ seen }) => seen.length)
    assert.deepEqual(told(), [1, 1, 0, 0, 0])
    cache.publish('k', two)
    assert.deepEqual(told(), [1, 1, 0, 0, 0], 'one slice per turn')
    while (deferred.length > 0) deferred.shift()!()
    for (const { seen } of watchers) assert.equal(seen.at(-1), two)
    assert.deepEqual(told(), [2, 2, 1, 1, 1])
    cache.publish('k', three)
    assert.equal(watchers[0]!.seen.at(-1), three, 'the next round begins at once again')
  })

  it('does not tell those who cancel, or are refused, while they wait for their slice', () => {
    const { cache, deferred, watch } = setUp({ sliceSize: 1 })
    const [first, second, third, stranger] = [watch('k'), watch('k'), watch('k'), watch('other')]
    cache.publish('k', one)
    second.cancel()
    cache.publish('other', two)
    cache.refuse('k', { code: 3, message: 'no' })
    while (deferred.length > 0) deferred.shift()!()
    assert.deepEqual(first.seen, [one, 'no'])
    assert.deepEqual(second.seen, [])
    assert.deepEqual(third.seen, ['no'])
    assert.deepEqual(stranger.seen, [two])
  })

  it('ends every watch of a refused key, and begins anew for those who come later', () => {
    const { cache, watch } = setUp()
    const before = watch('k')
    cache.publish('k', one)
    cache.refuse('k', { code: 3, message: 'no' })
    cache.refuse('unknown', { code: 3, message: 'no' })
    assert.equal(cache.get('k'), undefined)
    const later = watch('k')
    cache.publish('k', two)
    before.cancel()
    assert.deepEqual(before.seen, [one, 'no'])
    assert.deepEqual(later.seen, [two])
    assert.equal(cache.watcherCount('k'), 1)
  })

  it('forgets a key only when nobody watches it', () => {
    const { cache, watch } = setUp()
    const watcher = watch('k')
    cache.publish('k', one)
    cache.forget('k')
    assert.equal(cache.get('k'), one)
    watcher.cancel()
    assert.equal(cache.get('k'), one, 'kept for those who come back')
    cache.forget('k')
    assert.equal(cache.get('k'), undefined)
  })

  it('keeps nothing of keys that never had a snapshot', () => {
    const { cache, watch } = setUp()
    const [first, second] = [watch('k'), watch('k')]
    first.cancel()
    assert.equal(cache.size, 1)
    second.cancel()
    assert.equal(cache.size, 0)
  })

  it('serves the others when a watcher throws, and says what it threw', () => {
    const faults: unknown[] = []
    const { cache, watch } = setUp({ onFault: (error) => faults.push(error) })
    const fault = new Error('a defect')
    const fail = (): never => {
      throw fault
    }
    cache.watch('k', { onSnapshot: fail, onRefusal: fail })
    const { seen } = watch('k')
    cache.publish('k', one)
    cache.publish('k', two)
    cache.refuse('k', { code: 3, message: 'no' })
    assert.deepEqual(seen, [one, two, 'no'])
    assert.deepEqual(faults, [fault, fault, fault])
  })
})
