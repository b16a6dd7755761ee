/**
 * The victim of kill.test.ts: writes batches of virtual nodes to the store given as argument until it is killed, and says `ack BATCH REVISION`
 * after each acknowledged write, `ready` before the first. Some batches run at once. With `idle` as second argument it only opens the store.
 */
import { writeSync } from 'node:fs'
import { openStore } from '../../src/store/open-store.js'
import { AUTHOR, node } from './resources.js'

export const BATCH_SIZE = 3
const WRITERS = 4

const [address = '', mode] = process.argv.slice(2)

async function main(): Promise<void> {
  const store = await openStore(address)
  writeSync(1, 'ready\n')
  if (mode === 'idle') {
    setInterval(() => undefined, 60_000)
    return
  }
  let batch = await store.head()
  const write = async (): Promise<never> => {
    for (;;) {
      const mine = (batch += 1)
      const { revision } = await store.write(AUTHOR, async (tx) => {
        for (let part = 0; part < BATCH_SIZE; part += 1) await tx.put(node(`b${mine}-${part}`))
        await tx.put(node('counter', mine))
      })
      writeSync(1, `ack ${mine} ${revision}\n`)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
}

if (process.argv[1]?.endsWith('writer.ts')) await main()
