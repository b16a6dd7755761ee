import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'
import { replay } from './resources.js'
import { killHard, startWriter } from './victim.js'
import { BATCH_SIZE } from './writer.js'

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

/** Kills the writer at a moment of its own after `acks` acknowledgements, and notes what it acknowledged: batch → revision. */
async function writeUntilKilled(address: string, acks: number, acknowledged: Map<number, number>): Promise<void> {
  const { child, lines } = startWriter(address, 'write')
  let killed: Promise<void> | undefined
  let seen = 0
  for await (const line of lines) {
    const [word, batch, revision] = line.split(' ')
    if (word !== 'ack') continue
    acknowledged.set(Number(batch), Number(revision))
    seen += 1
    if (seen >= acks)
      killed ??= new Promise((resolve) => setTimeout(resolve, Math.random() * 3)).then(() => killHard(child))
  }
  assert.ok(killed, 'the writer ended by itself')
  await killed
}

function checkFile(path: string): void {
  const database = new Database(path)
  assert.deepEqual(database.prepare('PRAGMA integrity_check').all(), [{ integrity_check: 'ok' }])
  assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), [])
  database.close()
}

async function checkStore(store: Store, acknowledged: Map<number, number>): Promise<void> {
  const { revision, resources } = await store.image()
  const changes = await store.changesAfter(0, Number.MAX_SAFE_INTEGER)
  assert.deepEqual(new Map(resources.map((resource) => [resource.metadata.arn, resource])), replay(changes))
  assert.equal(changes.at(-1)?.revision, revision)

  const revisions = new Map<number, Set<number>>()
  const sizes = new Map<number, number>()
  for (const change of changes) {
    const [, batch] = /^b(\d+)-/.exec(change.ref.name) ?? []
    if (batch === undefined) continue
    sizes.set(Number(batch), (sizes.get(Number(batch)) ?? 0) + 1)
    revisions.set(Number(batch), (revisions.get(Number(batch)) ?? new Set()).add(change.revision))
  }
  for (const [batch, size] of sizes) assert.equal(size, BATCH_SIZE, `batch ${batch} is not whole`)
  for (const [batch, at] of acknowledged)
    assert.deepEqual([...(revisions.get(batch) ?? [])], [at], `batch ${batch} is lost`)
  const inOrder = [...new Set(changes.map((change) => change.revision))]
  assert.deepEqual(
    inOrder,
    inOrder.map((_, index) => index + 1),
  )
}
