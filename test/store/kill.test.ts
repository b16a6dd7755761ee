import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { openStore } from '../../src/store/open-store.js'
import { checkStore, writeUntilKilled } from './acknowledged.js'

const ROUNDS = process.env['LONG_TESTS'] === '1' ? 50 : 8

describe('kill -9 during a stream of writes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-kill-'))
  const path = join(directory, 'store.db')
  after(() => rmSync(directory, { recursive: true }))

  it(`keeps every acknowledged write and no half of another, ${ROUNDS} rounds`, async function () {
    this.timeout(ROUNDS * 10_000)
    const acknowledged = new Map<number, number>()
    for (let round = 0; round < ROUNDS; round += 1) {
      await writeUntilKilled(`sqlite:${path}`, 1 + Math.floor(Math.random() * 40), acknowledged)
      checkFile(path)
      const store = await openStore(`sqlite:${path}`)
      await checkStore(store, acknowledged)
      await store.close()
    }
  })
})

function checkFile(path: string): void {
  const database = new Database(path)
  assert.deepEqual(database.prepare('PRAGMA integrity_check').all(), [{ integrity_check: 'ok' }])
  assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), [])
  database.close()
}
