/** Words for Envoys and what they were sent: what a person is shown instead of type URLs and milliseconds. */
import type { Problem } from '../../model/problem.js'
import { formatProblem } from '../../model/problem.js'

export type SyncState = 'SYNCED' | 'STALE' | 'NACKED' | 'NOT_SENT'
export type ResourceState = SyncState | 'DOES_NOT_EXIST'

/** The worst first. */
export const SYNC_STATES: readonly SyncState[] = ['NACKED', 'STALE', 'NOT_SENT', 'SYNCED']

export interface StateText {
  /** Of Cloudscape's status indicators. */
  readonly indicator: 'success' | 'error' | 'pending' | 'in-progress' | 'stopped'
  readonly text: string
  readonly meaning: string
}

export const STATE_TEXTS: Readonly<Record<ResourceState, StateText>> = {
  SYNCED: { indicator: 'success', text: 'Synced', meaning: 'It has accepted everything that there is for it.' },
  STALE: {
    indicator: 'in-progress',
    text: 'Stale',
    meaning: 'It has not answered yet, or something newer waits for its turn.',
  },
  NACKED: { indicator: 'error', text: 'NACKed', meaning: 'It rejected the last response and keeps what it had.' },
  NOT_SENT: { indicator: 'pending', text: 'Not sent', meaning: 'It asked, but there is nothing to send.' },
  DOES_NOT_EXIST: { indicator: 'stopped', text: 'Does not exist', meaning: 'It asked by name, and there is no such.' },
}

interface TypeText {
  readonly short: string
  readonly long: string
}

const TYPES: Readonly<Record<string, TypeText>> = {
  'envoy.config.cluster.v3.Cluster': { short: 'CDS', long: 'Clusters' },
  'envoy.config.listener.v3.Listener': { short: 'LDS', long: 'Listeners' },
  'envoy.config.endpoint.v3.ClusterLoadAssignment': { short: 'EDS', long: 'Endpoints' },
  'envoy.config.route.v3.RouteConfiguration': { short: 'RDS', long: 'Routes' },
  'envoy.extensions.transport_sockets.tls.v3.Secret': { short: 'SDS', long: 'Secrets' },
  'envoy.service.runtime.v3.Runtime': { short: 'RTDS', long: 'Runtime' },
}

/** The types that have columns of their own, in the order in which they are sent. */
export const SHOWN_TYPES = ['CDS', 'EDS', 'LDS', 'RDS', 'SDS'] as const

/** `CDS` and `Clusters`; the type's own name for those that have no other. */
export function typeText(typeUrl: string): TypeText {
  const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
  return TYPES[name] ?? { short: name.slice(name.lastIndexOf('.') + 1), long: name }
}

/** `12s`, `5m`, `3h`, `2d` for a duration in milliseconds. */
export function formatAge(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

interface TypeStatus {
  readonly typeUrl: string
  readonly state: SyncState
  readonly error?: string | undefined
  readonly [member: string]: unknown
}

export interface Rejection {
  /** `Listeners`. */
  readonly type: string
  /** Whole, as the Envoy said it. */
  readonly error: string
  readonly version: string | undefined
  readonly ageMillis: number | undefined
}

/** What an Envoy does not take, and why. */
export function rejectionsOf(types: readonly TypeStatus[]): Rejection[] {
  return types.flatMap(({ typeUrl, error, nackedVersion, nackedAgeMillis }) =>
    error === undefined
      ? []
      : [
          {
            type: typeText(typeUrl).long,
            error,
            version: typeof nackedVersion === 'string' ? nackedVersion : undefined,
            ageMillis: typeof nackedAgeMillis === 'number' ? nackedAgeMillis : undefined,
          },
        ],
  )
}

/** The state of one of `SHOWN_TYPES`; undefined for a type that the Envoy has not asked for. */
export function stateOfType(types: readonly TypeStatus[], short: string): SyncState | undefined {
  return types.find(({ typeUrl }) => typeText(typeUrl).short === short)?.state
}

interface Named {
  readonly id: number
  readonly nodeId: string
  readonly peer: string
  readonly envoyVersion: string
  readonly replica?: string | undefined
  readonly resource?: { readonly meshName: string; readonly name: string; readonly arn: string } | undefined
  readonly types: readonly TypeStatus[]
}

/** What a proxy is called: the name of its virtual node or gateway, else its node id. */
export function proxyName({ resource, nodeId }: Pick<Named, 'resource' | 'nodeId'>): string {
  return resource?.name ?? nodeId
}

/** Whether what somebody looks for is anywhere in what is shown of an Envoy. */
export function proxyFits(proxy: Named, text: string): boolean {
  const { nodeId, peer, envoyVersion, replica = '', resource, types } = proxy
  const errors = types.flatMap(({ error }) => error ?? [])
  const texts = [nodeId, peer, envoyVersion, replica, resource?.meshName ?? '', resource?.name ?? '', ...errors]
  return texts.some((each) => each.toLowerCase().includes(text.toLowerCase()))
}

/** A problem of the management API, which is text already or a path with a message. */
export function problemText(problem: string | Problem): string {
  return typeof problem === 'string' ? problem : formatProblem(problem)
}
