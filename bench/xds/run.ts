/**
 * `npm run bench:xds -- [--sizes 100,1000,5000] [--modes sotw,delta] [--servers gcp,xds,product,http2,http2-delta,grpc-go] [--rounds 2] [--json FILE]`:
 * meshkeeper/xds and the whole product, side by side with go-control-plane and with floors, under the load client of the bench kit; the whole table
 * in about 12 minutes. MESHKEEPER_XDS_BENCH is the folder of the kit, built (`go build -o bin/ ./xdsload ./gcp-server ./gofloor && (cd nodefloor && npm i)`).
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { describeMachine } from '../machine.js'
import { buildNodeSpec, buildRouteSpec, type MeshShape } from '../mesh.js'
import { writeStore } from '../stored-mesh.js'
import { buildCommonMesh, COMMON } from './common-mesh.js'
import { formatTable, summarise, type Figures, type Phase, type Report } from './figures.js'
import { CONTROL, KIT, SERVERS, sizeOf, speaks, startServer, stopServer, XDS, type ServerName } from './servers.js'

const run = promisify(execFile)

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100,1000,5000' },
    modes: { type: 'string', default: 'sotw,delta' },
    servers: { type: 'string', default: 'gcp,xds,product,http2,http2-delta,grpc-go' },
    /** 3, 2 and 1 for 100, 1000 and 5000 Envoys unless given. */
    rounds: { type: 'string' },
    json: { type: 'string' },
  },
})

interface Subject {
  readonly name: ServerName
  readonly mode: string
  readonly envoys: number
}

async function main(): Promise<void> {
  const machine = await describeMachine()
  console.log(machine)
  const results: { envoys: number; mode: string; figures: Partial<Record<ServerName, Figures>> }[] = []
  for (const envoys of values.sizes.split(',').map(Number)) {
    for (const mode of values.modes.split(',')) {
      const figures = await compare(mode, envoys)
      results.push({ envoys, mode, figures })
      console.log(formatTable(`${mode}, ${envoys} Envoys`, figures))
      if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ machine, results }, undefined, 1))
    }
  }
}

async function compare(mode: string, envoys: number): Promise<Partial<Record<ServerName, Figures>>> {
  const names = chosenServers().filter((name) => speaks(name, mode))
  const reports = new Map<ServerName, Report[]>(names.map((name) => [name, []]))
  // The servers take turns, so that a drift of the machine meets all of them.
  for (let round = 0; round < roundsOf(envoys); round++)
    for (const [name, list] of reports) list.push(await measure({ name, mode, envoys }))
  return Object.fromEntries([...reports].map(([name, list]) => [name, summarise(list, envoys)]))
}

function chosenServers(): ServerName[] {
  return values.servers.split(',').map((name) => {
    const known = SERVERS.find((server) => server === name)
    if (!known) throw new Error(`there is no server ${name}; there are ${SERVERS.join(', ')}`)
    return known
  })
}

function roundsOf(envoys: number): number {
  return Number(values.rounds ?? (envoys < 1000 ? 3 : envoys < 5000 ? 2 : 1))
}

async function measure(subject: Subject): Promise<Report> {
  const { name, envoys } = subject
  const size = sizeOf(envoys)
  const directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bench-'))
  const shape: MeshShape = { name: 'bench', nodes: size.nodes, backends: 10 }
  const store = join(directory, 'mesh.db')
  if (name === 'product') await writeStore(store, buildCommonMesh(shape))
  const overflows = await listenOverflows()
  const server = await startServer(name, size, store)
  try {
    const identity = [...loadArguments(subject), '--pid', String(server.pid)]
    const changes = changesOf(subject, shape).flatMap((change) => ['--change', change])
    const report = await load([...identity, '--storm', '2', ...changes])
    const again = envoys < 5000 ? { again: firstPhase(await load(identity)) } : {}
    const delay = name === 'xds' ? { loopDelay: await readLoopDelay() } : {}
    return { ...report, ...again, ...delay, listenOverflows: (await listenOverflows()) - overflows }
  } finally {
    await stopServer(server)
    await rm(directory, { recursive: true })
  }
}

function loadArguments({ name, mode, envoys }: Subject): string[] {
  const { nodes } = sizeOf(envoys)
  const args = ['--addr', XDS, '--mode', mode, '--n', String(envoys), '--vns', String(nodes), '--quiet', '250ms']
  if (name === 'product')
    for (const flag of ['--node-id', '--node-cluster']) args.push(flag, 'mesh/bench/virtualNode/node-%d')
  return args
}

async function load(args: readonly string[]): Promise<Report> {
  const { stdout } = await run(join(KIT, 'bin/xdsload'), args, { maxBuffer: 2 ** 28 })
  return JSON.parse(stdout) as Report
}

function firstPhase({ phases: [phase] }: Report): Phase {
  if (!phase) throw new Error('the load client reports nothing')
  return phase
}

/** As the load client takes them; each is made again after the storms, and both count. */
function changesOf({ name, envoys }: Subject, shape: MeshShape): string[] {
  const { nodes, replicas } = sizeOf(envoys)
  if (name === 'product') return productChanges(shape, envoys, replicas)
  const url = (count: number) => `http://${CONTROL}/change?vn=0&count=${count}&kind=rds`
  const one = `${replicas}|POST|${url(1)}`
  return [`warm|2|${one}`, `one|3|${one}`, `all|3|${envoys}|POST|${url(nodes)}`]
}

/** The product's changes come through its API: the store and the translation are in the figures. */
function productChanges(shape: MeshShape, envoys: number, replicas: number): string[] {
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
  const all = `${envoys}|PUT|${base}/virtualRouter/${COMMON}/routes/${COMMON}|${allBody}`
  return [`warm|2|${one}`, `one|3|${one.replace('"value":1%R', '"value":2%R')}`, `all|3|${all}`]
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
