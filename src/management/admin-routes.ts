/** The Envoys on the admin listener: `GET /proxies…`, errors as `{"message": …}`. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ApiError } from '../model/errors.js'
import { findProxies, findProxyConfig, listProxies, type ProxySources } from './proxies.js'

type Named = { Params: { name: string } }

export function addProxyRoutes(app: FastifyInstance, sources: ProxySources): void {
  app.get<{ Querystring: Record<string, unknown> }>('/proxies', async ({ query }, reply) => {
    const pieces = await told(reply, listProxies(sources, query))
    return reply.type('application/json; charset=utf-8').send(pieces)
  })
  app.get<Named>('/proxies/:name', ({ params }, reply) => told(reply, findProxies(sources, params.name)))
  app.get<Named>('/proxies/:name/config', ({ params }, reply) => told(reply, findProxyConfig(sources, params.name)))
}

/** What was asked for, or why not. */
async function told<T>(reply: FastifyReply, work: Promise<T>): Promise<T | { message: string }> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    void reply.code(error.status)
    return { message: error.message }
  }
}
