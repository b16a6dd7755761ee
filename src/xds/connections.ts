/** Connections accepted by us and handed to grpc-js, which listens with a backlog of 511 and cannot renew certificates (ADR 0007). */
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from 'node:tls'

/** Connections that may wait to be accepted: every Envoy of a fleet reconnects at once when the server restarts. */
export const BACKLOG = 4096

const HANDSHAKE_TIMEOUT_MS = 10_000
const KEEP_ALIVE_DELAY_MS = 60_000

/** A server of bare connections (TLS ones offer HTTP/2 only) that hands each to `onConnection`: for grpc-js's connection injector. */
export function createConnectionServer(
  tls: TlsOptions | undefined,
  onConnection: (socket: Socket) => void,
): Server | TlsServer {
  const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS }
  if (!tls) return createServer(options, onConnection)
  const secure = { handshakeTimeout: HANDSHAKE_TIMEOUT_MS, ...options, ...tls, ALPNProtocols: ['h2'] }
  return createTlsServer(secure, onConnection)
}
