/** `GET /events`: server-sent events (the EventSource of browsers). */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../model/errors.js'
import { SYSTEM_CLOCK } from '../xds/clock.js'
import { MANAGEMENT_PREFIX } from './endpoint.js'
import type { EventHub } from './event-hub.js'
import { EventWriter } from './event-writer.js'
import type { StreamEndpoint } from './openapi.js'
import { readQuery } from './query.js'
import { Name, Revision } from './shapes.js'

/** Streams at a time. A browser has one for each tab. */
const MOST_STREAMS = 256

export const EVENTS: StreamEndpoint = {
  operation: 'StreamEvents',
  path: '/events',
  summary: 'Tells of changes as they happen',
  mediaType: 'text/event-stream',
  description: [
    'event revision, data {revision, refs}: these resources were changed, or all; its id resumes the stream by Last-Event-ID.',
    'event applied, data {appliedRevision}: up to this revision everything was published to the Envoys of this server.',
    'event proxies, data {ids}: the state of these Envoys, or of all, may have changed. A comment comes every 15 s.',
  ].join(' '),
  query: {
    mesh: { schema: Name, description: 'MESH or MESH@OWNER: of this mesh only' },
    lastEventId: { schema: Revision, description: 'as the header Last-Event-ID, for clients that cannot set it' },
  },
}

export function addEventRoute(app: FastifyInstance, hub: EventHub): void {
  app.addHook('preClose', (done) => {
    hub.close()
    done()
  })
  app.route({
    method: 'GET',
    url: MANAGEMENT_PREFIX + EVENTS.path,
    exposeHeadRoute: false,
    config: { operation: EVENTS.operation },
    handler: async (request, reply) => {
      const { mesh, lastEventId } = readQuery(request.url, ['mesh', 'lastEventId'])
      const since = readSince(request.headers['last-event-id'] ?? lastEventId)
      await awaitTurn(reply.raw)
      if (hub.listenerCount >= MOST_STREAMS)
        throw new ApiError('TooManyRequestsException', `there are ${MOST_STREAMS} event streams already`)
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Else nginx keeps events until it has many.
        'x-accel-buffering': 'no',
      })
      // Whoever stops to listen has said so by closing; a connection that was only lost ends by the system's own means.
      raw.socket?.setKeepAlive(true, 30_000)
      const writer = new EventWriter({ response: raw, clock: SYSTEM_CLOCK, mesh })
      try {
        const stop = await hub.listen(writer, since)
        if (raw.closed) stop()
        else raw.on('close', stop)
      } catch {
        // The client comes again by itself.
        raw.end()
      }
    },
  })
}

/**
 * Resolves when the connection is this response's: what a client has pipelined waits for the answers before, for ever behind another stream, and is never
 * told when the connection ends.
 */
async function awaitTurn(response: ServerResponse): Promise<void> {
  if (!response.socket) await new Promise((resolve) => response.once('socket', resolve))
}

/** What no event of ours was called means the same as nothing. */
function readSince(text: string | string[] | undefined): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
