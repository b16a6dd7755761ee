/** Requests to our own server: JSON in, JSON out, and one kind of error for whatever went wrong. */

/** What the server refused, or that it could not be reached (`code` Unreachable). */
export class AccessError extends Error {
  override readonly name = 'AccessError'
  /** The exception of the API, e.g. ResourceInUseException; `BadRequest` and the like from the management API. */
  readonly code: string
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** The field that the message is about, as a path from the top of the request, e.g. `spec.listeners[0].portMapping.port`. */
  readonly field?: string

  constructor({ code, status, message, field }: Fault, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = status
    if (field !== undefined) this.field = field
  }
}

interface Fault {
  readonly code: string
  readonly status: number
  readonly message: string
  readonly field?: string
}

export interface JsonRequest {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Asks `path` of our own server, and gives the JSON of its answer. Throws AccessError. */
export async function requestJson<Answer>(path: string, request: JsonRequest = {}): Promise<Answer> {
  const response = await send(path, request)
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable(cause)
  })
  if (!response.ok) throw new AccessError(readFault(response, text))
  return (text === '' ? {} : parse(text)) as Answer
}

/** A name in a path. Throws AccessError for one that browsers take for a directory, whatever its encoding: the request would be about something else. */
export function nameSegment(name: string): string {
  if (name !== '.' && name !== '..') return encodeURIComponent(name)
  const message = `browsers cannot ask for what is called ${name}: use the command line`
  throw new AccessError({ code: 'BadRequest', status: 0, message })
}

/** `path` with the parameters that have a value. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') given.set(name, String(value))
  }
  return given.size === 0 ? path : `${path}?${given.toString()}`
}

/** The field that a message of the API begins with; undefined when it is about the request as a whole. */
export function fieldOf(message: string): string | undefined {
  return FIELD.exec(message)?.[1]
}

const FIELD = /^((?:spec|tags|Attributes)(?:\.[A-Za-z0-9_]+|\[\d+\])*|[a-z][A-Za-z]*Name)\s/

async function send(path: string, { method = 'GET', body, headers = {}, signal }: JsonRequest): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { accept: 'application/json', ...(body === undefined ? {} : JSON_BODY), ...headers },
      credentials: 'same-origin',
      ...(signal && { signal }),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw unreachable(cause)
  }
}

const JSON_BODY = { 'content-type': 'application/json' }

function unreachable(cause: unknown): AccessError {
  return new AccessError(
    { code: 'Unreachable', status: 0, message: 'The meshkeeper server cannot be reached. Is it running?' },
    { cause },
  )
}

/** App Mesh tells the exception in a header, Cloud Map in `__type`, the management API in `code`. */
function readFault(response: Response, text: string): Fault {
  const body = parse(text) as Readonly<Record<string, unknown>> | undefined
  const code = firstText(response.headers.get('x-amzn-errortype'), body?.['__type'], body?.['code'])
  const message = firstText(body?.['message'], body?.['Message']) ?? `${response.status} ${response.statusText}`.trim()
  const field = fieldOf(message)
  return { code: code ?? 'Error', status: response.status, message, ...(field !== undefined && { field }) }
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
