import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { VARIABLES } from '../../src/bootstrap/variables.js'

const FILE = join(import.meta.dirname, '../../docs/bootstrap.md')
const TEXT = readFileSync(FILE, 'utf8')
const ROWS = new Map([...TEXT.matchAll(/^\| `([A-Z][A-Z0-9_]+)` \| (.*?) \|/gm)].map((row) => [row[1]!, row[2]!]))

describe('docs/bootstrap.md', () => {
  for (const [name, { absent }] of Object.entries(VARIABLES))
    it(`says the default of ${name}`, () => assert.equal(ROWS.get(name), absent === undefined ? '–' : String(absent)))

  it('says the defaults of iptables.sh', () => {
    const script = readFileSync(join(dirname(FILE), '../envoy-bootstrap/sidecar/iptables.sh'), 'utf8')
    const read = [...script.matchAll(/\$\{(APPMESH_[A-Z0-9_]+):-(\w*)\}/g)].map((match) => [match[1], match[2] || '–'])
    assert.equal(read.length, 8)
    for (const [name, value] of read) assert.equal(ROWS.get(name!), value, name)
    assert.equal(ROWS.get('APPMESH_EGRESS_IGNORED_PORTS'), '–')
  })

  it('names no variable that nobody reads', () => {
    const script = readFileSync(join(dirname(FILE), '../envoy-bootstrap/sidecar/iptables.sh'), 'utf8')
    const strange = [...ROWS.keys()].filter((name) => !(name in VARIABLES) && !script.includes(`\${${name}:`))
    assert.deepEqual(strange, [])
  })

  it('links to files that are there', () => {
    const links = [...TEXT.matchAll(/\]\(([^)#]+)\)/g)].map((link) => link[1]!)
    assert.ok(links.length > 5)
    assert.deepEqual(
      links.filter((link) => !existsSync(join(dirname(FILE), link))),
      [],
    )
  })
})
