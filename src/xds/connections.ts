/** Connections accepted by us and handed to the gRPC server: so certificates can be renewed, and sockets are in our hands (ADR 0007). */
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, Server as TlsServer, type TlsOptions } from 'node:tls'

/** Connections that may wait to be accepted: every Envoy of a fleet reconnects at once when the server restarts. */
export const BACKLOG = 4096

const HANDSHAKE_TIMEOUT_MS = 10_000

/** A server of bare connections (TLS ones offer HTTP/2 only) that hands each to `onConnection`. */
export function createConnectionServer(
  tls: TlsOptions | undefined,
  onConnection: (socket: Socket) => void,
): Server | TlsServer {
  // Without TCP's keep-alive: HTTP/2 pings find peers that are gone, sooner, and at no cost to a connection that is being opened.
  const options = { noDelay: true }
  if (!tls) return createServer(options, onConnection)
  const secure = { handshakeTimeout: HANDSHAKE_TIMEOUT_MS, ...options, ...tls, ALPNProtocols: ['h2'] }
  return createTlsServer(secure, onConnection)
}

/**
 * Returns the way to end every connection of a TLS server that there is, also those that have not finished their handshake: nobody else knows of these,
 * and the server does not close before they have. Without TLS connections are handed on at once.
 */
export function trackConnections(server: Server | TlsServer): () => void {
  const sockets = new Set<Socket>()
  if (server instanceof TlsServer) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
  }
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}
