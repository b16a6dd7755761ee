/** How the Envoys of a virtual node or gateway are, in one word and one sentence. */

export interface EnvoyCounts {
  readonly connected: number
  readonly synced: number
  readonly stale: number
  readonly nacked: number
}

export interface EnvoyState {
  readonly type: 'success' | 'pending' | 'error' | 'stopped' | 'loading'
  readonly text: string
}

/** The worst comes first: a refusal, then an answer that is awaited. `undefined` is not known yet. */
export function describeEnvoys(counts: EnvoyCounts | undefined): EnvoyState {
  if (!counts) return { type: 'loading', text: 'Loading' }
  if (counts.connected === 0) return { type: 'stopped', text: 'None connected' }
  const { connected, nacked, stale, synced } = counts
  if (nacked > 0) return { type: 'error', text: `${nacked} of ${connected} rejected` }
  if (stale > 0) return { type: 'pending', text: `${stale} of ${connected} out of sync` }
  if (synced < connected) return { type: 'pending', text: `${synced} of ${connected} in sync` }
  return { type: 'success', text: `${connected} in sync` }
}
