/** Metrics of the polling of AWS Cloud Map. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { AwsSource, AwsSourceOptions } from '../cloud-map/aws/aws-source.js'

export interface CloudMapMetrics {
  readonly onCloudMapCall: NonNullable<AwsSourceOptions['onCall']>
  readonly onCloudMapChanged: () => void
  /** Asks for the state of what is polled whenever metrics are collected. */
  readonly followCloudMap: (source: Pick<AwsSource, 'statuses' | 'waiting'>) => void
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const STATES = ['ok', 'pending', 'stale', 'notFound'] as const
const STATE_LABELS = { ok: 'ok', pending: 'pending', stale: 'stale', notFound: 'not_found' } as const

export function buildCloudMapMetrics(registry: Registry): CloudMapMetrics {
  const registers = [registry]
  const requests = new Counter({
    name: 'meshkeeper_cloud_map_requests_total',
    help: 'Requests to AWS Cloud Map, by operation and result.',
    labelNames: ['operation', 'result'],
    registers,
  })
  const seconds = new Histogram({
    name: 'meshkeeper_cloud_map_request_duration_seconds',
    help: 'From the sending of a request to AWS Cloud Map to its answer or failure.',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers,
  })
  const changes = new Counter({
    name: 'meshkeeper_cloud_map_changes_total',
    help: 'Answers of AWS Cloud Map that changed the instances of a service.',
    registers,
  })
  let source: Pick<AwsSource, 'statuses' | 'waiting'> = { statuses: () => [], waiting: 0 }
  buildGauges(registers, () => source)
  return {
    onCloudMapCall: (operation, result, duration) => {
      requests.inc({ operation, result: result === 'notFound' ? 'not_found' : result })
      seconds.observe({ operation }, duration)
    },
    onCloudMapChanged: () => changes.inc(),
    followCloudMap: (followed) => {
      source = followed
    },
  }
}

function buildGauges(registers: Registry[], source: () => Pick<AwsSource, 'statuses' | 'waiting'>): void {
  new Gauge({
    name: 'meshkeeper_cloud_map_services',
    help: 'Services that AWS Cloud Map is asked about, by the state of their answers.',
    labelNames: ['state'],
    registers,
    collect() {
      const statuses = source().statuses()
      for (const state of STATES)
        this.set({ state: STATE_LABELS[state] }, statuses.filter((each) => each.state === state).length)
    },
  })
  new Gauge({
    name: 'meshkeeper_cloud_map_oldest_answer_age_seconds',
    help: 'Age of the oldest answer of AWS Cloud Map in use, or how long the first one has been missing.',
    registers,
    collect() {
      const oldest = source()
        .statuses()
        .reduce((most, { ageMillis }) => Math.max(most, ageMillis), 0)
      this.set(oldest / 1000)
    },
  })
  new Gauge({
    name: 'meshkeeper_cloud_map_waiting_requests',
    help: 'Requests to AWS Cloud Map that wait for the rate, or for others to be over.',
    registers,
    collect() {
      this.set(source().waiting)
    },
  })
}
