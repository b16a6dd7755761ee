/** How an error is told to whoever asked: each protocol that comes to a listener has its form. */
import type { FastifyRequest } from 'fastify'
import type { ApiError, ErrorCode } from '../model/errors.js'

/** What is answered instead of a result. */
export interface Failure {
  readonly status: number
  readonly code: string
  readonly message: string
  /** What the exception has beside its message. */
  readonly members?: Readonly<Record<string, string | undefined>>
}

export interface ErrorForm {
  readonly type: string
  /** What an error of the table is called, and its status, in this protocol. */
  readonly resolve: (error: ApiError) => Failure
  /** Bytes where Fastify would add a charset that the type has not. */
  readonly format: (failure: Failure) => string | Buffer
}

const asItIs = ({ status, code, message }: ApiError): Failure => ({ status, code, message })

/** Of App Mesh (app-mesh-api.md section 1.2). */
const REST_JSON: ErrorForm = {
  type: 'application/json',
  resolve: asItIs,
  format: ({ code, message }) => JSON.stringify({ __type: code, message }),
}

/** Of Cloud Map (cloud-map-api.md sections 1 and 9): whatever is wrong before the operation has its input is an exception of the protocol. */
export const AWS_JSON: ErrorForm = {
  type: 'application/x-amz-json-1.1',
  resolve: (error) => ({ ...asItIs(error), ...AWS_JSON_ERRORS[error.code] }),
  format: ({ code, message, members }) => Buffer.from(JSON.stringify({ __type: code, Message: message, ...members })),
}

const AWS_JSON_ERRORS: Readonly<Partial<Record<ErrorCode, Partial<Failure>>>> = {
  BadRequestException: { code: 'SerializationException' },
  ForbiddenException: { code: 'AccessDeniedException' },
  UnknownOperationException: { status: 400 },
}

/** No AWS SDK asks there: errors are told as `{"code", "message"}` (docs/management-api.md). */
const OWN: ErrorForm = {
  type: 'application/json',
  resolve: asItIs,
  format: ({ code, message }) => JSON.stringify({ code: ownCode(code), message }),
}

/** `NotFoundException` as `NotFound`: nobody has to look for a class of that name. */
function ownCode(code: string): string {
  return code === 'UnknownOperationException' ? 'NotFound' : code.slice(0, -'Exception'.length)
}

/** A sentence for the person who looks at a page. */
const PAGE: ErrorForm = {
  type: 'text/plain; charset=utf-8',
  resolve: asItIs,
  format: ({ message }) => `${message}\n`,
}

/** By the path, and for AWS's by the header that names an operation of awsJson: nothing else is known of requests that no route takes. */
export function formOf({ url, headers }: Pick<FastifyRequest, 'url' | 'headers'>): ErrorForm {
  if (/^\/console(?:[/?]|$)/.test(url)) return PAGE
  if (url.startsWith('/meshkeeper/')) return OWN
  return headers['x-amz-target'] === undefined ? REST_JSON : AWS_JSON
}
