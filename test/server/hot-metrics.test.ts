/** Metrics that count in place show as prom-client's own do. */
import assert from 'node:assert/strict'
import { Counter, Histogram, Registry } from 'prom-client'
import { HotCounter, HotHistogram } from '../../src/server/hot-metrics.js'

const BUCKETS = [0.5, 1, 10]
const NAMED = { name: 'x', help: 'What it is.' }

describe('metrics that count in place', () => {
  const registries = () => ({ ours: new Registry(), theirs: new Registry() })

  it('show a histogram as prom-client does', async () => {
    const { ours, theirs } = registries()
    const hot = new HotHistogram({ ...NAMED, registry: ours, buckets: BUCKETS, label: 'type' })
    const known = new Histogram({ ...NAMED, registers: [theirs], buckets: BUCKETS, labelNames: ['type'] })
    assert.equal(await ours.metrics(), await theirs.metrics())
    for (const [type, value] of [
      ['a', 0.5],
      ['b', 3],
      ['a', 0.7],
      ['a', 11],
      ['b', 0],
    ] as const) {
      hot.observe(value, type)
      known.observe({ type }, value)
    }
    assert.equal(await ours.metrics(), await theirs.metrics())
  })

  it('show one without labels from the start', async () => {
    const { ours, theirs } = registries()
    const hot = new HotHistogram({ ...NAMED, registry: ours, buckets: BUCKETS })
    const known = new Histogram({ ...NAMED, registers: [theirs], buckets: BUCKETS })
    assert.equal(await ours.metrics(), await theirs.metrics())
    hot.observe(1)
    known.observe(1)
    assert.equal(await ours.metrics(), await theirs.metrics())
  })

  it('show a counter as prom-client does', async () => {
    const { ours, theirs } = registries()
    const hot = new HotCounter({ ...NAMED, registry: ours, labels: ['type', 'result'] })
    const known = new Counter({ ...NAMED, registers: [theirs], labelNames: ['type', 'result'] })
    for (const [type, result] of [
      ['a', 'acked'],
      ['a', 'nacked'],
      ['a', 'acked'],
    ] as const) {
      hot.inc(type, result)
      known.inc({ type, result })
    }
    assert.equal(await ours.metrics(), await theirs.metrics())
  })
})
