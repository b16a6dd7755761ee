/**
 * `npm run bench:xds-envoys -- [--count 50] [--modes sotw,delta] [--rounds 3]`: how long real Envoys take to be ready after a cold start, all at once, with
 * meshkeeper/xds and with go-control-plane in turn. MESHKEEPER_XDS_BENCH is the folder of the bench kit, built; the Envoy is the newest of the tests.
 */
import { parseArgs } from 'node:util'
import { Fleet } from '../../test/envoy/fleet.js'
import { envoyBinary } from '../../test/envoy/install.js'
import type { Variant } from '../../src/xds/index.js'
import { describeMachine } from '../machine.js'
import { summarize } from '../statistics.js'
import { startServer, stopServer } from './servers.js'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    modes: { type: 'string', default: 'sotw,delta' },
    rounds: { type: 'string', default: '3' },
  },
})

const SERVERS = ['gcp', 'xds'] as const

/** Milliseconds from the start of the first Envoy until the last is ready. */
async function measure(name: (typeof SERVERS)[number], variant: Variant, count: number): Promise<number> {
  const binary = await envoyBinary()
  const server = await startServer(name, { nodes: count, replicas: 1 }, '')
  try {
    const nodes = Array.from({ length: count }, (_, index) => `mesh/bench/virtualNode/vn-${index}`)
    const started = performance.now()
    const fleet = await Fleet.start({ binary, variant, xdsPort: 18_000, nodes, ids: nodes })
    const millis = performance.now() - started
    await fleet.stop()
    return millis
  } finally {
    await stopServer(server)
  }
}

console.log(await describeMachine())
for (const variant of values.modes.split(',') as Variant[]) {
  const times: Record<(typeof SERVERS)[number], number[]> = { gcp: [], xds: [] }
  // The servers take turns, so that a drift of the machine meets both.
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of SERVERS) times[name].push(await measure(name, variant, Number(values.count)))
  }
  const [gcp, xds] = SERVERS.map((name) => summarize(times[name]).median) as [number, number]
  console.log(
    `${variant}, ${values.count} Envoys ready: go-control-plane ${gcp.toFixed(0)} ms, meshkeeper/xds ${xds.toFixed(0)} ms, ${(xds / gcp).toFixed(2)}× ` +
      JSON.stringify(times, (_key, value: unknown) => (typeof value === 'number' ? Math.round(value) : value)),
  )
}
