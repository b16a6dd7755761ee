/** Who is at the other end of a connection, as its socket tells. Never what a header or a proxy in between says. */
import type { Socket } from 'node:net'
import { TLSSocket, type PeerCertificate } from 'node:tls'
import type { Peer, PeerIdentity } from './resource-source.js'

/** To be called while the connection is open; after that a socket forgets its addresses. */
export function describePeer(socket: Socket): Peer {
  const { remoteAddress, remotePort } = socket
  const address = remoteAddress === undefined ? 'unix' : formatAddress(remoteAddress, remotePort)
  return {
    address,
    // A TCP connection that is gone already has no remote address either.
    local:
      remoteAddress === undefined ? socket.localPort === undefined && !socket.destroyed : isLoopback(remoteAddress),
    ...(socket instanceof TLSSocket && describeCertificate(socket)),
  }
}

/** 127.0.0.0/8 and ::1, in IPv6's notation for IPv4 too. The address of a bridge or NAT may be anybody behind it. */
export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '')
  return plain === '::1' || /^127(\.\d{1,3}){3}$/.test(plain)
}

function formatAddress(address: string, port: number | undefined): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port ?? 0}`
}

function describeCertificate(socket: TLSSocket): Pick<Peer, 'identity' | 'unverified'> {
  const certificate = socket.getPeerCertificate()
  if (Object.keys(certificate).length === 0) return {}
  if (socket.authorized) return { identity: readIdentity(certificate) }
  // The types say Error; it is the code of OpenSSL, such as CERT_HAS_EXPIRED.
  return { unverified: String(socket.authorizationError) }
}

/** The names in a certificate that was verified. */
export function readIdentity({ subject, subjectaltname = '', valid_to: validTo }: PeerCertificate): PeerIdentity {
  // A subject may have several, and then Node gives a list.
  const commonName: unknown = subject.CN
  return {
    uris: parseAltNames(subjectaltname).flatMap(({ type, value }) => (type === 'URI' ? [value] : [])),
    ...(typeof commonName === 'string' && { commonName }),
    expires: Date.parse(validTo),
  }
}

/** Node writes `TYPE:value` joined by `, `; a value with a comma or a quote in it stands in JSON's quotes, so that it cannot pose as two. */
function parseAltNames(text: string): { type: string; value: string }[] {
  const names = text.matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/gy)
  return [...names].map(([, type = '', value = '']) => ({
    type,
    value: value.startsWith('"') ? (JSON.parse(value) as string) : value,
  }))
}
