/** What one Envoy was sent, in the JSON of the Envoy API, without private keys: `GET /proxies/{name}/config`. */
import type { Json } from '../codec/json.js'
import { toRedactedJson } from '../codec/redact.js'
import type { ProxyContents, ProxyStatus } from '../control/proxy-registry.js'
import type { ResourceState, ResourceStatus } from '../xds/resource-status.js'
import type { TypeStatus } from '../xds/stream-status.js'

export interface ResourceConfig {
  readonly name: string
  readonly state: ResourceState
  /** Content hash. */
  readonly version?: string
  /** What was sent last; absent when nothing was. */
  readonly config?: Json
}

export interface TypeConfig extends TypeStatus {
  readonly resources: readonly ResourceConfig[]
}

export interface ProxyConfig extends Omit<ProxyStatus, 'types'> {
  readonly types: readonly TypeConfig[]
  /** Ids of further Envoys of the same virtual node or gateway. */
  readonly others: readonly number[]
}

export function buildProxyConfig({ status, resources }: ProxyContents, others: readonly number[]): ProxyConfig {
  const types = status.types.map((type) => ({
    ...type,
    resources: (resources.get(type.typeUrl) ?? []).map(buildResource),
  }))
  return { ...status, types, others }
}

function buildResource({ name, state, sent }: ResourceStatus): ResourceConfig {
  return { name, state, ...(sent && { version: sent.version, config: toRedactedJson(sent) }) }
}
