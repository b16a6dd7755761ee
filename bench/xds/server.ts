/**
 * The server side of `bench:xds`: the synthetic mesh served through meshkeeper/xds, with the control interface of the peer server.
 *   server.js --addr 127.0.0.1:18000 --http 127.0.0.1:18001 --vns 100 --replicas 10
 *   POST /change?vn=3&count=1&kind=rds   changes that kind of resource for `count` virtual nodes from `vn` on
 *   GET /loop-delay                      of the event loop while a change of all nodes went out, milliseconds
 */
import { createServer } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Snapshot } from '../../src/xds/index.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../../src/xds/types.js'
import { buildKeyedSource, buildTypeSnapshot, serveXds, SnapshotCache } from './built.js'
import { LoopDelay } from './loop-delay.js'
import { Shape, type Kind } from './shape.js'

const TYPES: Record<Kind, string> = { cds: CLUSTER_TYPE, eds: ENDPOINT_TYPE, lds: LISTENER_TYPE, rds: ROUTE_TYPE }
const KINDS = Object.keys(TYPES) as Kind[]

const { values } = parseArgs({
  options: {
    addr: { type: 'string', default: '127.0.0.1:18000' },
    http: { type: 'string', default: '127.0.0.1:18001' },
    vns: { type: 'string', default: '100' },
    replicas: { type: 'string', default: '10' },
  },
})

const nodes = Number(values.vns)
const shape = new Shape('bench', nodes, Number(values.replicas))
const cache = new SnapshotCache()
const loopDelay = new LoopDelay()
let generation = 0

for (let node = 0; node < nodes; node++) cache.publish(shape.nodeId(node), build(node, KINDS, undefined))

function build(node: number, kinds: readonly Kind[], previous: Snapshot | undefined): Snapshot {
  const types = new Map(previous?.types)
  for (const kind of kinds) {
    types.set(TYPES[kind], buildTypeSnapshot(TYPES[kind], shape.resources(kind, node, generation)))
  }
  return { revision: generation, types }
}

/** Stays out of the event loop for this long at most, as the product does. */
const SLICE_MILLIS = 10

async function change(query: URLSearchParams): Promise<object> {
  const first = Number(query.get('vn') ?? 0)
  const count = Math.min(Number(query.get('count') ?? 1), nodes)
  const kinds = (query.get('kind') ?? 'rds').split(',') as Kind[]
  generation++
  if (count === nodes) loopDelay.begin(engine.streams.size)
  else loopDelay.end()
  const started = now()
  let sliceEnd = performance.now() + SLICE_MILLIS
  for (let index = 0; index < count; index++) {
    const node = (first + index) % nodes
    const key = shape.nodeId(node)
    cache.publish(key, build(node, kinds, cache.get(key)))
    if (performance.now() < sliceEnd) continue
    await nextTurn()
    sliceEnd = performance.now() + SLICE_MILLIS
  }
  return { t0_ns: Number(started), t1_ns: Number(now()), vns: count, version: String(generation) }
}

function now(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6))
}

function split(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
}

const { engine } = await serveXds({
  source: buildKeyedSource(cache, ({ id }) => id),
  address: split(values.addr),
  rehearse: true,
  events: { onAck: () => loopDelay.answered() },
})
const { host, port } = split(values.http)
createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const answer = url.pathname === '/change' ? change(url.searchParams) : Promise.resolve(loopDelay.read() ?? {})
  void answer.then((json) => response.setHeader('content-type', 'application/json').end(JSON.stringify(json)))
}).listen(port, host)
// An orderly end, so that profiles of the run are written.
process.once('SIGTERM', () => process.exit())
