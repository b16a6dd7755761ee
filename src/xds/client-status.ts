/** A stream as the client status discovery service shows it (Envoy API, envoy.service.status.v3.ClientConfig). */
import { redactedBytes } from '../codec/redact.js'
import type { ClientConfig } from '../codec/services.js'
import { struct, type Json } from '../envoy/wrappers.js'
import type { Nack } from './channel.js'
import type { XdsNode } from './resource-source.js'
import { describeResources, type ResourceState, type ResourceStatus } from './resource-status.js'
import { ERROR_LENGTH } from './stream-status.js'
import type { StreamView, Variant } from './stream-view.js'

type GenericXdsConfig = NonNullable<ClientConfig['generic_xds_configs']>[number]
type ErrorState = NonNullable<GenericXdsConfig['error_state']>
type Timestamp = NonNullable<GenericXdsConfig['last_updated']>

export interface ClientStatusOptions {
  /** Whether the resources themselves are shown, or only their state. Private keys never are. */
  readonly contents: boolean
  /** Milliseconds since the epoch of a clock reading of the engine. */
  readonly timeOf: (reading: number) => number
}

/** The server's word and the client's, as far as its answers tell. */
const STATUS: Readonly<Record<ResourceState, Pick<GenericXdsConfig, 'config_status' | 'client_status'>>> = {
  SYNCED: { config_status: 'SYNCED', client_status: 'ACKED' },
  STALE: { config_status: 'STALE', client_status: 'REQUESTED' },
  NACKED: { config_status: 'ERROR', client_status: 'NACKED' },
  NOT_SENT: { config_status: 'NOT_SENT', client_status: 'REQUESTED' },
  DOES_NOT_EXIST: { config_status: 'NOT_SENT', client_status: 'DOES_NOT_EXIST' },
}

/** A client, here or at another server: what it was given and what it made of it. */
export interface ClientReport {
  readonly node: XdsNode
  readonly variant: Variant
  readonly types: readonly TypeReport[]
}

export interface TypeReport {
  readonly typeUrl: string
  readonly resources: readonly ResourceStatus[]
  readonly acked?: TypeEvent | undefined
  readonly sent?: TypeEvent | undefined
  readonly nack?: Nack | undefined
}

/** Something that happened to all of a type. */
export interface TypeEvent {
  readonly version?: string | undefined
  /** Clock reading, milliseconds. */
  readonly time?: number | undefined
}

export function reportStream({ channels, snapshot, variant }: StreamView, node: XdsNode): ClientReport {
  const types = [...channels.values()].map((channel): TypeReport => {
    const { typeUrl, ackedVersion, ackedAt, lastSent, nack } = channel
    return {
      typeUrl,
      resources: describeResources(channel, snapshot),
      acked: { version: ackedVersion, time: ackedAt },
      sent: lastSent && { version: lastSent.version, time: lastSent.sentAt },
      nack,
    }
  })
  return { node, variant, types }
}

export function buildClientConfig({ node, variant, types }: ClientReport, options: ClientStatusOptions): ClientConfig {
  const configs = types.flatMap((type) => type.resources.map((status) => buildConfig(status, type, variant, options)))
  return { node: buildNode(node), generic_xds_configs: configs }
}

function buildConfig(
  { name, state, sent }: ResourceStatus,
  type: TypeReport,
  variant: Variant,
  { contents, timeOf }: ClientStatusOptions,
): GenericXdsConfig {
  const { typeUrl, nack } = type
  const last = EVENT[state](type)
  const version = variant === 'delta' ? sent?.version : last?.version
  const updated = last?.time === undefined ? undefined : timestamp(timeOf(last.time))
  return {
    type_url: typeUrl,
    name,
    ...STATUS[state],
    ...(sent && version !== undefined && { version_info: version }),
    ...(sent && contents && { xds_config: { type_url: typeUrl, value: redactedBytes(sent) } }),
    ...(sent && updated && { last_updated: updated }),
    ...(state === 'NACKED' && nack && { error_state: buildErrorState(nack, version ?? nack.version, timeOf) }),
  }
}

/** What happened last to a resource in that state. The times of single resources are not kept: it is the last such event of its type. */
const EVENT: Readonly<Record<ResourceState, (type: TypeReport) => TypeEvent | undefined>> = {
  SYNCED: ({ acked }) => acked,
  STALE: ({ sent }) => sent,
  NACKED: ({ nack }) => nack,
  NOT_SENT: () => undefined,
  DOES_NOT_EXIST: () => undefined,
}

function buildErrorState(nack: Nack, version: string, timeOf: ClientStatusOptions['timeOf']): ErrorState {
  return {
    details: nack.message.slice(0, ERROR_LENGTH),
    last_update_attempt: timestamp(timeOf(nack.time)),
    version_info: version,
  }
}

function buildNode(node: XdsNode): NonNullable<ClientConfig['node']> {
  const { region, zone, subZone } = node.locality
  return {
    id: node.id,
    cluster: node.cluster,
    metadata: struct(node.metadata as Readonly<Record<string, Json>>),
    locality: { region, zone, sub_zone: subZone },
    user_agent_name: node.userAgentName,
    user_agent_version: node.userAgentVersion,
    client_features: [...node.clientFeatures],
  }
}

function timestamp(millis: number): Timestamp {
  const seconds = Math.floor(millis / 1000)
  return { seconds, nanos: Math.floor((millis - seconds * 1000) * 1e6) }
}
