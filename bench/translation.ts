/**
 * Translation: mesh → Envoy messages → bytes → snapshot, by the reconciler itself.
 * Floor: protobufjs's fromObject and encode of the very same messages, without translation, sharing, checks or hashes.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { MeshView } from '../src/model/mesh-view.js'
import { createMemo } from '../src/translate/memo.js'
import { BASELINE } from '../src/translate/proxy.js'
import { translate, type ProxyConfig } from '../src/translate/translate.js'
import { encodePlainly, messagesOf } from './encoding-floor.js'
import { buildRoute, callersOf, LARGE_MESH } from './mesh.js'
import { buildView, proxyOf, Reconciling } from './reconciling.js'
import { figure, floorOf, type Bench, type Figure } from './report.js'

export const TRANSLATION: Bench = {
  name: 'translation',
  async run() {
    const view = buildView(LARGE_MESH)
    return [...(await timeOneProxy(view)), ...timeAllProxies(view), ...(await timeChanges(view)), ...countBytes(view)]
  },
}

const COLD = 400
const FIRST = 9
const ALL = 10
const CHANGES = 400
/** Rounds before the counting starts, for the JIT. */
const WARM_UP = 100

const measured = (name: string, samples: readonly number[], options: Parameters<typeof figure>[3] = {}): Figure =>
  figure(TRANSLATION.name, name, samples, options)

async function timeOneProxy(view: MeshView): Promise<Figure[]> {
  const { nodes } = LARGE_MESH
  const messages = messagesOf(translateFresh(view, 0))
  const floor = measured(
    'floor: protobufjs encodes one proxy',
    repeat(COLD, () => time(() => encodePlainly(messages))),
  )
  const translated = repeat(COLD, (round) => time(() => translateFresh(view, round % nodes)))
  const cold = repeat(COLD, (round) => {
    const reconciling = new Reconciling(view)
    return time(() => reconciling.attach(proxyOf(LARGE_MESH, round % nodes)))
  })
  return [
    floor,
    measured('one proxy, cold, translate() alone', translated, { floor: floorOf(floor) }),
    measured('one proxy, cold', cold, { floor: floorOf(floor), target: 2 }),
    measured('one proxy, first of its process', await timeFirsts(), { floor: floorOf(floor) }),
  ]
}

function timeAllProxies(view: MeshView): Figure[] {
  const indexes = Array.from({ length: LARGE_MESH.nodes }, (_, index) => index)
  const messages = indexes.map((index) => messagesOf(translateFresh(view, index)))
  const encodeAll = (): void => messages.forEach(encodePlainly)
  const floor = measured(
    'floor: protobufjs encodes all 200 proxies',
    repeat(ALL, () => time(encodeAll), 1),
  )
  const times = repeat(
    ALL,
    () => {
      const reconciling = new Reconciling(view)
      return time(() => indexes.forEach((index) => reconciling.attach(proxyOf(LARGE_MESH, index))))
    },
    1,
  )
  return [floor, measured('all 200 proxies, cold', times, { floor: floorOf(floor) })]
}

/** Each change is an edition of a route that was never there before, so that no bytes are known already. */
async function timeChanges(view: MeshView): Promise<Figure[]> {
  const reconciling = new Reconciling(view)
  for (let index = 0; index < LARGE_MESH.nodes; index++) reconciling.attach(proxyOf(LARGE_MESH, index))
  const perNode: number[] = []
  for (let edition = 1; edition <= CHANGES + WARM_UP; edition++) {
    const service = edition % LARGE_MESH.nodes
    const callers = callersOf(LARGE_MESH, service)
    const before = callers.map((caller) => reconciling.snapshot(proxyOf(LARGE_MESH, caller)))
    const took = await reconciling.change(buildRoute(LARGE_MESH, service, edition))
    callers.forEach((caller, position) => {
      if (reconciling.snapshot(proxyOf(LARGE_MESH, caller)) === before[position]) throw new Error('nothing changed')
    })
    if (edition > WARM_UP) perNode.push(took / callers.length)
  }
  const routes = messagesOf({ ...translateFresh(view, 0), clusters: [], listeners: [] }).slice(-1)
  const floor = measured(
    'floor: protobufjs encodes the route configuration that changed',
    repeat(CHANGES, () => time(() => encodePlainly(routes))),
  )
  return [
    floor,
    measured('one route change, per affected node (20 of them)', perNode, { floor: floorOf(floor), target: 0.2 }),
  ]
}

function countBytes(view: MeshView): Figure[] {
  const reconciling = new Reconciling(view)
  const sizes = new Map<string, number[]>()
  for (let index = 0; index < LARGE_MESH.nodes; index++) {
    const proxy = proxyOf(LARGE_MESH, index)
    reconciling.attach(proxy)
    const problems = reconciling.problems(proxy)
    if (problems.length > 0) throw new Error(`the mesh is not what it should be: ${JSON.stringify(problems)}`)
    for (const [typeUrl, { resources }] of reconciling.snapshot(proxy).types) {
      const bytes = [...resources.values()].reduce((sum, resource) => sum + resource.bytes.length, 0)
      sizes.set(typeUrl, [...(sizes.get(typeUrl) ?? []), bytes])
    }
  }
  return [...sizes].map(([typeUrl, bytes]) =>
    measured(`one proxy, ${typeUrl.slice(typeUrl.lastIndexOf('.') + 1)}`, bytes, { unit: 'bytes' }),
  )
}

function translateFresh(view: MeshView, index: number): ProxyConfig {
  return translate(view, proxyOf(LARGE_MESH, index).ref, { dialect: BASELINE, memo: createMemo() })
}

/** A new process for each. */
async function timeFirsts(): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < FIRST; round++) {
    const script = join(import.meta.dirname, 'first-translation.ts')
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script])
    times.push(Number(stdout))
  }
  return times
}

/** Milliseconds. */
function time(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

function repeat(count: number, measure: (round: number) => number, warmUp = WARM_UP): number[] {
  for (let round = 0; round < warmUp; round++) measure(round)
  return Array.from({ length: count }, (_, round) => measure(round))
}
