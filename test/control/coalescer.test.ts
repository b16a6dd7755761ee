/** When changes are acted on: at once after a quiet time, else merged for a bounded time; never two at a time, never the last one lost. */
import assert from 'node:assert/strict'
import { Coalescer } from '../../src/control/coalescer.js'
import { FakeClock } from '../xds/harness.js'

/** Actions that end when the test says so. */
function setUp() {
  const clock = new FakeClock()
  const starts: number[] = []
  const ends: (() => void)[] = []
  const coalescer = new Coalescer({
    quietMillis: 20,
    windowMillis: 100,
    clock,
    act: () => {
      starts.push(clock.now())
      return new Promise((resolve) => ends.push(resolve))
    },
  })
  const end = async (): Promise<void> => {
    ends.shift()!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  /** Triggers at these clock readings, and lets `until` come. Actions take no time. */
  const trigger = async (times: readonly number[], until: number): Promise<void> => {
    for (const time of [...times, until]) {
      while (clock.now() < time) {
        clock.advance(1)
        while (ends.length > 0) await end()
      }
      if (time !== until) coalescer.trigger()
      while (ends.length > 0) await end()
    }
  }
  return { clock, coalescer, starts, end, trigger }
}

const CASES: { name: string; given: readonly number[]; expect: readonly number[] }[] = [
  { name: 'a single change goes at once', given: [5], expect: [5] },
  { name: 'changes with quiet between them go at once each', given: [0, 20, 40], expect: [0, 20, 40] },
  { name: 'a change in a busy time waits for the window', given: [0, 19], expect: [0, 119] },
  { name: 'a burst is merged', given: [0, 5, 10, 15, 20, 25], expect: [0, 105] },
  { name: 'a quiet time inside of a window opens no second one', given: [0, 5, 60], expect: [0, 105] },
  {
    name: 'a burst without end is acted on once per window',
    given: Array.from({ length: 30 }, (_, index) => index * 10),
    expect: [0, 110, 210, 310],
  },
  { name: 'what is merged counts as noise, too', given: [0, 5, 80, 95, 108], expect: [0, 105, 208] },
  { name: 'after a window the next burst waits again', given: [0, 5, 100, 110], expect: [0, 105, 210] },
]

describe('Coalescer', () => {
  for (const { name, given, expect } of CASES) {
    it(name, async () => {
      const { starts, trigger } = setUp()
      await trigger(given, 1000)
      assert.deepEqual(starts, expect)
    })
  }

  it('acts once more, and only once, for what comes while it acts', async () => {
    const { clock, coalescer, starts, end } = setUp()
    coalescer.trigger()
    clock.advance(50)
    coalescer.trigger()
    clock.advance(50)
    coalescer.trigger()
    assert.deepEqual(starts, [0])
    await end()
    assert.deepEqual(starts, [0, 100])
    await end()
    clock.advance(1000)
    assert.deepEqual(starts, [0, 100])
  })

  it('acts for a window that ended while it acted', async () => {
    const { clock, coalescer, starts, end } = setUp()
    coalescer.trigger()
    clock.advance(5)
    coalescer.trigger()
    clock.advance(200)
    assert.deepEqual(starts, [0])
    await end()
    assert.deepEqual(starts, [0, 205])
  })

  it('does nothing once stopped, neither after a window nor after an action', async () => {
    const { clock, coalescer, starts, end } = setUp()
    coalescer.trigger()
    clock.advance(50)
    coalescer.trigger()
    clock.advance(5)
    coalescer.trigger()
    coalescer.stop()
    await end()
    clock.advance(1000)
    coalescer.trigger()
    assert.deepEqual(starts, [0])
  })
})
