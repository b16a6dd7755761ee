/** The figures of a mesh's overview. */
import type { Kind } from '../../model/resource.js'
import type { EnvoyCounts } from './envoy-state.js'

export interface NodeStatus {
  readonly kind: Kind
  readonly name: string
  readonly envoys: EnvoyCounts
  readonly endpoints?: { readonly healthy: number; readonly total: number }
  readonly problems: readonly string[]
}

/** One thing wrong, and with which resource. */
export interface MeshProblem {
  readonly kind: Kind
  readonly name: string
  readonly severity: 'error' | 'warning'
  readonly text: string
}

export function countKinds(resources: readonly { readonly kind: Kind }[]): ReadonlyMap<Kind, number> {
  const counts = new Map<Kind, number>()
  for (const { kind } of resources) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

export function sumEnvoys(nodes: readonly Pick<NodeStatus, 'envoys'>[]): EnvoyCounts {
  const sum = (member: keyof EnvoyCounts): number => nodes.reduce((total, { envoys }) => total + envoys[member], 0)
  return { connected: sum('connected'), synced: sum('synced'), stale: sum('stale'), nacked: sum('nacked') }
}

/** Errors first. A node without connected Envoys is no problem by itself: it may be one that is called but not ours to run. */
export function listProblems(nodes: readonly NodeStatus[]): MeshProblem[] {
  const problems = nodes.flatMap(problemsOf)
  return problems.sort((one, other) => rank(one) - rank(other))
}

function problemsOf({ kind, name, envoys, endpoints, problems }: NodeStatus): MeshProblem[] {
  const problem = (severity: MeshProblem['severity'], text: string): MeshProblem => ({ kind, name, severity, text })
  const { connected, nacked } = envoys
  return [
    ...(nacked > 0 ? [problem('error', `${nacked} of ${connected} Envoys rejected their configuration`)] : []),
    ...(endpoints?.total === 0 ? [problem('warning', 'Cloud Map has no instances for it')] : []),
    ...(endpoints && endpoints.total > 0 && endpoints.healthy === 0
      ? [problem('warning', `None of its ${endpoints.total} instances is healthy`)]
      : []),
    ...problems.map((text) => problem('warning', text)),
  ]
}

function rank({ severity }: MeshProblem): number {
  return severity === 'error' ? 0 : 1
}
