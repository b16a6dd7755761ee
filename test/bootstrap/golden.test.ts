import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { buildFlavour, GOLDEN, readFlavours } from './flavours.js'

const UPDATE = process.env['UPDATE_GOLDEN'] === '1'

describe('bootstrap: golden files', () => {
  const flavours = readFlavours()

  before(() => {
    if (UPDATE && process.env['CI']) throw new Error('golden files are not rewritten under CI')
  })

  for (const flavour of flavours)
    it(flavour.name, () => {
      const path = join(GOLDEN, `${flavour.name}.out.yaml`)
      const built = buildFlavour(flavour)
      if (UPDATE) writeFileSync(path, stringify(built, { aliasDuplicateObjects: false, lineWidth: 0 }))
      assert.ok(existsSync(path), 'no golden file: check the output by hand, then UPDATE_GOLDEN=1')
      assert.deepEqual(built, parse(readFileSync(path, 'utf8')))
    })

  it('has no golden file without a flavour', () => {
    const names = new Set(flavours.map(({ name }) => `${name}.out.yaml`))
    const orphans = readdirSync(GOLDEN).filter((file) => file.endsWith('.out.yaml') && !names.has(file))
    if (UPDATE) for (const orphan of orphans) rmSync(join(GOLDEN, orphan))
    else assert.deepEqual(orphans, [])
  })
})
