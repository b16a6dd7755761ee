/** The admin listener: is it alive, is it ready, what does it measure, what is it. */
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import type { Registry } from 'prom-client'
import { checkAccess, STRICT, type AccessRules } from '../http/access.js'
import { NO_SCHEMAS } from '../http/no-schemas.js'
import { within } from './shutdown.js'
import type { TlsPair } from './tls.js'
import { VERSION } from './version.js'

/** One condition of readiness. */
export interface ReadinessCheck {
  readonly name: string
  /** True when Envoys can be served whether it holds or not: what they are given is in memory. */
  readonly forWritesOnly?: boolean
  /** Undefined when it holds; otherwise, or by rejecting, the reason why it does not. */
  readonly check: () => string | undefined | Promise<string | undefined>
}

export interface AdminOptions {
  readonly checks: readonly ReadinessCheck[]
  readonly registry: Registry
  readonly tls?: TlsPair | undefined
  /** Which requests of browsers are served. Default: those of a listener on loopback. */
  readonly access?: AccessRules
  /** Adds the routes of other rooms. */
  readonly extend?: (app: FastifyInstance) => void
}

const CHECK_TIMEOUT_MS = 2000

/** ARNs stand in paths: Fastify alone takes 100 characters. */
const LISTENER = { routerOptions: { maxParamLength: 4096 }, schemaController: NO_SCHEMAS }

/** The server of the admin listener, ready to listen. */
export function buildAdmin({ checks, registry, tls, access = STRICT, extend }: AdminOptions): FastifyInstance {
  const app = (tls ? Fastify({ ...LISTENER, https: { ...tls } }) : Fastify(LISTENER)) as unknown as FastifyInstance
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    const message = checkAccess({ method, headers, secure: tls !== undefined }, access)
    if (message !== undefined) await reply.code(403).send({ message })
  })
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', (_request, reply) => answerReadiness(reply, checks))
  const checksForEnvoys = checks.filter(({ forWritesOnly }) => !forWritesOnly)
  app.get('/readyz/xds', (_request, reply) => answerReadiness(reply, checksForEnvoys))
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
  app.get('/version', () => ({ name: 'meshkeeper', version: VERSION, node: process.version }))
  extend?.(app)
  return app
}

async function answerReadiness(reply: FastifyReply, checks: readonly ReadinessCheck[]): Promise<FastifyReply> {
  const results = Object.fromEntries(await Promise.all(checks.map(runCheck)))
  const ready = Object.values(results).every((result) => result === 'ok')
  return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks: results })
}

async function runCheck({ name, check }: ReadinessCheck): Promise<[string, string]> {
  try {
    return [name, (await within(CHECK_TIMEOUT_MS, Promise.resolve(check()))) ?? 'ok']
  } catch (error) {
    return [name, error instanceof Error ? error.message : String(error)]
  }
}
