/** Which Envoys are connected, whether each is in sync, and what it has: `GET /proxies` (docs/operations.md). */
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ControlPlane } from '../control/control-plane.js'
import type { FoundProxies, ProxyDirectory } from '../control/proxy-directory.js'
import type { ProxyQuery } from '../control/proxy-registry.js'
import { formatSuggestion } from '../model/suggest.js'
import { buildProxyConfig, type ProxyConfig } from './proxy-config.js'

export interface ProxiesAnswer extends FoundProxies {
  /** Every change up to this revision has been published to the Envoys that it affects; where there are several replicas, to those of this one. */
  readonly appliedRevision: number
}

interface Failure {
  readonly message: string
}

type Named = { Params: { name: string } }

const FILTERS = ['node', 'mesh', 'state'] as const
const STATES: readonly string[] = ['SYNCED', 'STALE', 'NACKED', 'NOT_SENT']

export function addProxyRoutes(app: FastifyInstance, control: ControlPlane, directory: ProxyDirectory): void {
  const answer = (found: FoundProxies): ProxiesAnswer => ({ appliedRevision: control.appliedRevision, ...found })

  app.get<{ Querystring: Record<string, unknown> }>('/proxies', async (request, reply) => {
    const query = readQuery(request.query)
    if ('message' in query) return fail(reply, 400, query.message)
    const pieces = Readable.from(writeAnswer(answer(await directory.statuses(query))))
    return reply.type('application/json; charset=utf-8').send(pieces)
  })

  app.get<Named>('/proxies/:name', async ({ params: { name } }, reply): Promise<ProxiesAnswer | Failure> => {
    const found = await directory.find(name)
    return found.proxies.length > 0 ? answer(found) : fail(reply, 404, await describeUnknown(name, directory))
  })

  app.get<Named>('/proxies/:name/config', async ({ params: { name } }, reply): Promise<ProxyConfig | Failure> => {
    const [first, ...others] = (await directory.find(name)).proxies
    const contents = first && (await directory.contents(first))
    if (!contents) return fail(reply, 404, await describeUnknown(name, directory))
    const resources = new Set([first, ...others].map(({ nodeId, resource }) => resource?.arn ?? nodeId))
    if (resources.size > 1) return fail(reply, 400, `${name} may be any of ${[...resources].join(', ')}`)
    return buildProxyConfig(
      contents,
      others.map(({ id }) => id),
    )
  })
}

const PIECE = 200

/** The JSON of an answer, some Envoys at a time with other work done in between: that of a fleet has megabytes. */
async function* writeAnswer({ proxies, ...others }: ProxiesAnswer): AsyncGenerator<string, void> {
  yield `${JSON.stringify(others).slice(0, -1)},"proxies":[`
  for (let from = 0; from < proxies.length; from += PIECE) {
    const piece = proxies.slice(from, from + PIECE).map((status) => JSON.stringify(status))
    yield (from > 0 ? ',' : '') + piece.join(',')
    await nextTurn()
  }
  yield ']}'
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

async function describeUnknown(name: string, directory: ProxyDirectory): Promise<string> {
  return `no Envoy of ${name} is connected${formatSuggestion(name, await directory.names())}`
}

function fail(reply: FastifyReply, code: number, message: string): Failure {
  void reply.code(code)
  return { message }
}
