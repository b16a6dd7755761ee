/** Every test that the fidelity guide names is there, and every behaviour in it has what a reader looks for. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const GOLDENS = readdirSync(join(ROOT, 'test/golden'))

interface Row {
  readonly section: string
  readonly behaviour: string
  readonly source: string
  readonly ours: string
  readonly tests: readonly string[]
}

const ROWS = readRows(readFileSync(join(ROOT, 'docs/fidelity.md'), 'utf8'))

/** The rows of all tables; a row of another width would be read wrongly by people too. */
function readRows(text: string): Row[] {
  let section = ''
  return text.split('\n').flatMap((line) => {
    section = /^##+ (.*)/.exec(line)?.[1] ?? section
    if (!line.startsWith('|') || /^\|[-|\s]+$/.test(line) || /\| Test \|$/.test(line)) return []
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    assert.equal(cells.length, 4, `a row of ${section} has ${cells.length} cells: ${line}`)
    const [behaviour = '', source = '', ours = '', tests = ''] = cells
    return [{ section, behaviour, source, ours, tests: tests.split(', ') }]
  })
}

/** As the guide says: a path of a test, a test of the translation, or the name of a golden. */
function isThere(test: string): boolean {
  if (test === '–') return true
  if (test.startsWith('test/'))
    return [test, `${test}.ts`, `${test}.test.ts`].some((path) => existsSync(join(ROOT, path)))
  if (test.endsWith('.test.ts')) return existsSync(join(ROOT, 'test/translate', test))
  const name = new RegExp(`^${test.replaceAll('*', '.*')}\\.in\\.yaml$`)
  return GOLDENS.some((file) => name.test(file))
}

describe('the fidelity guide', () => {
  it('has a table of every part', () => {
    const sections = new Set(ROWS.map(({ section }) => section))
    for (const part of ['Listeners', 'Routes', 'Clusters', 'TLS', 'Virtual gateways', 'Clients'])
      assert.ok(sections.has(part), part)
    assert.ok(ROWS.length > 150)
  })

  for (const { section, behaviour, source, ours, tests } of ROWS) {
    it(`names tests that exist for: ${section}, ${behaviour}`, () => {
      assert.ok(behaviour !== '' && source !== '' && ours !== '')
      assert.deepEqual(
        tests.filter((test) => !isThere(test)),
        [],
      )
    })
  }
})
