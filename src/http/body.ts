/** Request bodies: JSON whatever the content type says, because Go clients send none (clients.md section 2). */
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../model/errors.js'

export type JsonObject = Readonly<Record<string, unknown>>

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Parses a JSON object; no bytes at all are `{}`. Throws BadRequestException for anything else. */
export function parseJsonObject(bytes: Uint8Array): JsonObject {
  const value = bytes.length === 0 ? {} : parseJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError('BadRequestException', 'the request body must be a JSON object')
  }
  return value as JsonObject
}

/** Makes `app` read every body with `parseJsonObject`. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseEncoding(request.headers['content-encoding'])
      done(null, parseJsonObject(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (cause) {
    throw new ApiError('BadRequestException', 'the request body is not UTF-8', { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable'
    throw new ApiError('BadRequestException', `the request body is not JSON: ${reason}`, { cause })
  }
}

function refuseEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return
  throw new ApiError('BadRequestException', `Content-Encoding ${encoding} is not supported: send the body as it is`)
}
