/** Who may have private keys (ADR 0014): whoever needs no network to get them, or proves with a certificate to be the proxy that they are for. */
import { parseNodeId, resolveNodeId } from '../model/node-id.js'
import { refKey } from '../model/references.js'
import type { ProxyRef } from '../translate/proxy.js'
import type { Peer, PeerIdentity } from '../xds/resource-source.js'

export interface SecretPolicy {
  /** Keys go to whoever says to be a proxy that needs them, over any connection. */
  readonly allowUnauthenticated: boolean
  /** Account whose meshes are meant when a name gives no owner. */
  readonly account: string
}

/** Undefined when the Envoy at `peer` may have the keys of `ref`; otherwise why not. `now` in milliseconds since the epoch. */
export function refuseKeys(peer: Peer, ref: ProxyRef, policy: SecretPolicy, now: number): string | undefined {
  if (policy.allowUnauthenticated || peer.local === true) return undefined
  const { identity, unverified } = peer
  if (!identity) return `${unverified === undefined ? NO_CERTIFICATE : describeUnverified(unverified)}; ${ADVICE}`
  if (now > identity.expires) return `its client certificate has expired since it connected; ${ADVICE}`
  const names = namesOf(identity)
  if (names.some((name) => isNameOf(name, ref, policy.account))) return undefined
  const list = names.length > 0 ? `names ${names.map((name) => JSON.stringify(name)).join(', ')}` : 'names nobody'
  return `its client certificate ${list}, not mesh/${ref.meshName}/${ref.kind}/${ref.name}; ${ADVICE}`
}

const NO_CERTIFICATE = 'it connects from another machine without a client certificate'
const ADVICE = 'see "Who gets private keys" in docs/operations.md'

function describeUnverified(code: string): string {
  return `its client certificate was not accepted (${code}): is it signed by the authority of --xds-client-ca?`
}

/** A common name counts only where there are no URIs: whoever signs certificates with URIs may not look at the subject. */
function namesOf({ uris, commonName }: PeerIdentity): readonly string[] {
  if (uris.length > 0) return uris
  return commonName === undefined ? [] : [commonName]
}

/** A node id in any of its forms, or a SPIFFE id whose path is one, percent-encoded where it must be. */
function isNameOf(name: string, ref: ProxyRef, account: string): boolean {
  const [, path] = /^spiffe:\/\/[^/]+\/(.+)$/i.exec(name) ?? []
  const id = parseNodeId(path === undefined ? name : decode(path))
  return !('problem' in id) && refKey(resolveNodeId(id, account)) === refKey(ref)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
