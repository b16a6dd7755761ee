/** The management API under /meshkeeper/v1 (docs/management-api.md): what App Mesh has no operation for. Times are ISO 8601 texts. */
import type { Kind, Tag } from '../../model/resource.js'
import type { RowResource } from '../data/rows.js'
import { requestJson, withQuery, nameSegment } from './http.js'
import type { MeshPlace, ResourcePlace } from './place.js'

const PREFIX = '/meshkeeper/v1'

export type ProxyKind = 'virtualNode' | 'virtualGateway'

export interface ServerInfo {
  readonly version: string
  readonly account: string
  readonly region: string
  readonly store: 'sqlite' | 'postgres'
  readonly cloudMap: readonly { readonly source: 'embedded' | 'aws' }[]
  readonly appliedRevision: number
  readonly head: number
  readonly consoleReadOnly: boolean
}

export interface MeshResource<K extends Kind = Kind> extends RowResource<K> {
  readonly tags?: readonly Tag[]
}

/** A whole mesh at one revision. */
export interface MeshResources {
  readonly revision: number
  readonly appliedRevision: number
  readonly resources: readonly MeshResource[]
}

export interface ProxyNodeStatus {
  readonly kind: ProxyKind
  readonly name: string
  readonly envoys: EnvoyCounts
  /** Of nodes with Cloud Map. */
  readonly endpoints?: { readonly healthy: number; readonly total: number }
  /** Of the strictest listener. */
  readonly tls?: 'STRICT' | 'PERMISSIVE' | 'DISABLED'
  readonly problems: readonly string[]
}

export interface EnvoyCounts {
  readonly connected: number
  readonly synced: number
  readonly stale: number
  readonly nacked: number
}

export interface MeshStatus {
  readonly revision: number
  readonly appliedRevision: number
  readonly nodes: readonly ProxyNodeStatus[]
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Envoy's JSON as it would be generated now. */
export interface GeneratedConfig {
  readonly revision: number
  readonly problems: readonly Problem[]
  readonly listeners: readonly Json[]
  readonly clusters: readonly Json[]
  readonly routes: readonly Json[]
  readonly endpoints: readonly Json[]
  readonly secrets: readonly string[]
}

export type Problem = string | { readonly path: string; readonly message: string }

export interface Bootstrap {
  readonly yaml: string
  readonly environment: Readonly<Record<string, string>>
}

/** What App Mesh sets although nobody said so. */
export interface EffectiveDefault {
  readonly path: string
  readonly value: Json
  readonly why: string
  readonly envoyField: string
}

export type SyncState = 'SYNCED' | 'STALE' | 'NACKED' | 'NOT_SENT'

export interface ProxyTypeStatus {
  readonly typeUrl: string
  readonly state: SyncState
  readonly sentVersion?: string
  readonly ackedVersion?: string
  readonly error?: string
  readonly [member: string]: unknown
}

export interface Proxy {
  readonly replica?: string
  readonly id: number
  readonly nodeId: string
  readonly resource?: {
    readonly kind: ProxyKind
    readonly meshName: string
    readonly meshOwner: string
    readonly name: string
    readonly arn: string
  }
  readonly cluster: string
  readonly peer: string
  readonly envoyVersion: string
  readonly protocol: 'sotw' | 'delta'
  readonly connectedForMillis: number
  readonly revision?: number
  readonly state: SyncState
  readonly types: readonly ProxyTypeStatus[]
  readonly problems: readonly { readonly path: string; readonly message: string }[]
}

export interface Proxies {
  readonly appliedRevision: number
  /** Why Envoys of other replicas may be missing. */
  readonly notice?: string
  readonly proxies: readonly Proxy[]
}

export interface ProxyFilter {
  readonly node?: string | undefined
  readonly mesh?: string | undefined
  readonly state?: SyncState | undefined
}

export interface ChangeRef {
  readonly kind: string
  readonly meshName?: string
  readonly meshOwner?: string
  readonly name?: string
  readonly parentName?: string
  readonly [member: string]: unknown
}

/** One line of the revision log. */
export interface Change {
  readonly revision: number
  readonly time: string
  readonly principal: string
  readonly operation: string
  readonly ref: ChangeRef
  readonly arn: string
  readonly before?: Json
  readonly after?: Json
  readonly tagsBefore?: readonly Tag[]
  readonly tagsAfter?: readonly Tag[]
}

export interface History {
  /** Newest first. */
  readonly changes: readonly Change[]
  readonly next?: number
}

export interface HistoryFilter {
  readonly mesh?: string | undefined
  readonly meshOwner?: string | undefined
  readonly kind?: string | undefined
  readonly name?: string | undefined
  readonly parent?: string | undefined
  readonly principal?: string | undefined
  readonly operation?: string | undefined
}

export interface BlockerRef {
  readonly kind: Kind
  readonly name: string
  readonly parentName?: string
  readonly reason: 'refers' | 'child'
}

export interface SearchResult {
  readonly kind: Kind
  readonly meshName: string
  readonly meshOwner?: string
  readonly name: string
  readonly parentName?: string
  readonly arn: string
}

type Signal = AbortSignal | undefined

export function getInfo(signal?: Signal): Promise<ServerInfo> {
  return get('/info', {}, signal)
}

export function getResources(mesh: MeshPlace, signal?: Signal): Promise<MeshResources> {
  return get(`${meshPath(mesh)}/resources`, owner(mesh), signal)
}

export function getStatus(mesh: MeshPlace, signal?: Signal): Promise<MeshStatus> {
  return get(`${meshPath(mesh)}/status`, owner(mesh), signal)
}

export function getGeneratedConfig(place: ResourcePlace, signal?: Signal): Promise<GeneratedConfig> {
  return get(`${meshPath(place)}/config/${place.kind}/${nameSegment(place.name)}`, owner(place), signal)
}

export type BootstrapFlavour = 'stock' | 'appmesh'

export function getBootstrap(place: ResourcePlace, flavour: BootstrapFlavour, signal?: Signal): Promise<Bootstrap> {
  const path = `${meshPath(place)}/bootstrap/${place.kind}/${nameSegment(place.name)}`
  return get(path, { ...owner(place), flavour }, signal)
}

export function getDefaults(
  place: ResourcePlace,
  signal?: Signal,
): Promise<{ readonly revision: number; readonly defaults: readonly EffectiveDefault[] }> {
  const names = place.parentName === undefined ? [place.name] : [place.parentName, place.name]
  return get(`${meshPath(place)}/defaults/${place.kind}/${names.map(nameSegment).join('/')}`, owner(place), signal)
}

export function getProxies(filter: ProxyFilter, signal?: Signal): Promise<Proxies> {
  return get('/proxies', { ...filter }, signal)
}

/** The Envoys that somebody calls `name`: a node id in any of its forms, or the number of a stream. */
export function getProxy(name: string, signal?: Signal): Promise<Proxies> {
  return get(`/proxies/${nameSegment(name)}`, {}, signal)
}

/** What one Envoy was sent. */
export function getProxyConfig(name: string, signal?: Signal): Promise<Json> {
  return get(`/proxies/${nameSegment(name)}/config`, {}, signal)
}

export function getHistory(
  filter: HistoryFilter,
  page: { readonly before?: number | undefined; readonly limit?: number | undefined } = {},
  signal?: Signal,
): Promise<History> {
  return get('/history', { ...filter, ...page }, signal)
}

/** What would make the deletion of `place` be refused. */
export function getBlockers(
  { meshName, meshOwner, kind, name, parentName }: ResourcePlace,
  signal?: Signal,
): Promise<{ readonly blockers: readonly BlockerRef[] }> {
  return get('/blockers', { mesh: meshName, meshOwner, kind, name, parent: parentName }, signal)
}

export function search(q: string, limit = 20, signal?: Signal): Promise<{ readonly results: readonly SearchResult[] }> {
  return get('/search', { q, limit }, signal)
}

/** Address of the event stream (`events.ts`). */
export const EVENTS_PATH = `${PREFIX}/events`

function get<Answer>(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  signal: Signal,
): Promise<Answer> {
  return requestJson<Answer>(withQuery(`${PREFIX}${path}`, query), signal ? { signal } : {})
}

function meshPath({ meshName }: MeshPlace): string {
  return `/meshes/${nameSegment(meshName)}`
}

function owner({ meshOwner }: MeshPlace): { meshOwner: string | undefined } {
  return { meshOwner }
}
