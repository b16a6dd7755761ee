/** What was acknowledged must be there, whole and in order: the check of the tests that kill, pause and cut. */
import assert from 'node:assert/strict'
import type { Store } from '../../src/store/store.js'
import { replay } from './resources.js'
import { killHard, startWriter } from './victim.js'
import { BATCH_SIZE } from './writer.js'

/** Kills the writer at a moment of its own after `acks` acknowledgements, and notes what it acknowledged: batch → revision. */
export async function writeUntilKilled(
  address: string,
  acks: number,
  acknowledged: Map<number, number>,
): Promise<void> {
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

/** Checks that the store has every batch whole or not at all, and those of `acknowledged` (batch → revision) at their revisions. */
export async function checkStore(store: Store, acknowledged: Map<number, number>): Promise<void> {
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
