/** meshkeeper/xds with one snapshot per node cluster, and a record of what it sent. */
import {
  buildKeyedSource,
  buildSnapshot,
  serveXds,
  SnapshotCache,
  TYPE_URL,
  type EncodedResource,
  type RunningXds,
  type StreamEvents,
} from '../../src/xds/index.js'
import { eventually } from './eventually.js'

/** One response. */
export interface Push {
  readonly stream: number
  readonly type: string
  readonly names: readonly string[]
  readonly removed: readonly string[]
}

const SHORT = new Map<string, string>([
  [TYPE_URL.cluster, 'CDS'],
  [TYPE_URL.clusterLoadAssignment, 'EDS'],
  [TYPE_URL.listener, 'LDS'],
  [TYPE_URL.routeConfiguration, 'RDS'],
])

const SYNC_TIMEOUT_MS = 20_000

export class RecordingServer {
  readonly port: number
  /** Since it was last emptied. */
  readonly pushes: Push[]
  /** The words of rejections. */
  readonly rejections: readonly string[]
  readonly #running: RunningXds
  readonly #cache: SnapshotCache

  private constructor(running: RunningXds, cache: SnapshotCache, pushes: Push[], rejections: readonly string[]) {
    this.#running = running
    this.#cache = cache
    this.pushes = pushes
    this.rejections = rejections
    this.port = 'port' in running.address ? running.address.port : NaN
  }

  /** @param content what to serve from the first connection on, by node cluster */
  static async start(port: number, content: Readonly<Record<string, EncodedResource[]>>): Promise<RecordingServer> {
    const cache = new SnapshotCache()
    const pushes: Push[] = []
    const rejections: string[] = []
    const events: StreamEvents = {
      onPush: ({ id }, typeUrl, { resources, removed }) => {
        const names = resources.map(({ name }) => name)
        pushes.push({ stream: id, type: SHORT.get(typeUrl) ?? typeUrl, names, removed })
      },
      onNack: (_stream, _typeUrl, _response, message) => void rejections.push(message),
    }
    for (const [key, resources] of Object.entries(content)) cache.publish(key, buildSnapshot(resources, 1))
    const source = buildKeyedSource(cache, ({ cluster }) => cluster)
    const running = await serveXds({ source, events, address: { host: '127.0.0.1', port } })
    return new RecordingServer(running, cache, pushes, rejections)
  }

  publish(content: Readonly<Record<string, EncodedResource[]>>): void {
    for (const [key, resources] of Object.entries(content)) {
      const previous = this.#cache.get(key)
      this.#cache.publish(key, buildSnapshot(resources, (previous?.revision ?? 0) + 1, previous))
    }
  }

  /** Resolves when `count` clients follow all four types, and have accepted all that there is of them. */
  async synced(count: number): Promise<void> {
    const { engine } = this.#running
    await eventually({ what: `${count} Envoys in sync`, timeoutMs: SYNC_TIMEOUT_MS }, () => {
      const streams = [...engine.streams]
      const open = streams.flatMap((stream) => {
        const { node, types } = engine.status(stream)
        if (stream.snapshot !== this.#cache.get(node?.cluster ?? '')) return [`${stream.id} waits`]
        const behind = types.filter(({ state }) => state !== 'SYNCED' && state !== 'NOT_SENT')
        const missing = types.length < SHORT.size ? [`${stream.id} has ${types.length} types`] : []
        return [...missing, ...behind.map(({ typeUrl, state }) => `${stream.id} ${SHORT.get(typeUrl)} ${state}`)]
      })
      if (streams.length !== count || open.length > 0) throw new Error(`${streams.length} streams; ${open.join(', ')}`)
      return true
    })
  }

  /** What was sent to each stream. */
  byStream(): Push[][] {
    const streams = new Map<number, Push[]>()
    for (const push of this.pushes) streams.set(push.stream, [...(streams.get(push.stream) ?? []), push])
    return [...streams.values()]
  }

  close(): Promise<void> {
    return this.#running.close()
  }
}
