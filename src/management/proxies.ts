/** Which Envoys are connected, whether each is in sync, and what it has: `GET /proxies` (docs/operations.md). */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ControlPlane } from '../control/control-plane.js'
import type { ProxyQuery, ProxyRegistry, ProxyStatus } from '../control/proxy-registry.js'
import { formatSuggestion } from '../model/suggest.js'
import { buildProxyConfig, type ProxyConfig } from './proxy-config.js'

export interface ProxiesAnswer {
  /** Every change up to this revision has been published to the Envoys that it affects. */
  readonly appliedRevision: number
  readonly proxies: readonly ProxyStatus[]
}

interface Failure {
  readonly message: string
}

type Named = { Params: { name: string } }

const FILTERS = ['node', 'mesh', 'state'] as const
const STATES: readonly string[] = ['SYNCED', 'STALE', 'NACKED', 'NOT_SENT']

export function addProxyRoutes(app: FastifyInstance, control: ControlPlane, registry: ProxyRegistry): void {
  const answer = (proxies: readonly ProxyStatus[]): ProxiesAnswer => ({
    appliedRevision: control.appliedRevision,
    proxies,
  })

  app.get<{ Querystring: Record<string, unknown> }>('/proxies', async (request, reply) => {
    const query = readQuery(request.query)
    return 'message' in query ? fail(reply, 400, query.message) : answer(await registry.statuses(query))
  })

  app.get<Named>('/proxies/:name', ({ params: { name } }, reply): ProxiesAnswer | Failure => {
    const found = registry.find(name)
    return found.length > 0 ? answer(found) : fail(reply, 404, describeUnknown(name, registry))
  })

  app.get<Named>('/proxies/:name/config', ({ params: { name } }, reply): ProxyConfig | Failure => {
    const [first, ...others] = registry.find(name)
    const contents = first && registry.contents(first.id)
    if (!contents) return fail(reply, 404, describeUnknown(name, registry))
    const resources = new Set([first, ...others].map(({ nodeId, resource }) => resource?.arn ?? nodeId))
    if (resources.size > 1) return fail(reply, 400, `${name} may be any of ${[...resources].join(', ')}`)
    return buildProxyConfig(
      contents,
      others.map(({ id }) => id),
    )
  })
}

/** Each filter at most once; nothing else is taken for one. */
function readQuery(query: Readonly<Record<string, unknown>>): ProxyQuery | Failure {
  for (const [name, value] of Object.entries(query)) {
    if (!FILTERS.some((filter) => filter === name)) {
      return { message: `unknown query parameter ${name}${formatSuggestion(name, FILTERS)}: use ${FILTERS.join(', ')}` }
    }
    if (typeof value !== 'string') return { message: `query parameter ${name} is given more than once` }
    if (name === 'state' && !STATES.includes(value)) return { message: `state must be one of ${STATES.join(', ')}` }
  }
  return query
}

function describeUnknown(name: string, registry: ProxyRegistry): string {
  return `no Envoy of ${name} is connected${formatSuggestion(name, registry.names())}`
}

function fail(reply: FastifyReply, code: number, message: string): Failure {
  void reply.code(code)
  return { message }
}
