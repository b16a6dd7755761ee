import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'

/**
 * The way to close an HTTP server: requests in flight are answered, connections end as soon as they have nothing to answer. Node alone would keep
 * those that have never sent a request, or have not finished their TLS handshake, until their time is over (browsers and pools open some in
 * advance), and those that were busy at the moment of the close until they have been idle for long. Call before the server listens.
 */
export function prepareHttpClose(app: FastifyInstance): () => Promise<void> {
  const fresh = new Set<Socket>()
  const answers = new Set<ServerResponse>()
  let closing = false
  const handshaking = app.server instanceof TlsServer ? followHandshakes(app.server) : new Map<string, Socket>()
  app.server.on(app.server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    fresh.add(socket)
    socket.once('close', () => fresh.delete(socket))
  })
  app.server.prependListener('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    fresh.delete(socket)
    answer.shouldKeepAlive &&= !closing
    answers.add(answer)
    answer.once('close', () => answers.delete(answer))
  })
  return async () => {
    closing = true
    const closed = app.close()
    for (const answer of answers) answer.shouldKeepAlive = false
    for (const socket of [...fresh, ...handshaking.values()]) socket.destroy()
    await closed
  }
}

/** The bare connections of a TLS server that are not secure yet, by the address of the peer: Node does not say which of them became secure. */
function followHandshakes(server: TlsServer): ReadonlyMap<string, Socket> {
  const sockets = new Map<string, Socket>()
  const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress ?? ''} ${remotePort ?? ''}`
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    sockets.set(peer, socket)
    socket.once('close', () => sockets.delete(peer))
  })
  server.on('secureConnection', (socket) => sockets.delete(peerOf(socket)))
  return sockets
}
