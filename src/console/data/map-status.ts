/** How the boxes of the map are: their Envoys, endpoints and problems, laid over a graph that does not change with them. */
import type { MapBox } from './map-graph.js'

/** One virtual node or gateway of `GET /meshkeeper/v1/meshes/{mesh}/status`. */
export interface NodeStatus {
  readonly kind: string
  readonly name: string
  readonly envoys: {
    readonly connected: number
    readonly synced: number
    readonly stale: number
    readonly nacked: number
  }
  /** Of nodes with Cloud Map. */
  readonly endpoints?: { readonly healthy: number; readonly total: number }
  readonly problems: readonly string[]
}

export type BadgeKind = 'nack' | 'not-connected' | 'no-endpoints' | 'stale' | 'problem' | 'missing' | 'no-provider'
export type Severity = 'error' | 'warning' | 'info'

/** What should catch the eye. */
export interface Badge {
  readonly kind: BadgeKind
  readonly severity: Severity
  readonly text: string
}

export interface BoxStatus {
  /** E.g. `2 Envoys, 1 in sync`; absent where no Envoys are. */
  readonly envoys?: string
  /** E.g. `3/4 endpoints`. */
  readonly endpoints?: string
  /** Worst first. */
  readonly badges: readonly Badge[]
  readonly problems: readonly string[]
}

/** The status of every box of which something is known, by id. Boxes without Envoys are told of only when something is wrong. */
export function buildBoxStatuses(
  boxes: readonly MapBox[],
  nodes: readonly NodeStatus[] | undefined,
): ReadonlyMap<string, BoxStatus> {
  const byName = new Map(nodes?.map((node) => [`${node.kind}/${node.name}`, node]))
  return new Map(boxes.map((box) => [box.id, describe(box, byName.get(`${box.kind}/${box.name}`))]))
}

function describe(box: MapBox, node: NodeStatus | undefined): BoxStatus {
  const problems = node?.problems ?? []
  const badges = [...shapeBadges(box), ...(node ? nodeBadges(box, node) : [])].sort(bySeverity)
  const envoys = node && formatEnvoys(box, node)
  return {
    badges,
    problems,
    ...(envoys !== undefined && { envoys }),
    ...(node?.endpoints && { endpoints: `${node.endpoints.healthy}/${node.endpoints.total} endpoints` }),
  }
}

/** What is wrong whatever the Envoys do. */
function shapeBadges(box: MapBox): Badge[] {
  if (box.missing) return [{ kind: 'missing', severity: 'error', text: 'does not exist' }]
  if (box.kind === 'virtualService' && box.details.includes('no provider'))
    return [{ kind: 'no-provider', severity: 'warning', text: 'no provider' }]
  return []
}

function nodeBadges(box: MapBox, { envoys, endpoints, problems }: NodeStatus): Badge[] {
  return [
    ...demand(envoys.nacked > 0, 'nack', 'error', count(envoys.nacked, 'NACK')),
    ...demand(envoys.connected === 0 && !box.outside, 'not-connected', 'warning', 'not connected'),
    ...demand(endpoints?.healthy === 0, 'no-endpoints', 'error', '0 endpoints'),
    ...demand(envoys.stale > 0, 'stale', 'info', `${envoys.stale} stale`),
    ...demand(problems.length > 0, 'problem', 'warning', count(problems.length, 'problem')),
  ]
}

function formatEnvoys(box: MapBox, { envoys: { connected, synced } }: NodeStatus): string | undefined {
  if (connected === 0) return box.outside ? undefined : '0 Envoys'
  const state = synced === connected ? 'in sync' : `${synced} in sync`
  return `${count(connected, 'Envoy')}, ${state}`
}

function demand(applies: boolean, kind: BadgeKind, severity: Severity, text: string): Badge[] {
  return applies ? [{ kind, severity, text }] : []
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

function bySeverity(a: Badge, b: Badge): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
}
