/** The Cloud Map API (awsJson1_1) as a route of the API listener: App Mesh never uses POST (cloud-map-api.md section 1). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject } from '../http/body.js'
import { ERROR_TYPE_HEADER, REQUEST_ID_HEADER, resolveError } from '../http/errors.js'
import type { Logger } from '../http/logger.js'
import { nameOperation, operationOf } from '../http/operation.js'
import { CloudMapError } from '../model/cloud-map/errors.js'
import type { CloudMapContext } from './context.js'
import { CLOUD_MAP_OPERATIONS } from './operations.js'
import { readInput } from './read-input.js'

export interface CloudMapApiOptions extends CloudMapContext {
  readonly logger: Logger
  /** Who calls, by the Authorization header. */
  readonly principalOf: (authorization: string | undefined) => string
}

const TARGET_PREFIX = 'Route53AutoNaming_v20170314.'
const CONTENT_TYPE = 'application/x-amz-json-1.1'
const REVISION_HEADER = 'x-meshkeeper-revision'
const OPERATION_TIMEOUT_MILLIS = 30_000

/** Serves the Cloud Map API on `app`, at whatever host name it is called by: clients put `data-` before that of discovery. */
export function addCloudMapRoutes(app: FastifyInstance, { logger, principalOf, ...context }: CloudMapApiOptions): void {
  app.route({
    method: 'POST',
    url: '/',
    config: { operation: 'CloudMap' },
    handlerTimeout: OPERATION_TIMEOUT_MILLIS,
    errorHandler: (error, request, reply) => sendCloudMapError(error, request, reply, logger),
    handler: async (request, reply) => {
      const target = String(request.headers['x-amz-target'] ?? '')
      const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : ''
      const operation = CLOUD_MAP_OPERATIONS.get(name)
      if (!operation) throw unknownOperation(target)
      nameOperation(request, name)
      const input = readInput(operation.input, (request.body ?? {}) as JsonObject)
      const principal = principalOf(request.headers.authorization)
      const { body, revision } = await operation.handle(context, { operation: name, principal, input: input as never })
      if (revision !== undefined) void reply.header(REVISION_HEADER, revision)
      return reply.type(CONTENT_TYPE).send(encode(body))
    },
  })
}

/** Bytes: to text Fastify would add a charset, which this media type has not. */
function encode(body: object): Buffer {
  return Buffer.from(JSON.stringify(body))
}

function unknownOperation(target: string): CloudMapError {
  const told = target === '' ? 'the request has no X-Amz-Target header' : `X-Amz-Target ${target} is no operation`
  return new CloudMapError('UnknownOperationException', `${told}: Cloud Map's begin with ${TARGET_PREFIX}`)
}

/** All faults of clients have status 400; a body that is no JSON object has an exception of the protocol (cloud-map-api.md section 9). */
function sendCloudMapError(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const { status, code, message, members } = describe(error, operationOf(request) !== 'CloudMap')
  if (status >= 500)
    logger.error({ err: error, requestId: request.id, operation: operationOf(request) }, `request failed: ${code}`)
  void reply
    .code(status)
    .header(REQUEST_ID_HEADER, request.id)
    .header(ERROR_TYPE_HEADER, code)
    .type(CONTENT_TYPE)
    .send(encode({ __type: code, Message: message, ...members }))
}

/** `started`: the operation is known, so the body has been read. */
function describe(
  error: unknown,
  started: boolean,
): { status: number; code: string; message: string; members?: object } {
  if (error instanceof CloudMapError)
    return { status: 400, code: error.code, message: error.message, members: error.members }
  const { status, code, message } = resolveError(error)
  if (status >= 500) return { status, code, message }
  if (code === 'ForbiddenException') return { status, code: 'AccessDeniedException', message }
  return { status: 400, code: started ? 'InvalidInput' : 'SerializationException', message }
}
