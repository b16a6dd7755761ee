/**
 * Start-up with 5,000 stored resources: from spawn to the ready line, and to a /readyz that answers 200.
 * Floors: `node -e 0`, the import of everything that serves, and the same server over an empty store.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Resource } from '../src/model/resource.js'
import { buildMesh } from './mesh.js'
import { figure, floorOf, type Bench, type Figure } from './report.js'
import { ROOT, ServerProcess } from './server-process.js'
import { writeStore } from './stored-mesh.js'

export const START_UP: Bench = {
  name: 'start-up',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bench-'))
    try {
      return await timeStarts(directory)
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}

const ROUNDS = 15
const MESHES = 25
const NODES_PER_MESH = 50

async function timeStarts(directory: string): Promise<Figure[]> {
  const resources = buildResources()
  const empty = join(directory, 'empty.db')
  const full = join(directory, 'full.db')
  await writeStore(empty, [])
  await writeStore(full, resources)
  const samples: Record<'node' | 'modules' | 'empty' | 'full' | 'ready', number[]> = {
    node: [],
    modules: [],
    empty: [],
    full: [],
    ready: [],
  }
  // In turns, so that what else the machine does falls on all of them alike. The first round warms the disk cache and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    const node = await timeNode('0')
    const modules = await timeNode(`await import(${JSON.stringify(SERVER)}); process.exit(0)`)
    const [emptyReady] = await timeStart(empty)
    const [ready, readyz] = await timeStart(full)
    if (round === 0) continue
    samples.node.push(node)
    samples.modules.push(modules)
    samples.empty.push(emptyReady)
    samples.full.push(ready)
    samples.ready.push(readyz)
  }
  const floor = measured('floor: node -e 0', samples.node)
  const emptyStore = measured('empty store, to the ready line', samples.empty, { floor: floorOf(floor) })
  const stored = `${resources.length.toLocaleString('en')} resources`
  return [
    floor,
    measured('import of all modules', samples.modules, { floor: floorOf(floor) }),
    emptyStore,
    measured(`${stored}, to the ready line`, samples.full, { floor: floorOf(emptyStore) }),
    measured(`${stored}, to /readyz 200`, samples.ready, { floor: floorOf(floor), target: 1000 }),
  ]
}

const measured = (name: string, samples: readonly number[], options: Parameters<typeof figure>[3] = {}): Figure =>
  figure(START_UP.name, name, samples, options)

/** 5,000 and their meshes, of a size that AWS's own quotas would have allowed. */
function buildResources(): Resource[] {
  return Array.from({ length: MESHES }, (_, index) =>
    buildMesh({ name: `mesh-${index}`, nodes: NODES_PER_MESH, backends: 20 }),
  ).flat()
}

const SERVER = pathToFileURL(join(ROOT, 'dist/server/compose.js')).href

/** Milliseconds from spawn to the end of a Node that runs `script`. */
async function timeNode(script: string): Promise<number> {
  const started = performance.now()
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return performance.now() - started
}

/** Milliseconds from spawn to the ready line, and to /readyz 200. */
async function timeStart(storeFile: string): Promise<[number, number]> {
  const started = performance.now()
  const server = await ServerProcess.start(storeFile)
  const ready = performance.now() - started
  try {
    while ((await fetch(`http://${server.admin}/readyz`)).status !== 200) continue
    return [ready, performance.now() - started]
  } finally {
    await server.stop()
  }
}
