/**
 * From a change to the ACK of the Envoy that it concerns: UpdateRoute over HTTP → durable commit → push → ACK. Each change has another prefix and other
 * weights; a relay before the xDS port sees the push that holds the prefix, and its ACK (ads/relay.ts).
 * Floor: the same bytes pushed by grpc-js alone, the same clients and relay, and for what has the API in it one durable commit as well.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bareClient, realEnvoy, type Client } from './ads/clients.js'
import { startFloor, startMeshkeeper } from './ads/planes.js'
import { timeSeries, type Times } from './ads/series.js'
import { timeCommits } from './commit-floor.js'
import { backendsOf, buildMesh, buildRouteSpec, LARGE_MESH } from './mesh.js'
import { figure, floorOf, type Bench, type Figure } from './report.js'
import { writeStore } from './stored-mesh.js'

export const CHANGE_TO_ACK: Bench = {
  name: 'change-to-ack',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bench-'))
    try {
      const route = JSON.stringify(buildRouteSpec(LARGE_MESH, SERVICE, 0))
      const commits = await timeCommits(join(directory, 'floor.db'), route, CHANGES)
      const commit = measured('floor: durable commit', commits)
      const figures = [commit]
      for (const client of [bareClient(LARGE_MESH), realEnvoy(LARGE_MESH)])
        figures.push(...(await timeClient(client, directory, commit)))
      return figures
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}

/** A service that node 0 calls: its route is the one that changes. */
const SERVICE = backendsOf(LARGE_MESH, 0)[0]!
const CHANGES = 300
const BURSTS = 30
const BURST_SIZE = 10

const measured = (name: string, samples: readonly number[], options: Parameters<typeof figure>[3] = {}): Figure =>
  figure(CHANGE_TO_ACK.name, name, samples, options)

async function timeClient(client: Client, directory: string, commit: Figure): Promise<Figure[]> {
  const store = join(directory, `${client.name}.db`)
  await writeStore(store, buildMesh(LARGE_MESH))
  const plane = await startMeshkeeper(store, LARGE_MESH, SERVICE)
  const { singles, bursts, script } = await timeSeries(plane, client, directory, {
    singles: CHANGES,
    bursts: BURSTS,
    burstSize: BURST_SIZE,
  })
  const floor = await startFloor(directory, script)
  const bare = await timeSeries(floor, client, directory, { singles: CHANGES, bursts: 0, burstSize: 0 })

  const { name } = client
  const burst = `${name}: burst of ${BURST_SIZE}`
  const floorFigure = (what: string, key: keyof Times): Figure =>
    measured(`${name}, floor: ${what}`, column(bare.singles, key))
  const floorAck = floorFigure('answered → ACK', 'ackedAfterAnswer')
  const floorAnswered = floorFigure('sent → answered', 'answered')
  const floorWhole = floorFigure('sent → ACK', 'acked')
  const whole = floorOf(floorWhole, commit)
  return [
    floorAck,
    floorAnswered,
    floorWhole,
    measured(`${name}: answered → ACK`, column(singles, 'ackedAfterAnswer'), {
      floor: floorOf(floorAck),
      target: TARGET_MS,
    }),
    measured(`${name}: sent → answered`, column(singles, 'answered'), { floor: floorOf(floorAnswered, commit) }),
    measured(`${name}: sent → ACK`, column(singles, 'acked'), { floor: whole }),
    measured(`${burst}, last answered → ACK`, column(bursts, 'ackedAfterAnswer'), { floor: floorOf(floorAck) }),
    measured(`${burst}, first sent → last ACK`, column(bursts, 'acked'), { floor: whole }),
    measured(`${burst}, pushes`, column(bursts, 'pushes'), { unit: 'count' }),
  ]
}

const TARGET_MS = 25

function column(times: readonly Times[], key: keyof Times): number[] {
  return times.map((time) => time[key])
}
