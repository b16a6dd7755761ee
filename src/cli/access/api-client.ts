/** Calls to the API of a server: App Mesh's own and /meshkeeper/v1. What may be tried again is; the rest becomes one line that says what to do. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientIo } from '../admin-client.js'
import { CommandError } from '../command-error.js'
import { printable } from '../text.js'
import { principalOf, resolveEndpoint, type Endpoint } from './endpoint.js'
import { openTransport, type HttpAnswer, type HttpRequest, type Transport } from './transport.js'

/** The server answered that it will not do it. `code` is App Mesh's exception, or the code of /meshkeeper/v1. */
export class RefusedError extends CommandError {
  readonly status: number
  readonly errorCode: string
  /** As the server said it. */
  readonly reason: string
  /** How many times the request was sent. */
  readonly attempts: number

  constructor(status: number, errorCode: string, reason: string, attempts: number) {
    super(`error: ${printable(reason)} (${errorCode})`)
    this.status = status
    this.errorCode = errorCode
    this.reason = reason
    this.attempts = attempts
  }
}

export interface ApiAnswer {
  readonly json: unknown
  /** Of the store, where a write was made. */
  readonly revision?: number
  /** How many times the request was sent. */
  readonly attempts: number
}

export interface ApiClient {
  readonly endpoint: Endpoint
  get(path: string, query?: Query): Promise<unknown>
  /** Throws RefusedError, or CommandError when nobody answers. */
  send(method: HttpRequest['method'], path: string, body?: object): Promise<ApiAnswer>
}

export type Query = Readonly<Record<string, string | number | undefined>>

export interface ClientOptions {
  /** Milliseconds that a request may take, each time it is sent. */
  readonly timeoutMillis?: number
  /** How often a request is sent at most. */
  readonly attempts?: number
  /** Milliseconds before the second time; doubled each time. */
  readonly backoffMillis?: number
  readonly transport?: Transport
}

/** Node's codes for a connection that may work the next time, though it did not now. */
const PASSING = new Set(['ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'ETIMEDOUT', 'ABORT_ERR', 'ECONNABORTED'])
/** A server that has answered before and is not there is being restarted. */
const RESTARTING = new Set(['ECONNREFUSED', 'ENOENT'])
const RETRIED = new Set([429, 500, 502, 503, 504])
const MOST_BACKOFF_MILLIS = 5_000

/** The client of the server that the flag or the environment names. */
export function openApi(
  io: Pick<ClientIo, 'environment'>,
  flag: string | undefined,
  options: ClientOptions = {},
): ApiClient {
  const endpoint = resolveEndpoint(flag, io.environment)
  const { transport = openTransport(endpoint) } = options
  const headers = headersOf(io.environment)
  let known = false
  const send: ApiClient['send'] = async (method, path, body) => {
    const request = { method, path, headers, ...(body && { body: JSON.stringify(body) }) }
    const { answer, attempts } = await sendPatiently(transport, request, { ...options, known }, endpoint)
    known = true
    return readAnswer(answer, attempts, { method, path, endpoint })
  }
  return {
    endpoint,
    send,
    get: async (path, query = {}) => (await send('GET', path + formatQuery(query))).json,
  }
}

/** Unsigned, but in the form of a signed request: the key id in it is who the server's log and history say it was. */
function headersOf(environment: ClientIo['environment']): Record<string, string> {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  const scope = `${principalOf(environment)}/${day}/${environment['AWS_REGION'] ?? 'us-east-1'}/appmesh/aws4_request`
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'meshkeeper-cli',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=unsigned`,
  }
}

async function sendPatiently(
  transport: Transport,
  request: Omit<HttpRequest, 'timeoutMillis'>,
  { timeoutMillis = 30_000, attempts = 6, backoffMillis = 200, known }: ClientOptions & { readonly known: boolean },
  endpoint: Endpoint,
): Promise<{ answer: HttpAnswer; attempts: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt >= attempts
    const outcome = await transport({ ...request, timeoutMillis }).catch((error: unknown) => {
      const code = codeOf(error)
      if (!last && (PASSING.has(code) || (known && RESTARTING.has(code)))) return undefined
      throw new CommandError(`error: ${explain(error, endpoint, timeoutMillis)}`, { cause: error })
    })
    if (outcome && (last || !RETRIED.has(outcome.status))) return { answer: outcome, attempts: attempt }
    await sleep(Math.min(backoffMillis * 2 ** (attempt - 1), MOST_BACKOFF_MILLIS))
  }
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly endpoint: Endpoint
}

function readAnswer(answer: HttpAnswer, attempts: number, { method, path, endpoint }: Asked): ApiAnswer {
  const { status, headers, body } = answer
  const json = parseJson(body)
  const revision = headers['x-meshkeeper-revision']
  if (status === 200 && json !== undefined)
    return { json, attempts, ...(revision !== undefined && { revision: Number(revision) }) }
  const { message, code, __type } = (json ?? {}) as { message?: unknown; code?: unknown; __type?: unknown }
  const name = code ?? __type
  if (typeof message === 'string' && typeof name === 'string' && name !== 'UnknownOperationException')
    throw new RefusedError(status, name, message, attempts)
  const what = `${endpoint.text} answered ${status} to ${method} ${path}`
  throw new CommandError(
    `error: ${what}: it is not the API of a meshkeeper of this version (its xDS and admin listeners have other ports)`,
  )
}

export function formatQuery(query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (name === 'TimeoutError' || name === 'AbortError') return 'ABORT_ERR'
  return typeof code === 'string' ? code : ''
}

/** By error code of Node. */
const NOT_THERE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOENT: 'no such socket',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer',
}

function explain(error: unknown, { protocol, text, source }: Endpoint, timeoutMillis: number): string {
  const code = codeOf(error)
  const reason = code === 'ABORT_ERR' ? `no answer within ${timeoutMillis / 1000} s` : NOT_THERE[code]
  const found = source === 'the default' ? 'the default address' : `from ${source}`
  if (reason !== undefined)
    return `no meshkeeper answers at ${text}, ${found} (${reason}): start one with "meshkeeper serve", or say where it is with --endpoint-url URL or MESHKEEPER_ENDPOINT`
  if (code === 'EACCES') return `${text}: permission denied: only those may use the socket who may write to it`
  const message = printable(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)) || code
  if (code === 'EPROTO' && message.includes('wrong version number'))
    return `${text}, ${found}: what listens there speaks no TLS: use http://`
  if (protocol === 'https:')
    return `${text}, ${found}: ${message}: NODE_EXTRA_CA_CERTS=FILE names the authority to trust, http:// is for a listener without TLS`
  return `${text}, ${found}: ${message}: a listener with TLS needs https://`
}
