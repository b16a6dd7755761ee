/** Every metric, in one registry. The other rooms get plain functions. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { buildCertificateMetrics } from './certificate-metrics.js'
import { buildCloudMapMetrics } from './cloud-map-metrics.js'
import { buildDnsMetrics } from './dns.js'
import { VERSION } from './version.js'
import { buildXdsMetrics } from './xds-metrics.js'

/** Fast paths take well under a millisecond, a slow disk or a large mesh seconds. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Metrics = ReturnType<typeof buildMetrics>

/** The registry, and the functions that the rooms call. */
export function buildMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const instruments = buildInstruments(registry)
  instruments.buildInfo.set({ version: VERSION, node_version: process.version }, 1)
  return {
    registry,
    onRequest: (operation: string, status: number, seconds: number): void => {
      instruments.requests.inc({ operation, code: status })
      instruments.requestSeconds.observe({ operation }, seconds)
    },
    onWrite: (seconds: number, committed: boolean): void => {
      instruments.writeSeconds.observe({ result: committed ? 'committed' : 'rolled_back' }, seconds)
    },
    onTranslated: (_proxy: unknown, seconds: number, failed: boolean): void => {
      instruments.translationSeconds.observe({ result: failed ? 'failed' : 'ok' }, seconds)
    },
    onApplied: (revision: number): void => {
      instruments.appliedRevision.set(revision)
    },
    /** Reads the newest revision of the store whenever metrics are collected. */
    followHead: (head: () => Promise<number>): void => {
      new Gauge({
        name: 'meshkeeper_store_head_revision',
        help: 'The newest revision of the store.',
        registers: [registry],
        async collect() {
          this.set(await head().catch(() => Number.NaN))
        },
      })
    },
    ...buildCertificateMetrics(registry),
    ...buildCloudMapMetrics(registry),
    ...buildDnsMetrics(registry),
    ...buildXdsMetrics(registry),
  }
}

function buildInstruments(registry: Registry) {
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `meshkeeper_${name}`, help, labelNames, registers })
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `meshkeeper_${name}`, help, labelNames, registers })
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name: `meshkeeper_${name}`, help, labelNames, buckets: SECONDS, registers })
  return {
    buildInfo: gauge('build_info', 'Always 1; the labels say what runs.', ['version', 'node_version']),
    requests: counter('api_requests_total', 'API requests answered, by operation and HTTP status.', [
      'operation',
      'code',
    ]),
    requestSeconds: histogram(
      'api_request_duration_seconds',
      'From the headers of an API request to the last byte of its answer.',
      ['operation'],
    ),
    writeSeconds: histogram(
      'store_write_duration_seconds',
      'Write transactions of the store, from the lock to the commit.',
      ['result'],
    ),
    translationSeconds: histogram(
      'translation_seconds',
      'Translation of one proxy from its mesh to encoded xDS resources.',
      ['result'],
    ),
    appliedRevision: gauge(
      'applied_revision',
      'Every change up to this revision is published to the Envoys that it affects.',
    ),
  }
}
