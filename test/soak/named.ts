/** What resources say of others, and of themselves, read from their bytes. */
import { describeCluster } from '../../src/codec/cluster.js'
import { toJson, type Json } from '../../src/codec/json.js'
import { CLUSTER_TYPE, LISTENER_TYPE, SECRET_TYPE } from '../../src/xds/types.js'

/** What a resource makes Envoy ask for. */
export interface Reading {
  /** Routes that a listener names, endpoints that a cluster does. */
  readonly followed: readonly string[]
  /** Secrets that a listener or a cluster names, of those that come on the stream itself. */
  readonly secrets: readonly string[]
  /** It is a secret with a private key. */
  readonly holdsKey: boolean
}

const NOTHING: Reading = { followed: [], secrets: [], holdsKey: false }

export function readResource(typeUrl: string, name: string, bytes: Uint8Array): Reading {
  if (typeUrl === SECRET_TYPE) {
    const { tls_certificate: certificate } = toJson(typeUrl, bytes) as { tls_certificate?: { private_key?: Json } }
    return { ...NOTHING, holdsKey: certificate?.private_key !== undefined }
  }
  if (typeUrl === LISTENER_TYPE) {
    const members = listMembers(toJson(typeUrl, bytes))
    return { ...NOTHING, followed: [...new Set(members.flatMap(routeOf))], secrets: listSecrets(members) }
  }
  if (typeUrl !== CLUSTER_TYPE) return NOTHING
  const { loadAssignment } = describeCluster({ typeUrl, name, version: '', bytes })
  const followed = loadAssignment === undefined ? [] : [loadAssignment]
  return { ...NOTHING, followed, secrets: listSecrets(listMembers(toJson(typeUrl, bytes))) }
}

type Member = readonly [key: string, value: Json]

/** Every member of every object, however deep. */
function listMembers(value: Json): Member[] {
  if (Array.isArray(value)) return value.flatMap(listMembers)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [[key, inner] as const, ...listMembers(inner)])
}

function routeOf([key, value]: Member): string[] {
  return key === 'route_config_name' && typeof value === 'string' ? [value] : []
}

/** An `SdsSecretConfig` with another source than the stream is none of the server's business: SPIRE's agent has a socket of its own. */
function listSecrets(members: readonly Member[]): string[] {
  const configs = members.flatMap(([key, value]) => {
    if (key === 'tls_certificate_sds_secret_configs') return value as unknown as readonly SecretConfig[]
    return key === 'validation_context_sds_secret_config' ? (value as unknown as SecretConfig) : []
  })
  return [...new Set(configs.filter(({ sds_config: { ads } }) => ads !== undefined).map(({ name }) => name))]
}

interface SecretConfig {
  readonly name: string
  readonly sds_config: { readonly ads?: Json }
}
