/** A stream of the engine with both of its ends held by the test: no sockets, no real time. */
import type { EncodedResource } from '../../src/codec/resource.js'
import type { Clock } from '../../src/xds/clock.js'
import { Engine, type EngineOptions } from '../../src/xds/engine.js'
import type { Refusal, XdsNode } from '../../src/xds/resource-source.js'
import { SnapshotCache } from '../../src/xds/snapshot-cache.js'
import { buildSnapshot, type Snapshot } from '../../src/xds/snapshot.js'
import type { Outgoing, Stream } from '../../src/xds/stream.js'
import type { TypeStatus } from '../../src/xds/stream-status.js'
import type { Variant } from '../../src/xds/stream-view.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../../src/xds/types.js'

export const CDS = CLUSTER_TYPE
export const EDS = ENDPOINT_TYPE
export const LDS = LISTENER_TYPE
export const RDS = ROUTE_TYPE

export const NODE: XdsNode = {
  id: 'test',
  cluster: 'test',
  metadata: {},
  userAgentName: 'envoy',
  userAgentVersion: '1.40.0',
  locality: { region: '', zone: '', subZone: '' },
  clientFeatures: [],
}

/** Cluster bytes: field 2 is the discovery type. */
const STATIC = Uint8Array.from([0x10, 0])
const LOGICAL_DNS = Uint8Array.from([0x10, 2])
const EDS_CLUSTER = Uint8Array.from([0x10, 3])

export class FakeClock implements Clock {
  /** How much time each reading takes. Milliseconds. */
  tick = 0
  #now = 0
  readonly #timers = new Set<{ at: number; callback: () => void }>()

  now(): number {
    return (this.#now += this.tick)
  }

  after(millis: number, callback: () => void): () => void {
    const timer = { at: this.#now + millis, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How many timers run. */
  get pending(): number {
    return this.#timers.size
  }

  /** Lets time pass, firing what falls due, in order. */
  advance(millis: number): void {
    const end = this.#now + millis
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#now = Math.max(this.#now, due.at)
      this.#timers.delete(due)
      due.callback()
    }
    this.#now = end
  }
}

export function resource(typeUrl: string, name: string, version = '1', bytes: Uint8Array = STATIC): EncodedResource {
  return { typeUrl, name, version, bytes }
}

export const cluster = (name: string, version = '1') => resource(CDS, name, version)
export const dnsCluster = (name: string, version = '1') => resource(CDS, name, version, LOGICAL_DNS)
export const edsCluster = (name: string, version = '1') => resource(CDS, name, version, EDS_CLUSTER)
export const assignment = (name: string, version = '1') => resource(EDS, name, version)
export const listener = (name: string, version = '1') => resource(LDS, name, version)
export const route = (name: string, version = '1') => resource(RDS, name, version)

let revisions = 0

export function snapshot(...resources: EncodedResource[]): Snapshot {
  return buildSnapshot(resources, ++revisions)
}

/** A server with one key for all nodes. */
export class TestServer {
  readonly clock = new FakeClock()
  readonly cache = new SnapshotCache({ defer: (work) => work() })
  readonly engine: Engine

  constructor(options: Partial<EngineOptions> = {}) {
    this.engine = new Engine({
      source: { watch: (_node, _peer, observer) => this.cache.watch('key', observer) },
      clock: this.clock,
      ...options,
    })
  }

  publish(...resources: EncodedResource[]): Snapshot {
    const next = snapshot(...resources)
    this.cache.publish('key', next)
    return next
  }

  /** @param typeUrl of a separate service; without, it is the aggregated one */
  connect(variant: Variant, typeUrl?: string): TestClient {
    return new TestClient(this.engine, variant, typeUrl)
  }
}

/** What a client can say, and what it was told. */
export class TestClient {
  readonly stream: Stream
  /** Responses not looked at yet. */
  readonly inbox: Outgoing[] = []
  closed: Refusal | undefined
  /** When false, the transport says that it is full after each message. */
  reading = true
  readonly #last = new Map<string, Outgoing>()
  readonly #names = new Map<string, readonly string[]>()
  #sentNode = false
  readonly #engine: Engine

  constructor(engine: Engine, variant: Variant, typeUrl?: string) {
    this.#engine = engine
    this.stream = engine.open(
      variant,
      { address: '127.0.0.1:1' },
      {
        send: (response) => {
          this.inbox.push(response)
          this.#last.set(response.typeUrl, response)
          return this.reading
        },
        close: (refusal) => {
          this.closed = refusal
        },
      },
      typeUrl,
    )
  }

  /** SotW: (re)subscribes with the nonce of the last response. */
  request(
    typeUrl: string,
    names: readonly string[] = [],
    extra: { version?: string; nonce?: string; error?: string } = {},
  ): void {
    this.#names.set(typeUrl, names)
    this.stream.receive({
      variant: 'sotw',
      typeUrl,
      node: this.#node(),
      request: {
        names,
        versionInfo: extra.version ?? '',
        nonce: extra.nonce ?? this.#last.get(typeUrl)?.nonce ?? '',
        ...(extra.error !== undefined && { error: extra.error }),
      },
    })
  }

  /** SotW: accepts the last response, keeping the names. */
  ack(typeUrl: string): void {
    const version = this.#last.get(typeUrl)?.version
    this.request(typeUrl, this.#names.get(typeUrl) ?? [], version === undefined ? {} : { version })
  }

  nack(typeUrl: string, error = 'bad'): void {
    this.request(typeUrl, this.#names.get(typeUrl) ?? [], { error })
  }

  delta(
    typeUrl: string,
    say: {
      subscribe?: string[]
      unsubscribe?: string[]
      initial?: Record<string, string>
      nonce?: string
      error?: string
    } = {},
  ): void {
    this.stream.receive({
      variant: 'delta',
      typeUrl,
      node: this.#node(),
      request: {
        nonce: say.nonce ?? '',
        subscribe: say.subscribe ?? [],
        unsubscribe: say.unsubscribe ?? [],
        initialVersions: new Map(Object.entries(say.initial ?? {})),
        ...(say.error !== undefined && { error: say.error }),
      },
    })
  }

  deltaAck(typeUrl: string, error?: string): void {
    const nonce = this.#last.get(typeUrl)?.nonce ?? ''
    this.delta(typeUrl, { nonce, ...(error !== undefined && { error }) })
  }

  /** What the server says of each type. */
  types(): readonly TypeStatus[] {
    return this.#engine.status(this.stream).types
  }

  /** Everything received since the last look, as `TYPE: name@version …, -removed`. */
  take(): string[] {
    return this.inbox.splice(0).map(describeResponse)
  }

  /** Like `take`, accepting each response. */
  takeAndAck(): string[] {
    const seen: string[] = []
    for (let response = this.inbox.shift(); response; response = this.inbox.shift()) {
      seen.push(describeResponse(response))
      if (response.variant === 'sotw') this.ack(response.typeUrl)
      else this.deltaAck(response.typeUrl)
    }
    return seen
  }

  #node(): XdsNode | undefined {
    if (this.#sentNode) return undefined
    this.#sentNode = true
    return NODE
  }
}

const SHORT: Record<string, string> = { [CDS]: 'CDS', [EDS]: 'EDS', [LDS]: 'LDS', [RDS]: 'RDS' }

function describeResponse({ typeUrl, resources, removed }: Outgoing): string {
  const parts = [...resources.map(({ name, version }) => `${name}@${version}`), ...removed.map((name) => `-${name}`)]
  return `${SHORT[typeUrl] ?? typeUrl}: ${parts.join(' ')}`.trim()
}
