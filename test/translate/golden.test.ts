import assert from 'node:assert/strict'
import {
  formatOutputs,
  goldenCases,
  orphans,
  readExpected,
  removeOrphans,
  translateCase,
  writeExpected,
} from './golden.js'

const UPDATE = process.env['UPDATE_GOLDEN'] === '1'

describe('golden files', () => {
  before(() => {
    assert.ok(!(UPDATE && process.env['CI']), 'UPDATE_GOLDEN=1 is for people, not for CI')
    if (UPDATE) removeOrphans()
  })

  for (const golden of goldenCases()) {
    it(golden.name, () => {
      const actual = formatOutputs(translateCase(golden))
      if (UPDATE) return writeExpected(golden.name, actual)
      const hint = `test/golden/${golden.name}.out.yaml differs; if that is right: UPDATE_GOLDEN=1 npx mocha test/translate/golden.test.ts`
      assert.equal(actual, readExpected(golden.name), hint)
    })
  }

  it('has no output without an input', () => {
    assert.deepEqual(orphans(), [])
  })
})
