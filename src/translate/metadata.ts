/** The metadata that App Mesh's metric extension reads (envoy-config.md section 6). */
import type { Metadata } from '../envoy/types.js'
import { struct } from '../envoy/wrappers.js'
import { AGGREGATE_STATS } from './names.js'

export type AggregateStatsTag = 'TargetVirtualNode' | 'TargetVirtualService'

/** Tags as text of JSON inside the message: that is how App Mesh wrote it. No tags are an empty list. */
export function buildAggregateStats(tags: Partial<Record<AggregateStatsTag, string>>): Metadata {
  const config = JSON.stringify({ tags: Object.entries(tags).map(([key, value]) => ({ key, value })) })
  return { filter_metadata: { [AGGREGATE_STATS]: struct({ config }) } }
}
