/** Answers of AWS Cloud Map, checked: whatever is behind the endpoint, nothing but instances comes out. */
import { hash } from 'node:crypto'
import type { DiscoveredInstance } from '../../model/cloud-map/discovery.js'
import { CallFailure } from './failure.js'

/** The most that DiscoverInstances tells of at a time, and that one service can have (cloud-map-api.md section 8). */
export const MOST_INSTANCES = 1000

export interface DiscoveryAnswer {
  /** In the order of their ids. */
  readonly instances: readonly DiscoveredInstance[]
  /** Equal exactly for equal `instances`. */
  readonly digest: string
  /** Absent where the other side has none. */
  readonly revision?: number
  /** Health may change without a new revision: the service has a health check, or nothing shows that it has none. */
  readonly healthCounts: boolean
  /** There may be more. */
  readonly isCut: boolean
}

interface Summary {
  readonly InstanceId: string
  readonly HealthStatus?: string
  readonly Attributes?: Readonly<Record<string, unknown>>
}

/** Of DiscoverInstances. Throws CallFailure for what is no answer of Cloud Map; a malformed instance is left out. */
export function parseInstances(body: unknown): DiscoveryAnswer {
  const { Instances, InstancesRevision } = (body ?? {}) as Readonly<Record<string, unknown>>
  if (!Array.isArray(Instances)) throw new CallFailure('garbage', 'the answer has no list of instances')
  const summaries = Instances.filter(isSummary)
  const instances = summaries.map(readInstance).sort((left, right) => (left.id < right.id ? -1 : 1))
  return {
    instances,
    digest: hash('sha256', JSON.stringify(instances)),
    ...(isRevision(InstancesRevision) && { revision: InstancesRevision }),
    healthCounts: summaries.length === 0 || summaries.some(({ HealthStatus }) => HealthStatus !== 'UNKNOWN'),
    isCut: Instances.length >= MOST_INSTANCES,
  }
}

/** Of DiscoverInstancesRevision. Throws CallFailure. */
export function parseRevision(body: unknown): number {
  const { InstancesRevision } = (body ?? {}) as Readonly<Record<string, unknown>>
  if (!isRevision(InstancesRevision)) throw new CallFailure('garbage', 'the answer has no revision')
  return InstancesRevision
}

function isRevision(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isSummary(value: unknown): value is Summary {
  return typeof value === 'object' && value !== null && typeof (value as Summary).InstanceId === 'string'
}

function readInstance({ InstanceId, HealthStatus, Attributes = {} }: Summary): DiscoveredInstance {
  const texts = Object.entries(Attributes).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const attributes = Object.fromEntries(texts.sort(([left], [right]) => (left < right ? -1 : 1)))
  return { id: InstanceId, attributes, healthy: HealthStatus !== 'UNHEALTHY' }
}
