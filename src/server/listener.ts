/** Opens listeners, and says in one line why one cannot be opened. */
import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, type AddressInfo, type Server } from 'node:net'
import { BACKLOG } from '../xds/connections.js'
import { formatListenAddress, type ListenAddress } from './address.js'

/** A listener that cannot be opened: the message is the whole story for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** What `listen` of node:net and of Fastify takes. */
export type ListenOptions = { readonly backlog: number } & (
  { readonly host: string; readonly port: number } | { readonly path: string }
)

export interface BindOptions {
  readonly address: ListenAddress
  /** What the listener is called in messages, e.g. `--xds`. */
  readonly flag: string
  /** File mode of a Unix socket, e.g. 0o660. */
  readonly socketMode: number
}

/**
 * Binds `server` by calling `listen` with what its address means. Returns the address that it really got. Throws ListenError.
 * A socket file that nobody listens on is left from a crash and replaced; any other file in its place is refused.
 */
export async function bind(
  server: Server,
  { address, flag, socketMode }: BindOptions,
  listen: (options: ListenOptions) => Promise<unknown> = (options) => listenOn(server, options),
): Promise<ListenAddress> {
  try {
    if (address.kind === 'unix') await bindUnix(address.path, socketMode, listen)
    else await bindTcp(address, listen)
  } catch (error) {
    throw explainListen(error, flag, address)
  }
  return actualAddress(server, address)
}

async function bindTcp(
  { host, port }: { host: string; port: number },
  listen: (options: ListenOptions) => Promise<unknown>,
): Promise<void> {
  if (host !== '') {
    await listen({ host: host === 'localhost' ? '127.0.0.1' : host, port, backlog: BACKLOG })
    return
  }
  try {
    await listen({ host: '::', port, backlog: BACKLOG })
  } catch (error) {
    if (codeOf(error) !== 'EAFNOSUPPORT' && codeOf(error) !== 'EADDRNOTAVAIL') throw error
    await listen({ host: '0.0.0.0', port, backlog: BACKLOG })
  }
}

async function bindUnix(
  path: string,
  mode: number,
  listen: (options: ListenOptions) => Promise<unknown>,
): Promise<void> {
  await removeStaleSocket(path)
  await listen({ path, backlog: BACKLOG })
  await chmod(path, mode)
}

async function removeStaleSocket(path: string): Promise<void> {
  const file = await lstat(path).catch(() => undefined)
  if (!file) return
  if (!file.isSocket()) throw new ListenError('there is a file that is not a socket; move it away')
  if (await isAnswered(path)) throw new ListenError(REASONS['EADDRINUSE'])
  await unlink(path)
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const done = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => done(true))
    socket.once('error', (error) => done(codeOf(error) !== 'ECONNREFUSED'))
  })
}

function listenOn(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function actualAddress(server: Server, asked: ListenAddress): ListenAddress {
  if (asked.kind === 'unix') return asked
  const { address, port } = server.address() as AddressInfo
  return { kind: 'tcp', host: address, port }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'permission denied (ports below 1024 need privileges)',
  EPERM: 'permission denied',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EROFS: 'the file system is read-only',
}

/** Node reports a missing directory as EACCES. */
const SOCKET_REASONS: typeof REASONS = { ...REASONS, EACCES: 'permission denied, or its directory does not exist' }

/** What the error of a socket means to an operator. */
export function explainListen(error: unknown, flag: string, address: ListenAddress): ListenError {
  const reasons = address.kind === 'unix' ? SOCKET_REASONS : REASONS
  const reason = reasons[codeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
  return new ListenError(`cannot listen on ${flag} ${formatListenAddress(address)}: ${reason}`, { cause: error })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
