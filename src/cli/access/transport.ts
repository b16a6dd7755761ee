/** One HTTP request to the API of a server, over TCP, TLS or a Unix socket; connections are kept for the next. */
import { Agent, request as requestPlain, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent, request as requestSecure } from 'node:https'
import type { Endpoint } from './endpoint.js'

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMillis: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Rejects with Node's error when there is no answer. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>

export function openTransport({ protocol, host, port, socketPath, basePath }: Endpoint): Transport {
  const secure = protocol === 'https:'
  const agent = secure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  const where = socketPath === undefined ? { host, port } : { socketPath }
  return async ({ method, path, headers, body, timeoutMillis }) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = {
      ...where,
      agent,
      method,
      path: basePath + path,
      headers: { ...headers, ...length },
      signal: AbortSignal.timeout(timeoutMillis),
    }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = secure ? requestSecure(options) : requestPlain(options)
      request.once('response', resolve).once('error', reject).end(body)
    })
    let text = ''
    response.setEncoding('utf8')
    for await (const chunk of response) text += chunk as string
    return { status: response.statusCode ?? 0, headers: response.headers, body: text }
  }
}
