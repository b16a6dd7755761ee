/** Objects that stand for their content as long as somebody uses them. */
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Interner } from '../../src/codec/interner.js'
import { eventually } from '../envoy/eventually.js'

describe('an interner', () => {
  it('gives the first object of a content again', () => {
    const interner = new Interner<{ of: string }>()
    const first = interner.intern('a', { of: 'a' })
    assert.equal(interner.intern('a', { of: 'a' }), first)
    assert.notEqual(interner.intern('b', { of: 'b' }), first)
  })

  it('keeps nothing that nobody uses', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const interner = new Interner<object>()
    const gone = new Set<string>()
    const registry = new FinalizationRegistry<string>((key) => gone.add(key))
    const used = interner.intern('used', {})
    registry.register(used, 'used')
    registry.register(interner.intern('unused', {}), 'unused')
    await eventually({ what: 'collection', timeoutMs: 10_000 }, () => {
      collect()
      return gone.has('unused')
    })
    assert.deepEqual([...gone], ['unused'])
    assert.equal(interner.intern('used', {}), used)
  })
})
