import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'

/**
 * The way to close an HTTP server: requests in flight are answered, connections end as soon as they have nothing to answer. Node alone would keep
 * those that have never sent a request until their headers time out (browsers and pools open some in advance), and those that were busy at the
 * moment of the close until they have been idle for long. Call before the server listens.
 */
export function prepareHttpClose(app: FastifyInstance): () => Promise<void> {
  const fresh = new Set<Socket>()
  const answers = new Set<ServerResponse>()
  let closing = false
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
    for (const socket of fresh) socket.destroy()
    await closed
  }
}
