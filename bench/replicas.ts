/**
 * Two replicas on one PostgreSQL, and a thousand Envoys at one of them: from a write on the other one to the ACKs. Floor: the same writes on the replica
 * that has the Envoys, in turns with them.
 */
import { buildMeshView } from '../src/model/mesh-view.js'
import { createMemo } from '../src/translate/memo.js'
import { BASELINE } from '../src/translate/proxy.js'
import { translate } from '../src/translate/translate.js'
import { findPrograms, PostgresCluster } from '../test/store/postgres-cluster.js'
import { Fleet, type FleetMember } from './ads/fleet.js'
import { HttpCaller } from './ads/http-caller.js'
import { buildNodeSpec, buildRouteSpec, nodeName, prefixOf, refTo, type MeshShape } from './mesh.js'
import { pause } from './pause.js'
import { figure, floorOf, type Bench, type Figure } from './report.js'
import { ServerProcess } from './server-process.js'
import { fillStore } from './stored-mesh.js'
import { buildCommonMesh, COMMON } from './xds/common-mesh.js'

export const REPLICAS: Bench = {
  name: 'replicas',
  async run() {
    const programs = findPrograms()
    if (programs === undefined) {
      console.error('PostgreSQL is missing (Debian package "postgresql"): nothing to measure')
      return []
    }
    const cluster = await PostgresCluster.make(programs)
    const stops: (() => Promise<void> | void)[] = [() => cluster.stop()]
    try {
      const store = await cluster.newAddress()
      await fillStore(store, buildCommonMesh(SHAPE))
      const [here, there] = [await ServerProcess.startOn(store), await ServerProcess.startOn(store)]
      stops.unshift(
        () => here.stop(),
        () => there.stop(),
      )
      const fleet = await Fleet.connect(here.xds, buildMembers())
      stops.unshift(() => fleet.close())
      const callers = { here: new HttpCaller(here.api), there: new HttpCaller(there.api) }
      stops.unshift(
        () => callers.here.close(),
        () => callers.there.close(),
      )
      return [...(await measure(fleet, callers, ONE)), ...(await measure(fleet, callers, ALL))]
    } finally {
      for (const stop of stops) await stop()
    }
  },
}

const SHAPE: MeshShape = { name: 'bench', nodes: 200, backends: 10 }
const ENVOYS_PER_NODE = 5
const ENVOYS = SHAPE.nodes * ENVOYS_PER_NODE
/** Of each kind, before the counting starts. */
const WARM_UP = 5
const TARGET_MS = 50

/** A kind of change, by edition. */
interface Change {
  readonly name: string
  readonly rounds: number
  /** Of the Envoys. */
  readonly affected: number
  readonly target?: number
  readonly path: string
  readonly spec: (edition: number) => object
  /** What the push of an edition is recognised by. */
  readonly marker: (edition: number) => string
}

const CHANGED_NODE = 7
const COMMON_SERVICE = { virtualService: { virtualServiceName: `${COMMON}.${SHAPE.name}.local` } }
const logPath = (edition: number): string => `/dev/edition-${edition}/log`

const ONE: Change = {
  name: `one node, ${ENVOYS_PER_NODE} of ${ENVOYS} Envoys`,
  rounds: 60,
  affected: ENVOYS_PER_NODE,
  target: TARGET_MS,
  path: `virtualNodes/${nodeName(CHANGED_NODE)}`,
  spec: (edition) => {
    const node = buildNodeSpec(SHAPE, CHANGED_NODE)
    const backends = [...(node.backends ?? []), COMMON_SERVICE]
    return { ...node, backends, logging: { accessLog: { file: { path: logPath(edition) } } } }
  },
  marker: logPath,
}

const ALL: Change = {
  name: `all ${ENVOYS} Envoys`,
  rounds: 25,
  affected: ENVOYS,
  path: `virtualRouter/${COMMON}/routes/${COMMON}`,
  spec: (edition) => buildRouteSpec(SHAPE, 0, edition),
  marker: prefixOf,
}

/** Milliseconds from the request. */
interface Times {
  readonly answered: number
  readonly medianAcked: number
  readonly lastAcked: number
}

type Callers = Readonly<Record<'here' | 'there', HttpCaller>>

async function measure(fleet: Fleet, callers: Callers, change: Change): Promise<Figure[]> {
  const times: Record<keyof Callers, Times[]> = { here: [], there: [] }
  let edition = 0
  for (let round = -WARM_UP; round < change.rounds; round++) {
    for (const where of ['here', 'there'] as const) {
      await pause()
      const measured = await time(fleet, callers[where], change, (edition += 1))
      if (round >= 0) times[where].push(measured)
    }
  }
  return COLUMNS.flatMap(({ name, read, isTarget }) => {
    const title = (where: string): string => `${change.name}, ${where}: ${name}`
    const floor = figure(REPLICAS.name, title('written there'), times.here.map(read))
    const target = isTarget ? change.target : undefined
    const options = { floor: floorOf(floor), ...(target !== undefined && { target }) }
    return [floor, figure(REPLICAS.name, title('written on the other'), times.there.map(read), options)]
  })
}

const COLUMNS: readonly { name: string; read: (times: Times) => number; isTarget?: boolean }[] = [
  { name: 'sent → answered', read: ({ answered }) => answered },
  { name: 'answered → last ACK', read: ({ answered, lastAcked }) => lastAcked - answered, isTarget: true },
  { name: 'sent → median ACK', read: ({ medianAcked }) => medianAcked },
  { name: 'sent → last ACK', read: ({ lastAcked }) => lastAcked },
]

async function time(fleet: Fleet, caller: HttpCaller, change: Change, edition: number): Promise<Times> {
  const acknowledged = fleet.expect(change.marker(edition), change.affected)
  const sent = performance.now()
  await caller.call('PUT', `/v20190125/meshes/${SHAPE.name}/${change.path}`, { spec: change.spec(edition) })
  const answered = performance.now()
  const times = await acknowledged
  const at = (index: number): number => times[index]! - sent
  return {
    answered: answered - sent,
    medianAcked: at(Math.floor(times.length / 2)),
    lastAcked: at(times.length - 1),
  }
}

/** Each node of the mesh several times, as its tasks would be. */
function buildMembers(): FleetMember[] {
  const view = buildMeshView(buildCommonMesh(SHAPE), 1)
  const memo = createMemo()
  return Array.from({ length: SHAPE.nodes }, (_, index) => {
    const ref = refTo(SHAPE, 'virtualNode', nodeName(index))
    const { routes } = translate(view, ref, { dialect: BASELINE, memo })
    const nodeId = `mesh/${SHAPE.name}/virtualNode/${nodeName(index)}`
    return Array.from({ length: ENVOYS_PER_NODE }, () => ({ nodeId, routes: routes.map(({ name }) => name ?? '') }))
  }).flat()
}
