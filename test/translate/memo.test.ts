import assert from 'node:assert/strict'
import { createMemo } from '../../src/translate/memo.js'

describe('createMemo', () => {
  it('builds once while the inputs are identical, and anew when one is another object, however equal', () => {
    const memo = createMemo()
    const input = { a: 1 }
    const first = memo('key', [input, 'text'], () => ({}))
    assert.equal(
      memo('key', [input, 'text'], () => ({})),
      first,
    )
    const second = memo('key', [{ a: 1 }, 'text'], () => ({}))
    assert.notEqual(second, first)
    assert.notEqual(
      memo('key', [input, 'text'], () => ({})),
      second,
      'the newest inputs replace the older ones',
    )
  })

  it('tells apart more and fewer inputs, undefined included', () => {
    const memo = createMemo()
    const values = [[], [undefined], [undefined, undefined]].map((inputs) => memo('key', inputs, () => ({})))
    assert.equal(new Set(values).size, 3)
    assert.equal(
      memo('key', [undefined, undefined], () => ({})),
      values[2],
    )
  })

  it('keeps values under different keys apart', () => {
    const memo = createMemo()
    assert.notEqual(
      memo('a', [], () => ({})),
      memo('b', [], () => ({})),
    )
  })

  it('may be used while it builds', () => {
    const memo = createMemo()
    const outer = memo('outer', [], () => ({ inner: memo('inner', [], () => ({})) }))
    assert.equal(
      memo('inner', [], () => ({})),
      outer.inner,
    )
  })

  it('does not keep what a failed build was', () => {
    const memo = createMemo()
    assert.throws(() =>
      memo('key', [], () => {
        throw new Error('no')
      }),
    )
    assert.equal(
      memo('key', [], () => 1),
      1,
    )
  })

  it('keeps what is used and drops what is not, in at most two generations of the limit', () => {
    const memo = createMemo({ limit: () => 3 })
    let builds = 0
    const use = (key: string) => memo(key, [], () => ++builds)
    use('used')
    use('unused')
    for (let i = 0; i < 20; i++) {
      use(`other ${i}`)
      use('used')
    }
    assert.equal(use('used'), 1)
    assert.equal(use('unused'), 23, 'built a second time')
    const before = builds
    for (let i = 14; i < 20; i++) use(`other ${i}`)
    assert.ok(builds > before, 'six younger values do not all fit')
  })
})
