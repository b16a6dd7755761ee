import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open-store.js'
import { describeStore } from './contract.js'
import { node, putAll } from './resources.js'

describeStore('SQLite in memory', (options) => openStore('sqlite::memory:', options))

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-store-'))
let files = 0
const newFile = (): string => join(directory, `${(files += 1)}.db`)
after(() => rmSync(directory, { recursive: true }))

describeStore('SQLite file', (options) => openStore(`sqlite:${newFile()}`, options))

describe('SQLite file', () => {
  it('keeps everything over a restart', async () => {
    const address = `sqlite:${newFile()}`
    const first = await openStore(address)
    await putAll(first, node('a'))
    await first.close()
    const second = await openStore(address)
    assert.deepEqual(await second.image(), { revision: 1, resources: [node('a')] })
    assert.equal(await putAll(second, node('b')), 2)
    await second.close()
  })
})
