/** Turns whatever went wrong into the answer that every AWS SDK reads: header, `__type`, status (app-mesh-api.md section 1.2); or into our own. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, type ErrorCode } from '../model/errors.js'
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

export interface ErrorBody {
  readonly __type: string
  readonly message: string
}

/** Below it no AWS SDK asks: errors are told as `{"code", "message"}` (docs/management-api.md). */
const OWN_PATHS = '/meshkeeper/'

/** Paths of pages: an error is a sentence for the person who looks at them. */
const PAGE_PATHS = /^\/console(?:[/?]|$)/

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

/** Body of an error answer. */
export function formatErrorBody(error: ApiError): ErrorBody {
  return { __type: error.code, message: error.message }
}

/** Answers with `error`, and logs it when the fault is ours: the only place that does. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const answer = resolveError(error)
  if (answer.status >= 500) {
    const fields = { err: error, requestId: request.id, operation: operationOf(request), method: request.method }
    logger.error(fields, `request failed: ${answer.code}`)
  }
  void reply
    .code(answer.status)
    .header(REQUEST_ID_HEADER, request.id)
    .header(ERROR_TYPE_HEADER, answer.code)
    .type(PAGE_PATHS.test(request.url) ? 'text/plain; charset=utf-8' : 'application/json')
    .send(formatAnswer(answer, request.url))
}

function formatAnswer(error: ApiError, url: string): string {
  if (PAGE_PATHS.test(url)) return `${error.message}\n`
  if (!url.startsWith(OWN_PATHS)) return JSON.stringify(formatErrorBody(error))
  return JSON.stringify({ code: ownCode(error.code), message: error.message })
}

/** `NotFoundException` as `NotFound`: nobody has to look for a class of that name. */
function ownCode(code: ErrorCode): string {
  return code === 'UnknownOperationException' ? 'NotFound' : code.slice(0, -'Exception'.length)
}
