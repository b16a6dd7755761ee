/** Turns whatever went wrong into the answer that every AWS SDK reads: header, body, status (app-mesh-api.md section 1.2); or into our own. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../model/errors.js'
import { formOf, type ErrorForm, type Failure } from './error-form.js'
import { LIMITS } from './limits.js'
import type { Logger } from './logger.js'
import { operationOf } from './operation.js'

export const REQUEST_ID_HEADER = 'x-amzn-RequestId'
export const ERROR_TYPE_HEADER = 'x-amzn-ErrorType'

/** Errors that Fastify raises by itself because of what a client sent. */
const FRAMEWORK_FAULTS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'the path holds malformed percent-encoding',
  FST_ERR_MAX_PARAM_LENGTH: `a path segment is longer than ${LIMITS.segmentLength} characters`,
  FST_ERR_CTP_BODY_TOO_LARGE: `the request body is larger than ${LIMITS.bodyBytes} bytes`,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the request body is not as long as its Content-Length says',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the Content-Type header is not a media type: send application/json',
}

/** The `ApiError` to answer with. Unknown errors tell the client nothing but that they happened. */
export function resolveError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const { code = '', name = '' } = (error instanceof Error ? error : {}) as { code?: string; name?: string }
  const fault = isAbortedBody(error) ? 'the connection ended before the request body did' : FRAMEWORK_FAULTS[code]
  if (fault !== undefined) return new ApiError('BadRequestException', fault, { cause: error })
  if (name === 'StoreUnavailableError' || code === 'FST_ERR_HANDLER_TIMEOUT') {
    return new ApiError('ServiceUnavailableException', 'the service cannot answer now, try again', { cause: error })
  }
  return new ApiError('InternalServerErrorException', 'the service failed to answer, see its log', { cause: error })
}

/** Node's error for a client that hangs up while it sends: nobody reads the answer, but it must not count, nor be logged, as a failure of ours. */
function isAbortedBody(error: unknown): boolean {
  return error instanceof Error && error.message === 'aborted' && 'code' in error && error.code === 'ECONNRESET'
}

/** Answers with `error` in the form of whoever asked. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const form = formOf(request)
  sendFailure(form.resolve(resolveError(error)), form, { error, request, reply, logger })
}

export interface Failed {
  /** What went wrong, for the log. */
  readonly error: unknown
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly logger: Logger
}

/** Answers with `failure`, and logs it when the fault is ours: the only place that does. */
export function sendFailure(failure: Failure, form: ErrorForm, { error, request, reply, logger }: Failed): void {
  if (failure.status >= 500) {
    const fields = { err: error, requestId: request.id, operation: operationOf(request), method: request.method }
    logger.error(fields, `request failed: ${failure.code}`)
  }
  void reply
    .code(failure.status)
    .header(REQUEST_ID_HEADER, request.id)
    .header(ERROR_TYPE_HEADER, failure.code)
    .type(form.type)
    .send(form.format(failure))
}
