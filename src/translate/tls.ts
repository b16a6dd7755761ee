/** TLS transport sockets: of listeners, and towards them. */
import { pack } from '../envoy/pack.js'
import { TYPE_URL } from '../envoy/type-url.js'
import type { CommonTlsContext, ConfigSource, SdsSecretConfig, TransportSocket } from '../envoy/types.js'
import { bool } from '../envoy/wrappers.js'
import type { ListenerTls, ListenerTlsCertificate } from '../model/tls.js'
import type { PortProtocol } from '../model/scalars.js'
import { certificateSecretName, EXTENSION, SDS_CLUSTER } from './names.js'
import type { SecretNeed } from './secret-need.js'
import { activeTls, trustOf, type Trust, type UpstreamTls, type UpstreamValidation } from './tls-view.js'

/**
 * TLS of a listener, whichever its mode. With a validation callers must show a certificate, whose names are looked at only if the validation
 * names some (envoy-config.md section 3.2).
 */
export function buildDownstreamSocket(tls: ListenerTls, protocol: PortProtocol): TransportSocket {
  const { certificate, validation } = tls
  const names = validation?.subjectAlternativeNames?.match.exact ?? []
  return {
    name: EXTENSION.tls,
    typed_config: pack(TYPE_URL.downstreamTlsContext, {
      common_tls_context: {
        ...buildCertificate(certificate),
        ...(validation && buildValidation({ trust: trustOf(validation.trust), names })),
        ...alpnField(protocol),
      },
      ...(validation && { require_client_certificate: bool(true) }),
    }),
  }
}

/** TLS towards a listener that speaks `protocol` (envoy-config.md section 3.8). */
export function buildUpstreamSocket(tls: UpstreamTls, protocol: PortProtocol): TransportSocket {
  const { certificate, validation, serverName } = tls
  return {
    name: EXTENSION.tls,
    typed_config: pack(TYPE_URL.upstreamTlsContext, {
      common_tls_context: {
        ...(certificate && buildCertificate(certificate)),
        ...(validation && buildValidation(validation)),
        ...alpnField(protocol),
      },
      ...(serverName !== undefined && { sni: serverName }),
    }),
  }
}

/** What an Envoy with these listeners and upstreams fetches over ADS: each name once, by name. */
export function listSecrets(
  listeners: readonly { readonly tls?: ListenerTls }[],
  upstreams: readonly { readonly tls?: UpstreamTls }[],
): SecretNeed[] {
  const byName = new Map<string, SecretNeed>()
  for (const { tls } of listeners) {
    const arn = activeTls(tls)?.certificate.acm?.certificateArn
    if (arn === undefined) continue
    const name = certificateSecretName(arn)
    byName.set(name, { kind: 'certificate', name, arn })
  }
  for (const { tls } of upstreams) {
    const trust = tls?.validation?.trust
    if (trust && 'need' in trust) byName.set(trust.need.name, trust.need)
  }
  return [...byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1))
}

function buildCertificate({ acm, file, sds }: ListenerTlsCertificate): CommonTlsContext {
  if (file) {
    const { certificateChain, privateKey } = file
    return {
      tls_certificates: [{ certificate_chain: { filename: certificateChain }, private_key: { filename: privateKey } }],
    }
  }
  const secret = acm ? adsSecret(certificateSecretName(acm.certificateArn)) : localSecret(sds?.secretName ?? '')
  return { tls_certificate_sds_secret_configs: [secret] }
}

/**
 * Names are matched whatever their sort: DNS name, URI, address. `match_subject_alt_names` is what every Envoy from 1.20 on knows; one that did not
 * know the newer member would trust any name.
 */
function buildValidation({ trust, names }: UpstreamValidation): CommonTlsContext {
  const expected = names.length > 0 ? { match_subject_alt_names: names.map((exact) => ({ exact })) } : {}
  if ('file' in trust) return { validation_context: { trusted_ca: { filename: trust.file }, ...expected } }
  return {
    combined_validation_context: {
      default_validation_context: expected,
      validation_context_sds_secret_config: buildTrustSecret(trust),
    },
  }
}

function buildTrustSecret(trust: Exclude<Trust, { file: string }>): SdsSecretConfig {
  return 'need' in trust ? adsSecret(trust.need.name) : localSecret(trust.sds)
}

/** What callers offer and the listener agrees to: HTTP/2. HTTP/1.1 and TCP need no agreement. */
export function alpnOf(protocol: PortProtocol): readonly string[] {
  return protocol === 'http2' || protocol === 'grpc' ? ['h2'] : []
}

function alpnField(protocol: PortProtocol): CommonTlsContext {
  const alpn = alpnOf(protocol)
  return alpn.length > 0 ? { alpn_protocols: [...alpn] } : {}
}

function adsSecret(name: string): SdsSecretConfig {
  return { name, sds_config: ADS }
}

/** By the Unix socket that the bootstrap knows, as APPMESH_SDS_SOCKET_PATH says; SPIRE's agent is one. */
function localSecret(name: string): SdsSecretConfig {
  return { name, sds_config: UNIX_SOCKET }
}

const ADS: ConfigSource = { ads: {}, resource_api_version: 'V3' }

const UNIX_SOCKET: ConfigSource = {
  api_config_source: {
    api_type: 'GRPC',
    grpc_services: [{ envoy_grpc: { cluster_name: SDS_CLUSTER } }],
    transport_api_version: 'V3',
  },
  resource_api_version: 'V3',
}
