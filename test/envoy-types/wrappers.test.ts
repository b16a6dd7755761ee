import assert from 'node:assert/strict'
import { bool, millis, seconds, struct, uint32 } from '../../src/envoy/wrappers.js'

describe('millis', () => {
  const cases = [
    { given: 0, expect: { seconds: 0, nanos: 0 } },
    { given: 1, expect: { seconds: 0, nanos: 1_000_000 } },
    { given: 250, expect: { seconds: 0, nanos: 250_000_000 } },
    { given: 999.999999, expect: { seconds: 0, nanos: 999_999_999 } },
    { given: 999.9999999, expect: { seconds: 1, nanos: 0 } },
    { given: 15_000, expect: { seconds: 15, nanos: 0 } },
    { given: 1_001.5, expect: { seconds: 1, nanos: 1_500_000 } },
    { given: 2 ** 53 - 1, expect: { seconds: 9007199254740, nanos: 991_000_000 } },
  ]
  for (const { given, expect } of cases) it(`${given}`, () => assert.deepEqual(millis(given), expect))
})

describe('the other wrappers', () => {
  it('hold their value', () => {
    assert.deepEqual(seconds(15), { seconds: 15, nanos: 0 })
    assert.deepEqual(uint32(0), { value: 0 })
    assert.deepEqual(bool(false), { value: false })
  })
})

describe('struct', () => {
  it('holds every kind of JSON', () => {
    assert.deepEqual(struct({ s: 'x', n: 1.5, t: true, z: null, l: [1, []], o: { a: {} } }), {
      fields: {
        s: { stringValue: 'x' },
        n: { numberValue: 1.5 },
        t: { boolValue: true },
        z: { nullValue: 'NULL_VALUE' },
        l: { listValue: { values: [{ numberValue: 1 }, { listValue: { values: [] } }] } },
        o: { structValue: { fields: { a: { structValue: { fields: {} } } } } },
      },
    })
  })
})
