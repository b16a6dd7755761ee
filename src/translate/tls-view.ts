/** What the callers of a listener do about TLS: their client policy where it is enforced, else what the listener asks for. */
import type { ClientPolicyTls, ClientTlsCertificate } from '../model/client-policy.js'
import type { ListenerTls, TlsValidationContextTrust } from '../model/tls.js'
import { authoritySecretName, issuerSecretName } from './names.js'
import type { ValidationNeed } from './secret-need.js'

/** Whose certificates are believed: those of a file of the Envoy's, or of a secret by SDS, over its Unix socket or over ADS. */
export type Trust = { readonly file: string } | { readonly sds: string } | { readonly need: ValidationNeed }

/** TLS towards one listener. */
export interface UpstreamTls {
  /** Equal keys mean equal TLS towards the same listener. */
  readonly key: string
  /** The client's own certificate. */
  readonly certificate?: ClientTlsCertificate
  /** Absent: the connection is encrypted, and whose it is is not asked. */
  readonly validation?: UpstreamValidation
  /** The SNI; absent where the listener is found by an address. */
  readonly serverName?: string
}

export interface UpstreamValidation {
  readonly trust: Trust
  /** One of these is in the certificate. None at all: the trust decides alone. */
  readonly names: readonly string[]
}

/** A client policy with the text by which equal ones are known, whatever node has them. */
export interface ClientPolicyView {
  readonly tls: ClientPolicyTls
  readonly key: string
}

/** The view of a client policy; undefined where it says nothing about TLS. */
export function viewClientPolicy(tls: ClientPolicyTls | undefined): ClientPolicyView | undefined {
  if (!tls) return undefined
  const { certificate, validation } = tls
  const names = validation.subjectAlternativeNames?.match.exact ?? []
  const { file, sds } = certificate ?? {}
  const key = [
    file ? ['file', file.certificateChain, file.privateKey] : sds ? ['sds', sds.secretName] : [],
    trustOf(validation.trust),
    names,
  ]
  return { tls, key: JSON.stringify(key) }
}

/** The listener's TLS if it has any: one that is disabled is none. */
export function activeTls(tls: ListenerTls | undefined): ListenerTls | undefined {
  return tls && tls.mode !== 'DISABLED' ? tls : undefined
}

/** The listener that a caller wants to reach. */
export interface TlsServer {
  /** Its active TLS. */
  readonly tls: ListenerTls | undefined
  /** By which name it is found, as the mesh writes it. */
  readonly host: string | undefined
}

/** The policy, if it is enforced on that port: `enforce` is true unless told, and no ports are all ports (envoy-config.md section 3.8). */
export function enforcedPolicy(policy: ClientPolicyView | undefined, port: number): ClientPolicyView | undefined {
  if (!policy || policy.tls.enforce === false) return undefined
  const { ports = [] } = policy.tls
  return ports.length === 0 || ports.includes(port) ? policy : undefined
}

/** TLS towards `server` under the policy that is enforced there, if any. Undefined: plain text. */
export function resolveUpstreamTls(server: TlsServer, policy: ClientPolicyView | undefined): UpstreamTls | undefined {
  return policy ? fromPolicy(server, policy) : fromServer(server)
}

/** Without names of its own a policy expects the name by which the listener is found. */
function fromPolicy({ host }: TlsServer, { tls, key }: ClientPolicyView): UpstreamTls {
  const { certificate, validation } = tls
  const names = validation.subjectAlternativeNames?.match.exact ?? []
  return {
    key,
    ...(certificate && { certificate }),
    validation: { trust: trustOf(validation.trust), names: names.length > 0 ? names : hostNames(host) },
    ...serverNameOf(host),
  }
}

/** A listener with an ACM certificate is trusted by the authority that issued it; any other certificate is not looked at. */
function fromServer({ tls, host }: TlsServer): UpstreamTls | undefined {
  if (!tls) return undefined
  const arn = tls.certificate.acm?.certificateArn
  if (arn === undefined) return { key: '', ...serverNameOf(host) }
  const trust = { need: { kind: 'validation', name: issuerSecretName(arn), arns: [arn] } } as const
  return { key: '', validation: { trust, names: hostNames(host) }, ...serverNameOf(host) }
}

/** The source of trust of a client policy or of a listener's validation. */
export function trustOf({ acm, file, sds }: TlsValidationContextTrust): Trust {
  if (acm) {
    const arns = [...new Set(acm.certificateAuthorityArns)].sort()
    return { need: { kind: 'validation', name: authoritySecretName(arns), arns } }
  }
  return file ? { file: file.certificateChain } : { sds: sds?.secretName ?? '' }
}

/** Certificates name hosts without the dot that makes a DNS name absolute. */
function hostNames(host: string | undefined): string[] {
  return host === undefined ? [] : [host.replace(/\.$/, '')]
}

/** A server name is a DNS name: addresses are none (RFC 6066 section 3). */
function serverNameOf(host: string | undefined): Pick<UpstreamTls, 'serverName'> {
  const [name = ''] = hostNames(host)
  return /^[a-z0-9_.-]{1,253}$/i.test(name) && !/^[\d.]+$/.test(name) ? { serverName: name } : {}
}
