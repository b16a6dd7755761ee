/**
 * A rehearsal: a server on the loopback plays the first minutes of a fleet with clients of its own, so that this code, and Node's below it, is compiled
 * when the first real client comes. A new process otherwise takes half as much time again for the first thousand Envoys, which after a restart all
 * come at once.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { encodeResource } from '../codec/encode.js'
import type { EncodedResource } from '../codec/resource.js'
import { TYPE_URL } from '../envoy/type-url.js'
import { Engine } from './engine.js'
import { HealthStatus } from './health-service.js'
import { buildKeyedSource } from './keyed-source.js'
import { Actor } from './rehearsal-client.js'
import { buildSnapshot, typeOf, type TypeSnapshot } from './snapshot.js'
import { SnapshotCache } from './snapshot-cache.js'
import type { StreamEvents } from './stream-events.js'
import type { Variant } from './stream-view.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE } from './types.js'
import { buildXdsServer } from './xds-service.js'

export interface RehearsalOptions {
  /** How long it may take; it ends earlier when nothing moves. Milliseconds. */
  readonly millis?: number
  /** How often all acts are played at most. */
  readonly rounds?: number
  /** Told of its streams too: their code is rehearsed with the rest. */
  readonly events?: StreamEvents
}

/** Clients at a time, on so many nodes; how often each sees a change. */
const [CLIENTS, NODES, CHANGES] = [30, 6, 10]
const CLUSTERS = 20

/** Resolves when it is over, whatever came of it: a machine without a loopback does without. */
export async function rehearse({ millis = 350, rounds = Infinity, events = {} }: RehearsalOptions = {}): Promise<void> {
  const end = performance.now() + millis
  const cache = new SnapshotCache()
  const engine = new Engine({ source: buildKeyedSource(cache, ({ id }) => id), events })
  const server = buildXdsServer(engine, { health: new HealthStatus() })
  try {
    server.connections.listen({ host: '127.0.0.1', port: 0 })
    await once(server.connections, 'listening')
    const { port } = server.connections.address() as AddressInfo
    const stage: Stage = { port, cache, scenery: buildScenery(), end, generation: 0 }
    for (let round = 0; round < rounds && performance.now() < end; round++)
      for (const act of ACTS) await playAct(stage, act)
  } catch {
    // Then the first clients find it cold.
  } finally {
    await server.close()
  }
}

interface Stage {
  readonly port: number
  readonly cache: SnapshotCache
  readonly scenery: readonly EncodedResource[]
  /** Reading of performance.now(). */
  readonly end: number
  generation: number
}

interface Act {
  readonly variant: Variant
  /** With what they had before, as after a restart. */
  readonly returning: boolean
}

/** What differs most comes first: a slow machine gets no further than that. */
const ACTS: readonly Act[] = [
  { variant: 'sotw', returning: false },
  { variant: 'delta', returning: true },
  { variant: 'delta', returning: false },
  { variant: 'sotw', returning: true },
]

/** Of a client that returns: empty ones for clusters and listeners, or assignments and routes, which state of the world has to repeat. */
const RESPONSES_TO_RETURNING = 2

/** Everybody comes, sees some changes, and breaks off. */
async function playAct(stage: Stage, { variant, returning }: Act): Promise<void> {
  publish(stage)
  const { port } = stage
  const audience = new Audience(stage.end)
  const scripts = Array.from({ length: NODES }, (_, node) => scriptOf(stage, node))
  const actors = Array.from({ length: CLIENTS }, (_, index) => {
    const script = scripts[index % NODES] ?? []
    const node = nodeId(index % NODES)
    return new Actor({ port, variant, node, script, returning, onResponse: () => audience.count() })
  })
  await audience.seen(CLIENTS * (returning ? RESPONSES_TO_RETURNING : TYPES.length))
  for (let change = 0; change < CHANGES; change++) {
    const seen = audience.seen(CLIENTS)
    publish(stage)
    await seen
  }
  for (const actor of actors) actor.leave()
}

/** Waits until so many responses have come. */
class Audience {
  readonly #end: number
  #count = 0
  #wanted = 0
  #tell: () => void = () => undefined

  constructor(end: number) {
    this.#end = end
  }

  count(): void {
    this.#count += 1
    if (this.#count >= this.#wanted) this.#tell()
  }

  async seen(more: number): Promise<void> {
    this.#wanted += more
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the rehearsal is over')), Math.max(0, this.#end - performance.now()))
    })
    const done = new Promise<void>((resolve) => (this.#tell = resolve))
    await Promise.race([done, late]).finally(() => clearTimeout(timer))
  }
}

function nodeId(node: number): string {
  return `rehearsal/${node}`
}

/** All nodes get what they have already, but for other routes. */
function publish(stage: Stage): void {
  stage.generation += 1
  for (let node = 0; node < NODES; node++) {
    const resources = [...stage.scenery, buildRoutes(node, stage.generation)]
    const key = nodeId(node)
    stage.cache.publish(key, buildSnapshot(resources, stage.generation, stage.cache.get(key)))
  }
}

const TYPES = [CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE]

function scriptOf({ cache }: Stage, node: number): TypeSnapshot[] {
  const snapshot = cache.get(nodeId(node))
  return snapshot ? TYPES.map((typeUrl) => typeOf(snapshot, typeUrl)) : []
}

/** What never changes, made once: the time is for what a server does over and over. */
function buildScenery(): EncodedResource[] {
  const names = Array.from({ length: CLUSTERS }, (_, index) => `rehearsal-${index}`)
  return [
    ...names.map((name) =>
      encodeResource(TYPE_URL.cluster, { name, type: 'EDS', eds_cluster_config: { eds_config: { ads: {} } } }),
    ),
    ...names.map((cluster_name) => encodeResource(TYPE_URL.clusterLoadAssignment, { cluster_name })),
    encodeResource(TYPE_URL.listener, { name: 'rehearsal', traffic_direction: 'OUTBOUND' }),
  ]
}

function buildRoutes(node: number, generation: number): EncodedResource {
  const route = { match: { prefix: `/${node}/${generation}` }, route: { cluster: 'rehearsal-0' } }
  const virtual_hosts = [{ name: 'rehearsal', domains: ['*'], routes: [route] }]
  return encodeResource(TYPE_URL.routeConfiguration, { name: 'rehearsal', virtual_hosts })
}
