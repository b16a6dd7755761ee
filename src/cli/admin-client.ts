/** Questions to the admin listener of a server. Whatever goes wrong becomes one line that says what to do. */
import { request as requestPlain, type IncomingMessage } from 'node:http'
import { request as requestSecure } from 'node:https'
import { Option } from 'commander'
import { DEFAULT_ADMIN, parseAdminAddress, type AdminAddress } from './admin-address.js'
import { CommandError } from './command-error.js'

/** What the commands that ask a server take from their process. */
export interface ClientIo {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}

const TIMEOUT_MS = 10_000

export function adminOption(): Option {
  return new Option(
    '--admin <URL>',
    `admin listener of the server: http://HOST:PORT or unix:///PATH [MESHKEEPER_ADMIN] (default: ${DEFAULT_ADMIN})`,
  )
}

/** The listener that `--admin`, MESHKEEPER_ADMIN (in `serve`'s form too) or the default names. Throws CommandError. */
export function resolveAdmin(flag: string | undefined, environment: ClientIo['environment']): AdminAddress {
  const { MESHKEEPER_ADMIN: variable, MESHKEEPER_ADMIN_TLS_CERT: certificate } = environment
  return parseAdminAddress(flag ?? (variable || DEFAULT_ADMIN), Boolean(certificate))
}

/** The JSON at `path`. Throws CommandError: with the server's message when it refuses. */
export async function getJson(admin: AdminAddress, path: string): Promise<unknown> {
  const { status, body } = await get(admin, path).catch((error: unknown) => {
    throw new CommandError(`error: ${explain(error, admin)}`, { cause: error })
  })
  const json = parseJson(body)
  const message = (json as { message?: unknown } | undefined)?.message
  if (status === 200 && json !== undefined) return json
  const refused = (status === 404 || status === 400) && typeof message === 'string' && !message.startsWith('Route ')
  if (refused) throw new CommandError(`error: ${message}`)
  throw new CommandError(
    `error: ${admin.text} answered ${status} to GET ${path}: it is not the admin listener of a meshkeeper of this version`,
  )
}

interface Answer {
  readonly status: number
  readonly body: string
}

async function get({ protocol, host, port, socketPath }: AdminAddress, path: string): Promise<Answer> {
  const where = socketPath === undefined ? { host, port } : { socketPath }
  const options = { ...where, path, headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = protocol === 'https:' ? requestSecure(options) : requestPlain(options)
    request.once('response', resolve).once('error', reject).end()
  })
  let body = ''
  response.setEncoding('utf8')
  for await (const chunk of response) body += chunk as string
  return { status: response.statusCode ?? 0, body }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

const ELSEWHERE = 'start one with "meshkeeper serve", or say where it is with --admin URL or MESHKEEPER_ADMIN'

/** By error code of Node. */
const NOT_THERE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no such socket',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer',
  ABORT_ERR: `no answer within ${TIMEOUT_MS / 1000} s`,
}

function explain(error: unknown, { protocol, text }: AdminAddress): string {
  const { message: lines = '', code = '' } = error as { message?: string; code?: string }
  const message = lines.split('\n', 1).join('').trim()
  const name = error instanceof DOMException || code === 'ABORT_ERR' ? 'ABORT_ERR' : code
  const reason = NOT_THERE[name]
  if (reason !== undefined) return `no meshkeeper answers at ${text} (${reason}): ${ELSEWHERE}`
  if (name === 'EACCES') return `${text}: permission denied: only those may use the socket who may write to it`
  if (protocol === 'https:') {
    return `${text}: ${message}: NODE_EXTRA_CA_CERTS=FILE names the authority to trust, http:// is for a listener without TLS`
  }
  return `${text}: ${message || name}: a listener with TLS needs https://`
}
