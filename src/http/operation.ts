/** The operation that a route answers: a metrics label, and the word in the log. */
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: string
  }
}

/** Of requests whose route alone does not tell it. */
const named = new WeakMap<FastifyRequest, string>()

/** `request` asks for `operation`, which its route took out of it. */
export function nameOperation(request: FastifyRequest, operation: string): void {
  named.set(request, operation)
}

/** The operation that `request` asks for, or else of the route that took it; undefined when none did. */
export function operationOf(request: FastifyRequest): string | undefined {
  const name = named.get(request)
  if (name !== undefined) return name
  // Requests that Fastify refuses before routing have a context without configuration, whatever its types say.
  const config = request.routeOptions.config as { operation?: string } | undefined
  return config?.operation
}
