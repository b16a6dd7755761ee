/** `npm run bench -- [NAME…] [--json FILE]`: runs all benches or the named ones and prints one table. Exits 1 when a target is missed. */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { CHANGE_TO_ACK } from './change-to-ack.js'
import { CLOUD_MAP } from './cloud-map.js'
import { describeMachine } from './machine.js'
import { formatTable, isMissed, ratioOf, type Bench, type Figure } from './report.js'
import { REPLICAS } from './replicas.js'
import { START_UP } from './start-up.js'
import { STORE } from './store-writes.js'
import { TRANSLATION } from './translation.js'

const BENCHES: readonly Bench[] = [CHANGE_TO_ACK, TRANSLATION, START_UP, STORE, CLOUD_MAP, REPLICAS]

async function main(): Promise<void> {
  const { positionals: names, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  })
  const unknown = names.find((name) => !BENCHES.some((bench) => bench.name === name))
  if (unknown !== undefined)
    throw new Error(`there is no bench ${unknown}; there are ${BENCHES.map(({ name }) => name).join(', ')}`)
  const machine = await describeMachine()
  const figures: Figure[] = []
  for (const bench of BENCHES) {
    if (names.length > 0 && !names.includes(bench.name)) continue
    console.error(`${bench.name} …`)
    figures.push(...(await bench.run()))
  }
  console.log(
    Object.entries(machine)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n'),
  )
  console.log(`\n${formatTable(figures)}`)
  if (values.json !== undefined) {
    const rows = figures.map((measured) => ({ ...measured, ratio: ratioOf(measured) }))
    await writeFile(values.json, `${JSON.stringify({ machine, figures: rows }, undefined, 2)}\n`)
  }
  if (figures.some(isMissed)) process.exitCode = 1
}

await main()
