/** Serves `/meshkeeper/v1` on the API listener: the table of endpoints, the event stream, and the document that describes them. */
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../model/errors.js'
import { formatProblems } from '../model/problem.js'
import { checkTexts } from '../model/rules/text.js'
import type { ManagementContext } from './context.js'
import { MANAGEMENT_PREFIX, type Call, type Endpoint } from './endpoint.js'
import { ENDPOINTS } from './endpoints.js'
import type { EventHub } from './event-hub.js'
import { addEventRoute, EVENTS } from './events.js'
import { buildOpenApi } from './openapi.js'
import { readQuery } from './query.js'

/** Longest that one answer may take to begin, in milliseconds. */
const TIMEOUT_MILLIS = 30_000
/** Longest that an answer waits for what was written before; then it tells what is known. Milliseconds. */
const CATCH_UP_MILLIS = 1000
const JSON_TYPE = 'application/json; charset=utf-8'

export interface ManagementOptions extends ManagementContext {
  readonly events: EventHub
}

export function addManagementRoutes(app: FastifyInstance, { events, ...context }: ManagementOptions): void {
  for (const endpoint of ENDPOINTS) addEndpoint(app, context, endpoint)
  addEventRoute(app, events)
  let document: string | undefined
  app.get(`${MANAGEMENT_PREFIX}/openapi.json`, { config: { operation: 'GetOpenApi' } }, (_request, reply) => {
    document ??= JSON.stringify(buildOpenApi(ENDPOINTS, [EVENTS], context.version))
    return reply.type(JSON_TYPE).send(document)
  })
}

function addEndpoint(app: FastifyInstance, context: ManagementContext, endpoint: Endpoint): void {
  const { operation, path, query = {}, follows = false, handle } = endpoint
  const known = Object.keys(query)
  app.route({
    method: 'GET',
    url: MANAGEMENT_PREFIX + path,
    config: { operation },
    handlerTimeout: TIMEOUT_MILLIS,
    handler: async (request, reply) => {
      const { url, headers, protocol } = request
      const call = { params: request.params as Record<string, string>, query: readQuery(url, known), headers, protocol }
      demandTexts(call)
      if (follows) await context.control.catchUp(CATCH_UP_MILLIS)
      // What is answered changes with every write: nobody keeps it.
      void reply.header('cache-control', 'no-store').type(JSON_TYPE)
      return reply.send(await handle(context, call))
    },
  })
}

/** No store can be asked for what none can keep. Throws BadRequestException. */
function demandTexts({ params, query }: Call): void {
  const problems = checkTexts({ ...params, ...query }, '')
  if (problems.length > 0) throw new ApiError('BadRequestException', formatProblems(problems))
}
