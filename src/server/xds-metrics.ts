/** Metrics of the xDS streams: who is connected and in which state, what was pushed, how it was taken and how soon. */
import { Counter, Gauge, type Registry } from 'prom-client'
import { rememberedBytes } from '../codec/discovery-requests.js'
import type { EncodedResource } from '../codec/resource.js'
import type { Snapshot } from '../xds/snapshot.js'
import type { StreamEvents } from '../xds/stream-events.js'
import { syncState } from '../xds/stream-status.js'
import type { StreamView, Variant } from '../xds/stream-view.js'
import { SEND_ORDER } from '../xds/types.js'
import { HotCounter, HotHistogram } from './hot-metrics.js'

export interface EventSources {
  /** When the change behind a snapshot was committed (milliseconds since the epoch), if a change made it. */
  readonly changeTime: (snapshot: Snapshot) => number | undefined
  /** Of the clock that the streams run by. */
  readonly now: () => number
}

/** The open streams, and the clock that they run by. */
export interface Streams {
  readonly streams: ReadonlySet<StreamView>
  readonly now: () => number
}

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const AGE_SECONDS = [1, 10, 60, 300, 900, 1800, 3600, 21_600, 86_400]
const SIZE_BYTES = [100, 1000, 10_000, 100_000, 1_000_000, 4_000_000, 10_000_000, 40_000_000]

const OTHER = 'other'

/** The client chooses its type URLs: only the ones that there are become labels. */
const TYPE_NAMES: ReadonlyMap<string, string> = new Map(
  SEND_ORDER.map((typeUrl) => [typeUrl, typeUrl.slice(typeUrl.lastIndexOf('.') + 1)]),
)

type Instruments = ReturnType<typeof buildInstruments>

export interface XdsMetrics {
  readonly streamEvents: (sources: EventSources) => StreamEvents
  /** Looks at the open streams whenever metrics are collected. To be called once. */
  readonly followStreams: (streams: Streams) => void
}

export function buildXdsMetrics(registry: Registry): XdsMetrics {
  const instruments = buildInstruments(registry)
  // A counter that starts to exist with its first event hides that event from rates.
  for (const type of TYPE_NAMES.values()) instruments.nacks.inc({ type }, 0)
  return {
    streamEvents: (sources) => buildStreamEvents(instruments, sources),
    followStreams: (streams) => followStreams(streams, registry),
  }
}

function buildInstruments(registry: Registry) {
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `meshkeeper_${name}`, help, labelNames, registers })
  const histogram = (name: string, help: string, buckets: number[], label?: string) =>
    new HotHistogram({ name: `meshkeeper_${name}`, help, buckets, registry, ...(label !== undefined && { label }) })
  return {
    pushes: new HotCounter({
      name: 'meshkeeper_xds_pushes_total',
      help: 'xDS responses by resource type and what became of them: acked, nacked, or unanswered when the stream ended.',
      labels: ['type', 'result'],
      registry,
    }),
    nacks: counter('xds_nack_total', 'xDS responses that an Envoy rejected, by resource type.', ['type']),
    answers: histogram(
      'xds_answer_seconds',
      'From a push to its ACK or NACK, by resource type.',
      LATENCY_SECONDS,
      'type',
    ),
    sizes: histogram('xds_config_size_bytes', 'Bytes of resources in one push, by resource type.', SIZE_BYTES, 'type'),
    refusals: counter('xds_refusals_total', 'xDS streams ended with an error, by gRPC status code.', ['code']),
    faults: counter('xds_faults_total', 'Messages of clients that could not be processed by a fault of ours.'),
    ages: histogram('xds_stream_duration_seconds', 'Age of xDS streams when they ended.', AGE_SECONDS, 'variant'),
    convergence: histogram(
      'proxy_convergence_seconds',
      'From the commit of a change to the moment when one Envoy has accepted everything that it changed.',
      LATENCY_SECONDS,
    ),
  }
}

function buildStreamEvents(instruments: Instruments, { changeTime, now }: EventSources): StreamEvents {
  const { pushes, nacks, answers, sizes, refusals, faults, ages, convergence } = instruments
  const answered = (typeUrl: string, sentAt: number, result: 'acked' | 'nacked'): void => {
    const type = shortType(typeUrl)
    pushes.inc(type, result)
    answers.observe((now() - sentAt) / 1000, type)
    if (result === 'nacked') nacks.inc({ type })
  }
  return {
    onClose: ({ variant, openedAt, channels }) => {
      ages.observe((now() - openedAt) / 1000, variant)
      for (const { typeUrl, outstanding } of channels.values()) {
        if (outstanding) pushes.inc(shortType(typeUrl), 'unanswered')
      }
    },
    onRefusal: (_stream, { code }) => {
      if (code !== 0) refusals.inc({ code })
    },
    onFault: () => faults.inc(),
    onPush: (_stream, typeUrl, { resources }) => sizes.observe(sizeOf(resources), shortType(typeUrl)),
    onAck: (_stream, typeUrl, { sentAt }) => answered(typeUrl, sentAt, 'acked'),
    onNack: (_stream, typeUrl, { sentAt }) => answered(typeUrl, sentAt, 'nacked'),
    onSettled: (_stream, snapshot, previous) => {
      // An Envoy that has just connected took what there was, however long ago that was changed.
      const changed = previous && changeTime(snapshot)
      if (changed !== undefined) convergence.observe(Math.max(0, Date.now() - changed) / 1000)
    },
  }
}

function followStreams({ streams, now }: Streams, registry: Registry): void {
  const registers = [registry]
  new Gauge({
    name: 'meshkeeper_xds_clients',
    help: 'Open xDS streams by protocol variant and Envoy version; an Envoy with ADS has one.',
    labelNames: ['variant', 'version'],
    registers,
    collect() {
      this.reset()
      for (const { variant, version, count } of countVersions(streams)) this.inc({ variant, version }, count)
    },
  })
  new Gauge({
    name: 'meshkeeper_proxies',
    help: 'Connected Envoys by whether they have accepted what they should have.',
    labelNames: ['state'],
    registers,
    collect() {
      const counts = { SYNCED: 0, STALE: 0, NACKED: 0, NOT_SENT: 0 }
      for (const stream of streams) if (stream.node) counts[syncState(stream)] += 1
      for (const [state, count] of Object.entries(counts)) this.set({ state: state.toLowerCase() }, count)
    },
  })
  new Gauge({
    name: 'meshkeeper_xds_oldest_stream_seconds',
    help: 'Age of the oldest open xDS stream; 0 without one.',
    registers,
    collect() {
      let oldest = now()
      for (const { openedAt } of streams) oldest = Math.min(oldest, openedAt)
      this.set((now() - oldest) / 1000)
    },
  })
  new Gauge({
    name: 'meshkeeper_xds_remembered_bytes',
    help: 'Memory, about, of the names and versions in requests that are remembered so as not to be read again.',
    registers,
    collect() {
      this.set(rememberedBytes())
    },
  })
}

const MAX_VERSIONS = 20

interface VersionCount {
  readonly variant: Variant
  readonly version: string
  count: number
}

/** Clients choose their versions too: what does not look like one, and more than a fleet has, is `other`. */
function countVersions(streams: ReadonlySet<StreamView>): VersionCount[] {
  const known = new Set<string>()
  const counts = new Map<string, VersionCount>()
  for (const { variant, node } of streams) {
    const version = versionLabel(node?.userAgentVersion ?? '', known)
    const key = `${variant} ${version}`
    const entry = counts.get(key)
    if (entry) entry.count += 1
    else counts.set(key, { variant, version, count: 1 })
  }
  return [...counts.values()]
}

/** `1.40` of `1.40.0`. */
function versionLabel(text: string, known: Set<string>): string {
  const minor = /^\d{1,3}\.\d{1,3}(?=\.|$)/.exec(text)?.[0]
  if (minor === undefined) return OTHER
  if (known.size < MAX_VERSIONS) known.add(minor)
  return known.has(minor) ? minor : OTHER
}

const sizes = new WeakMap<readonly EncodedResource[], number>()

/** Streams that are sent the same list share it. */
function sizeOf(resources: readonly EncodedResource[]): number {
  let size = sizes.get(resources)
  if (size === undefined) {
    size = resources.reduce((sum, { bytes }) => sum + bytes.length, 0)
    sizes.set(resources, size)
  }
  return size
}

function shortType(typeUrl: string): string {
  return TYPE_NAMES.get(typeUrl) ?? OTHER
}
