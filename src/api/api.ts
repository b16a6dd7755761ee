/** The App Mesh REST API (restJson1) over a store. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject } from '../http/body.js'
import { parseQuery, queryOf } from '../http/query.js'
import { buildHttpServer, type HttpOptions } from '../http/server.js'
import type { Store } from '../store/store.js'
import { authenticate } from './authenticate.js'
import type { ApiContext } from './context.js'
import type { Operation } from './operation.js'
import { NO_QUOTAS, type Quotas } from './quotas.js'
import { compileInput } from './read-input.js'
import { OPERATIONS, PREFIX } from './routes.js'

/** The revision of the store that a write made; a repeated call answers that of the first. */
export const REVISION_HEADER = 'x-meshkeeper-revision'

export interface ApiOptions extends HttpOptions {
  readonly store: Store
  /** 12-digit account that owns everything here. */
  readonly account: string
  /** Region in ARNs. */
  readonly region: string
  /** Default: none. */
  readonly quotas?: Quotas
  /** Adds what other rooms serve on the same listener. */
  readonly extend?: (app: FastifyInstance) => void
}

/** Longest that one operation may take, in milliseconds: then it answers ServiceUnavailableException, which clients retry. */
const OPERATION_TIMEOUT_MILLIS = 30_000

/** The server of the App Mesh API, ready to listen. */
export function buildApi(options: ApiOptions): FastifyInstance {
  const { store, account, region, uuid, quotas = NO_QUOTAS } = options
  const context: ApiContext = { store, account, region, uuid, quotas }
  const app = buildHttpServer(options)
  for (const operation of OPERATIONS) addRoute(app, context, operation)
  options.extend?.(app)
  return app
}

function addRoute(app: FastifyInstance, context: ApiContext, { name, method, path, input, handle }: Operation): void {
  const readInput = compileInput(input)
  app.route({
    method,
    url: PREFIX + path,
    config: { operation: name },
    handlerTimeout: OPERATION_TIMEOUT_MILLIS,
    handler: async (request, reply) => {
      const principal = authenticate(request.headers.authorization)
      const call = { operation: name, principal, input: readInput(gatherInput(request)) }
      return sendAnswer(reply, await handle(context, call))
    },
  })
}

/** The members of an input that stand in the query string, never in the body (app-mesh-api.md section 2), and how each is read. */
const QUERY_MEMBERS: Readonly<Record<string, (text: string) => unknown>> = {
  meshOwner: String,
  resourceArn: String,
  /** Clients end on an empty token; sent back, it means the first page. */
  nextToken: (text) => text || undefined,
  limit: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
}

/** The input of an operation from the three places that hold it; what the path and the query say, no body can override. */
function gatherInput(request: FastifyRequest): JsonObject {
  const query = parseQuery(queryOf(request.url))
  const queryMembers = Object.entries(QUERY_MEMBERS).map(([name, read]) => {
    const text = query[name]
    return [name, text === undefined ? undefined : read(text)] as const
  })
  const body = request.body as JsonObject | undefined
  return { ...body, ...Object.fromEntries(queryMembers), ...(request.params as JsonObject) }
}

function sendAnswer(reply: FastifyReply, { body, revision }: { body: object; revision?: number }): FastifyReply {
  if (revision !== undefined) void reply.header(REVISION_HEADER, revision)
  return reply.type('application/json').send(JSON.stringify(body))
}
