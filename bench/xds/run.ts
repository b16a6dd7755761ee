/**
 * `npm run bench:xds -- [--sizes 100,1000,5000] [--modes sotw,delta] [--rounds 3] [--json FILE]`: meshkeeper/xds and the whole product, side by side
 * with go-control-plane and a bare grpc-js server, under the load client of the bench kit. MESHKEEPER_XDS_BENCH is the folder of the kit, built
 * (`go build -o bin/ ./xdsload ./gcp-server ./gofloor && (cd nodefloor && npm i)`).
 */
import { execFile, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { describeMachine } from '../machine.js'
import { buildNodeSpec, buildRouteSpec, type MeshShape } from '../mesh.js'
import { writeStore } from '../stored-mesh.js'
import { buildCommonMesh, COMMON } from './common-mesh.js'
import { CONTROL, KIT, reachable, startServer, XDS, type ServerName } from './servers.js'

const run = promisify(execFile)

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100,1000,5000' },
    modes: { type: 'string', default: 'sotw,delta' },
    servers: { type: 'string', default: 'gcp,xds,floor,product' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
})

/** Streams → virtual nodes and replicas of each (xds.md section 1). */
const SHAPES: Record<number, { nodes: number; replicas: number }> = {
  100: { nodes: 100, replicas: 1 },
  1000: { nodes: 200, replicas: 5 },
  5000: { nodes: 1000, replicas: 5 },
}

interface Phase {
  readonly label: string
  readonly wall_ms: number
  readonly bytes?: number
  readonly last_ms?: { p50: number; p99: number }
  readonly server_cpu_s: number
  readonly errors: number
  readonly timed_out?: boolean
  readonly server: { rss_mib: number }
}

interface Report {
  readonly phases: Phase[]
  readonly server_before: { rss_mib: number }
  readonly listenOverflows: number
  /** Of the event loop of the server, while a change went to all. Milliseconds. */
  readonly loopDelay?: { p99: number; max: number }
}

/** Figures of one server, medians over the rounds. */
type Figures = Record<string, number>

async function main(): Promise<void> {
  const machine = await describeMachine()
  console.log(machine)
  const results: { size: number; mode: string; figures: Partial<Record<ServerName, Figures>> }[] = []
  for (const size of values.sizes.split(',').map(Number)) {
    for (const mode of values.modes.split(',')) {
      const reports = new Map<ServerName, Report[]>()
      const servers = (values.servers.split(',') as ServerName[]).filter((name) => name !== 'floor' || mode === 'sotw')
      // The servers take turns, so that a drift of the machine meets all of them.
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const name of servers) reports.set(name, [...(reports.get(name) ?? []), await measure(name, mode, size)])
      }
      const figures = Object.fromEntries([...reports].map(([name, list]) => [name, summarise(list, size)]))
      results.push({ size, mode, figures })
      print(size, mode, figures)
      if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ machine, results }, undefined, 1))
    }
  }
}

async function measure(name: ServerName, mode: string, size: number): Promise<Report> {
  const { nodes, replicas } = SHAPES[size] ?? { nodes: size, replicas: 1 }
  const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bench-'))
  const shape: MeshShape = { name: 'bench', nodes, backends: 10 }
  if (name === 'product') await writeStore(join(directory, 'mesh.db'), buildCommonMesh(shape))
  const server = startServer(name, nodes, replicas, directory)
  try {
    await reachable(XDS)
    await reachable(CONTROL)
    const overflows = await listenOverflows()
    const report = await load(name, mode, size, shape, server)
    const delay = name === 'xds' ? { loopDelay: await readLoopDelay() } : {}
    return { ...report, listenOverflows: (await listenOverflows()) - overflows, ...delay }
  } finally {
    server.kill('SIGTERM')
    await once(server, 'exit')
    await rm(directory, { recursive: true })
  }
}

async function load(
  name: ServerName,
  mode: string,
  size: number,
  shape: MeshShape,
  server: ChildProcess,
): Promise<Report> {
  const { nodes, replicas } = SHAPES[size] ?? { nodes: size, replicas: 1 }
  const product = name === 'product'
  const args = [
    '--mode',
    mode,
    '--n',
    String(size),
    '--vns',
    String(nodes),
    '--quiet',
    '400ms',
    '--pid',
    String(server.pid),
    '--storm',
    '2',
  ]
  if (product) for (const flag of ['--node-id', '--node-cluster']) args.push(flag, 'mesh/bench/virtualNode/node-%d')
  const changes = product ? productChanges(shape, size, replicas) : kitChanges(nodes, replicas)
  for (const change of changes) args.push('--change', change)
  const { stdout } = await run(join(KIT, 'bin/xdsload'), args, { maxBuffer: 2 ** 28 })
  return JSON.parse(stdout) as Report
}

function kitChanges(nodes: number, replicas: number): string[] {
  const url = (count: number) => `http://${CONTROL}/change?vn=0&count=${count}&kind=rds`
  const warm = `warm|3|${replicas}|POST|${url(1)}`
  return [warm, `one|5|${replicas}|POST|${url(1)}`, `all|5|${nodes * replicas}|POST|${url(nodes)}`]
}

/** The product's changes come through its API: the store and the translation are in the figures. */
function productChanges(shape: MeshShape, size: number, replicas: number): string[] {
  const base = `http://${CONTROL}/v20190125/meshes/${shape.name}`
  const node = buildNodeSpec(shape, 7)
  const [listener] = node.listeners ?? []
  const timed = { ...listener, timeout: { http: { perRequest: { unit: 's', value: 77_777 } } } }
  const route = buildRouteSpec(shape, 0, 0)
  const text = (spec: object) => JSON.stringify({ spec })
  const backends = [
    ...(node.backends ?? []),
    { virtualService: { virtualServiceName: `${COMMON}.${shape.name}.local` } },
  ]
  const oneBody = text({ ...node, backends, listeners: [timed] }).replace('77777', '1%R')
  const allBody = text(route).replace(/"prefix":"[^"]*"/, '"prefix":"/round-%R"')
  const one = `${replicas}|PUT|${base}/virtualNodes/node-7|${oneBody}`
  const all = `${size}|PUT|${base}/virtualRouter/${COMMON}/routes/${COMMON}|${allBody}`
  return [`warm|3|${one}`, `one|5|${one.replace('"value":1%R', '"value":2%R')}`, `all|5|${all}`]
}

function summarise(reports: readonly Report[], size: number): Figures {
  const phases = (label: string) => reports.flatMap((report) => report.phases.filter((phase) => phase.label === label))
  const of = (label: string, read: (phase: Phase) => number | undefined) =>
    median(phases(label).map((phase) => read(phase) ?? Number.NaN))
  const storms = reports.flatMap((report) =>
    report.phases.filter(({ label }) => label.startsWith('storm') || label.startsWith('reconnect')),
  )
  const rss = reports.map((report) => {
    const [initial] = report.phases
    return (((initial?.server.rss_mib ?? 0) - report.server_before.rss_mib) * 1024) / size
  })
  return {
    initialMs: of('initial', ({ wall_ms }) => wall_ms),
    initialCpu: of('initial', ({ server_cpu_s }) => server_cpu_s),
    oneP99: of('one', ({ last_ms }) => last_ms?.p99),
    allP50: of('all', ({ last_ms }) => last_ms?.p50),
    allP99: of('all', ({ last_ms }) => last_ms?.p99),
    allLoopDelayP99: median(reports.map(({ loopDelay }) => loopDelay?.p99 ?? Number.NaN)),
    allLoopDelayMax: median(reports.map(({ loopDelay }) => loopDelay?.max ?? Number.NaN)),
    allCpu: of('all', ({ server_cpu_s }) => server_cpu_s),
    stormMs: median(storms.map(({ wall_ms }) => wall_ms)),
    stormBytes: median(storms.map(({ bytes }) => bytes ?? Number.NaN)),
    initialBytes: of('initial', ({ bytes }) => bytes),
    rssKiB: median(rss),
    overflows: Math.max(...reports.map(({ listenOverflows }) => listenOverflows)),
    errors: reports.flatMap(({ phases }) => phases).reduce((sum, { errors }) => sum + errors, 0),
    timeouts: reports.flatMap(({ phases }) => phases).filter(({ timed_out }) => timed_out).length,
  }
}

function print(size: number, mode: string, figures: Partial<Record<ServerName, Figures>>): void {
  const names = Object.keys(figures) as ServerName[]
  console.log(
    `\n## ${mode}, ${size} Envoys\n\n| measure | ${names.join(' | ')} | ${names
      .slice(1)
      .map((name) => `${name}/gcp`)
      .join(' | ')} |`,
  )
  console.log(`|---|${'---|'.repeat(2 * names.length - 1)}`)
  for (const key of Object.keys(Object.values(figures)[0] ?? {})) {
    const cells = names.map((name) => round(figures[name]?.[key]))
    const ratios = names.slice(1).map((name) => ratio(figures[name]?.[key], figures.gcp?.[key]))
    console.log(`| ${key} | ${cells.join(' | ')} | ${ratios.join(' | ')} |`)
  }
}

function round(value = Number.NaN): string {
  return Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(2)
}

function ratio(value = Number.NaN, peer = Number.NaN): string {
  return Number.isNaN(value / peer) ? '–' : `${(value / peer).toFixed(2)}×`
}

function median(list: readonly number[]): number {
  const sorted = list.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function readLoopDelay(): Promise<{ p99: number; max: number }> {
  const response = await fetch(`http://${CONTROL}/loop-delay`)
  return (await response.json()) as { p99: number; max: number }
}

async function listenOverflows(): Promise<number> {
  const lines = (await readFile('/proc/net/netstat', 'utf8')).split('\n').filter((line) => line.startsWith('TcpExt'))
  const [names = [], counts = []] = lines.map((line) => line.split(' '))
  return Number(counts[names.indexOf('ListenOverflows')])
}

await main()
