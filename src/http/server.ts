/** The Fastify factory that every HTTP room starts from: AWS's answers, request ids, limits, strict parsing. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { ApiError } from '../model/errors.js'
import { checkAccess, STRICT, type AccessRules } from './access.js'
import { acceptJsonBodies } from './body.js'
import { answerMalformedHttp } from './client-error.js'
import { REQUEST_ID_HEADER, sendError } from './errors.js'
import { operationOf } from './operation.js'
import { LIMITS } from './limits.js'
import type { Logger } from './logger.js'
import { answerOtherMethods } from './methods.js'
import { NO_SCHEMAS } from './no-schemas.js'

/** Called once per answered request: operation (`Unknown` when no route took it), HTTP status, seconds from its headers to the answer's last byte. */
export type RequestObserver = (operation: string, status: number, seconds: number) => void

export interface HttpOptions {
  readonly logger: Logger
  /** Makes request ids. */
  readonly uuid: () => string
  readonly onRequest?: RequestObserver
  /** Which requests of browsers are served. Default: those of a listener on loopback. */
  readonly access?: AccessRules
  /** PEM certificate chain and key; absent serves plain HTTP. Renew them with `app.server.setSecureContext`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer }
}

const LISTENER = {
  bodyLimit: LIMITS.bodyBytes,
  requestTimeout: LIMITS.requestTimeoutMillis,
  keepAliveTimeout: LIMITS.keepAliveMillis,
  /** A stopping server answers what still arrives on open connections, then closes them. */
  return503OnClosing: false,
  logger: false,
  schemaController: NO_SCHEMAS,
  routerOptions: {
    maxParamLength: LIMITS.segmentLength,
    querystringParser: (text: string) => ({ text }),
  },
  http: { maxHeaderSize: LIMITS.headerBytes, headersTimeout: LIMITS.headersTimeoutMillis },
} as const

/** An empty server; the caller adds routes, then listens or injects. */
export function buildHttpServer(options: HttpOptions): FastifyInstance {
  const { logger, uuid, tls, access = STRICT } = options
  const app = Fastify({
    ...LISTENER,
    ...(tls && { https: { ...LISTENER.http, handshakeTimeout: LIMITS.headersTimeoutMillis, ...tls } }),
    genReqId: uuid,
    clientErrorHandler: (error, socket) => answerMalformedHttp(error, socket, uuid(), logger),
    frameworkErrors: (error, request, reply) => {
      sendError(error, request, reply, logger)
      observe(options, request, reply)
    },
  }) as unknown as FastifyInstance
  const answered = new WeakSet<FastifyReply>()
  app.addHook('onRequest', (request, reply, next) => {
    void reply.header(REQUEST_ID_HEADER, request.id)
    // Streams of events end when the client goes; Fastify tells only of answers that were sent to their end.
    reply.raw.once('close', () => {
      if (reply.raw.headersSent && !answered.has(reply)) observe(options, request, reply)
    })
    const refused = checkAccess({ method: request.method, headers: request.headers, secure: tls !== undefined }, access)
    next(refused === undefined ? undefined : new ApiError('ForbiddenException', refused))
  })
  app.addHook('onResponse', (request, reply, next) => {
    answered.add(reply)
    observe(options, request, reply)
    next()
  })
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, logger))
  acceptJsonBodies(app)
  answerOtherMethods(app)
  return app
}

function observe({ logger, onRequest }: HttpOptions, request: FastifyRequest, reply: FastifyReply): void {
  const operation = operationOf(request) ?? 'Unknown'
  onRequest?.(operation, reply.statusCode, reply.elapsedTime / 1000)
  const { id: requestId, method, url } = request
  logger.debug({ requestId, operation, method, url, status: reply.statusCode }, 'answered')
}
