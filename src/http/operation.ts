/** The operation that a route answers: a metrics label, and the word in the log. */
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: string
  }
}

/** The operation of the route that took `request`; undefined when none did. */
export function operationOf(request: FastifyRequest): string | undefined {
  // Requests that Fastify refuses before routing have a context without configuration, whatever its types say.
  const config = request.routeOptions.config as { operation?: string } | undefined
  return config?.operation
}
