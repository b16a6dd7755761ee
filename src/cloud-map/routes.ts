/** The Cloud Map API (awsJson1_1) as a route of the API listener: App Mesh never uses POST (cloud-map-api.md section 1). */
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../http/body.js'
import { AWS_JSON, type Failure } from '../http/error-form.js'
import { resolveError, sendFailure } from '../http/errors.js'
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
/** What the operation is called as long as nobody knows which one it is. */
const UNNAMED = 'CloudMap'
const REVISION_HEADER = 'x-meshkeeper-revision'
const OPERATION_TIMEOUT_MILLIS = 30_000

/** Serves the Cloud Map API on `app`, at whatever host name it is called by: clients put `data-` before that of discovery. */
export function addCloudMapRoutes(app: FastifyInstance, { logger, principalOf, ...context }: CloudMapApiOptions): void {
  app.route({
    method: 'POST',
    url: '/',
    config: { operation: UNNAMED },
    handlerTimeout: OPERATION_TIMEOUT_MILLIS,
    errorHandler: (error, request, reply) => {
      const failure = resolveFailure(error, operationOf(request) !== UNNAMED)
      sendFailure(failure, AWS_JSON, { error, request, reply, logger })
    },
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
      return reply.type(AWS_JSON.type).send(encode(body))
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

/** All faults of clients have status 400. `started`: the operation is known, so the body has been read (cloud-map-api.md section 9). */
function resolveFailure(error: unknown, started: boolean): Failure {
  if (error instanceof CloudMapError)
    return { status: 400, code: error.code, message: error.message, members: error.members }
  const resolved = resolveError(error)
  const failure = AWS_JSON.resolve(resolved)
  return started && resolved.code === 'BadRequestException' ? { ...failure, code: 'InvalidInput' } : failure
}
