/** What the admin listener answers about Envoys, as far as the commands read it (docs/operations.md). */

export interface ProxiesAnswer {
  readonly appliedRevision: number
  readonly proxies: readonly ProxyStatus[]
  /** Why some may be missing. */
  readonly notice?: string
}

export interface ProxyStatus {
  /** The server that it is connected to, where there are several. */
  readonly replica?: string
  readonly id: number
  readonly nodeId: string
  readonly resource?: { readonly kind: string; readonly meshName: string; readonly name: string; readonly arn: string }
  readonly cluster: string
  readonly peer: string
  readonly envoyVersion: string
  readonly protocol: string
  readonly connectedForMillis: number
  readonly revision?: number
  readonly state: string
  readonly types: readonly TypeStatus[]
  readonly problems: readonly { readonly path: string; readonly message: string }[]
}

export interface TypeStatus {
  readonly typeUrl: string
  readonly state: string
  readonly resourceCount: number
  readonly sentVersion?: string
  readonly ackedVersion?: string
  readonly sentAgeMillis?: number
  readonly ackedAgeMillis?: number
  readonly error?: string
  readonly nackedVersion?: string
  readonly nackedAgeMillis?: number
}

export interface ProxyConfig extends ProxyStatus {
  readonly types: readonly TypeConfig[]
  readonly others: readonly number[]
}

export interface TypeConfig extends TypeStatus {
  readonly resources: readonly ResourceConfig[]
}

export interface ResourceConfig {
  readonly name: string
  readonly state: string
  readonly version?: string
  readonly config?: unknown
}

export interface TypeNames {
  /** As istioctl abbreviates it. */
  readonly short: string
  /** In the plural. */
  readonly noun: string
}

/** By the last part of the type URL, in the order in which istioctl shows them. */
export const TYPES: Readonly<Record<string, TypeNames>> = {
  Cluster: { short: 'CDS', noun: 'clusters' },
  Listener: { short: 'LDS', noun: 'listeners' },
  ClusterLoadAssignment: { short: 'EDS', noun: 'endpoints' },
  RouteConfiguration: { short: 'RDS', noun: 'routes' },
  Secret: { short: 'SDS', noun: 'secrets' },
}

export function typeNames(typeUrl: string): TypeNames {
  const name = typeUrl.slice(typeUrl.lastIndexOf('.') + 1)
  return TYPES[name] ?? { short: name, noun: name }
}

/** `MESH/NAME`, and what it is when it is no virtual node; the node id when that is all there is. */
export function displayName({ resource, nodeId }: Pick<ProxyStatus, 'resource' | 'nodeId'>): string {
  if (!resource) return nodeId
  const kind = resource.kind === 'virtualNode' ? '' : ' (gateway)'
  return `${resource.meshName}/${resource.name}${kind}`
}
