import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { formatOptionTable } from '../../src/server/config-text.js'

const FILE = new URL('../../docs/configuration.md', import.meta.url)
const TABLE = /(<!-- options: [^\n]*-->\n)[\s\S]*(<!-- end of options -->)/

describe('docs/configuration.md', () => {
  it('has the table of all options (UPDATE_DOCS=1 writes it)', () => {
    const text = readFileSync(FILE, 'utf8')
    const expected = text.replace(
      TABLE,
      (_all, start: string, end: string) => `${start}\n${formatOptionTable()}\n\n${end}`,
    )
    if (process.env['UPDATE_DOCS'] === '1' && process.env['CI'] === undefined) writeFileSync(FILE, expected)
    else assert.equal(text, expected)
    assert.match(text, TABLE)
  })
})
