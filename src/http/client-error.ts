/** Bytes that Node's HTTP parser refuses never become a request: they are answered on the bare socket. */
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { ERROR_TYPE_HEADER, REQUEST_ID_HEADER } from './errors.js'
import type { Logger } from './logger.js'

const FAULTS: Readonly<Record<string, { status: number; message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'the request line and headers are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'the request did not arrive in time' },
}
const MALFORMED = { status: 400, message: 'the request is not well-formed HTTP' }

/** Answers a connection error, if there is still somebody to answer, and ends the connection. */
export function answerMalformedHttp(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  requestId: string,
  logger: Logger,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, message } = FAULTS[error.code ?? ''] ?? MALFORMED
  logger.debug({ requestId, code: error.code, status }, 'connection refused')
  socket.end(formatAnswer(status, requestId, JSON.stringify({ __type: 'BadRequestException', message })))
}

function formatAnswer(status: number, requestId: string, body: string): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${REQUEST_ID_HEADER}: ${requestId}`,
    `${ERROR_TYPE_HEADER}: BadRequestException`,
    'Connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
