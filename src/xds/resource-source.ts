/** The seam between the protocol engine and whoever knows what an Envoy should have. Nothing here is specific to App Mesh. */
import type { Snapshot } from './snapshot.js'

/** The xDS Node of a stream's first request (xDS protocol, "Discovery request"), as far as a source may need it. */
export interface XdsNode {
  readonly id: string
  readonly cluster: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly userAgentName: string
  /** `major.minor.patch` of the Envoy build, or the client's own text. Empty when unknown. */
  readonly userAgentVersion: string
  readonly locality: { readonly region: string; readonly zone: string; readonly subZone: string }
  readonly clientFeatures: readonly string[]
}

/** Who is at the other end of the connection. */
export interface Peer {
  /** `address:port`, or `unix` for a local socket. */
  readonly address: string
  /** The connection does not leave this machine: a loopback address or a Unix socket. Absent means that it may. */
  readonly local?: boolean
  /** What its TLS certificate says, once that was verified against the CA of the listener. Absent without one. */
  readonly identity?: PeerIdentity
  /** Why the certificate that it presented counts for nothing: OpenSSL's code, such as CERT_HAS_EXPIRED. */
  readonly unverified?: string
}

/** Names that an authority vouches for. */
export interface PeerIdentity {
  /** Subject alternative names of the URI kind. */
  readonly uris: readonly string[]
  /** Of the subject, if it has exactly one. */
  readonly commonName?: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** Why a stream may not go on; the stream ends with this gRPC status. */
export interface Refusal {
  /** gRPC status code. */
  readonly code: number
  readonly message: string
}

/** Its methods must not throw. */
export interface WatchObserver {
  /** The newest state; each call supersedes the one before. May be called before `watch` returns. */
  onSnapshot(snapshot: Snapshot): void
  /** Ends the watch: nothing more is called after it. May be called before `watch` returns. */
  onRefusal(refusal: Refusal): void
}

export interface Watch {
  /** Idempotent. The observer is not called afterwards. */
  cancel(): void
}

export interface ResourceSource {
  /** Follows what `node` should have, until cancelled or refused. Must not throw. */
  watch(node: XdsNode, peer: Peer, observer: WatchObserver): Watch
}
