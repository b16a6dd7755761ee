/**
 * Which clusters Envoy must warm before traffic can use them. Routes are not warmed: a route that names a cluster which is not ready fails requests
 * (xds.md section 3, envoy #5933), so an established stream holds listeners and routes back until new clusters have had their chance.
 */
import { describeCluster } from '../codec/cluster.js'
import type { EncodedResource } from '../codec/resource.js'
import type { Channel } from './channel.js'
import type { TypeSnapshot } from './snapshot.js'
import { isSubscribed } from './subscription.js'

export interface WarmingLimits {
  /** Milliseconds after which nothing is held back any longer. */
  readonly holdMillis: number
}

/** The clusters new to an established client, from the response that adds them until they can take traffic. */
export interface Warming {
  readonly since: number
  readonly assignments: ReadonlySet<string>
}

/** The load assignments that must follow these clusters, changed or not: Envoy warms a re-sent EDS cluster only upon a new assignment. */
export function assignmentsOf(clusters: readonly EncodedResource[]): readonly string[] {
  let names = assignments.get(clusters)
  if (!names) assignments.set(clusters, (names = clusters.flatMap((one) => describeCluster(one).loadAssignment ?? [])))
  return names
}

/** Streams of one proxy are sent the same list. */
const assignments = new WeakMap<readonly EncodedResource[], readonly string[]>()

/** Undefined when none of the new clusters needs warming. */
export function beginWarming(added: readonly EncodedResource[], now: number): Warming | undefined {
  const assignments = new Set(assignmentsOf(added))
  const warms = added.some((cluster) => describeCluster(cluster).warms)
  return warms || assignments.size > 0 ? { since: now, assignments } : undefined
}

/**
 * The clock reading until which listeners and routes should be held, as far as is known now; undefined when they may go. The sign is the ACK of CDS:
 * Envoy withholds it while a cluster resolves its name, waits for its endpoints or for its first health checks.
 * @param endpoints the EDS channel of the stream with its target
 */
export function holdUntil(
  warming: Warming,
  clusters: Channel,
  endpoints: { channel: Channel; target: TypeSnapshot } | undefined,
  limits: WarmingLimits,
  now: number,
): number | undefined {
  const limit = warming.since + limits.holdMillis
  if (now >= limit) return undefined
  if (clusters.outstanding) return limit
  if (warming.assignments.size > 0 && !hasAssignments(warming.assignments, endpoints)) return limit
  return undefined
}

function hasAssignments(
  names: ReadonlySet<string>,
  endpoints: { channel: Channel; target: TypeSnapshot } | undefined,
): boolean {
  if (!endpoints || endpoints.channel.outstanding) return false
  const { channel, target } = endpoints
  for (const name of names) {
    if (!isSubscribed(channel.subscription, name)) return false
    if (channel.holdings.heldVersion(name) !== target.resources.get(name)?.version) return false
  }
  return true
}
