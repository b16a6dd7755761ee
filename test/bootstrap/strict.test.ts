/** Every bootstrap that is printed fits envoy.config.bootstrap.v3.Bootstrap, nothing misspelt. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { fromJson, type Json } from '../../src/codec/json.js'
import { checkStrict } from '../../src/codec/strict.js'

const BOOTSTRAP = 'envoy.config.bootstrap.v3.Bootstrap'
const GOLDEN = new URL('./golden/', import.meta.url)
const files = readdirSync(GOLDEN).filter((file) => file.endsWith('.out.yaml'))

describe('a bootstrap', () => {
  it('is among the golden files', () => assert.ok(files.length > 0))

  for (const file of files) {
    it(`fits its type: ${file}`, () => {
      const json = parse(readFileSync(new URL(file, GOLDEN), 'utf8')) as Json
      assert.deepEqual(checkStrict(BOOTSTRAP, fromJson(BOOTSTRAP, json)), [])
    })
  }
})
