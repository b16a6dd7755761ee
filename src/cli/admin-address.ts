/** Where the admin listener of a server is, in any form that people have it. */
import { CommandError } from './command-error.js'

export interface AdminAddress {
  readonly protocol: 'http:' | 'https:'
  /** Of a TCP listener. */
  readonly host?: string
  readonly port?: number
  /** Of a Unix socket. */
  readonly socketPath?: string
  /** As it is shown in messages. */
  readonly text: string
}

export const DEFAULT_ADMIN = 'http://127.0.0.1:4081'

const FORMS = 'use http://HOST:PORT, https://HOST:PORT, HOST:PORT or unix:///PATH'
const EVERY_INTERFACE: ReadonlyMap<string, string> = new Map([
  ['', '127.0.0.1'],
  ['*', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])
const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 } as const

/**
 * Parses a URL, or an address as `serve --admin` takes it: one that listens on every interface is asked through loopback.
 * @param secure whether an address without a scheme means TLS
 * @param what whose address it should be, for the message
 * Throws CommandError with the forms that are understood.
 */
export function parseAdminAddress(text: string, secure = false, what = 'an admin listener'): AdminAddress {
  const fail = (): never => {
    throw new CommandError(`error: "${text}" is not the address of ${what}: ${FORMS}`, 2)
  }
  if (text.startsWith('unix:')) return parseUnix(text, fail)
  const [, scheme = secure ? 'https' : 'http', ipv6, name = '', port] =
    /^(?:(https?):\/\/)?(?:\[([0-9a-f:.%\w]+)\]|([^\s[\]:/@?#]*))(?::(\d{1,5}))?\/?$/i.exec(text) ?? fail()
  const protocol = scheme.toLowerCase() === 'https' ? 'https:' : 'http:'
  const given = ipv6 ?? name
  const isUrl = text.includes('://')
  const number = port === undefined && isUrl ? DEFAULT_PORTS[protocol] : Number(port)
  if (!(number > 0 && number <= 65535) || (isUrl && given === '')) fail()
  const host = EVERY_INTERFACE.get(given) ?? given
  const shown = host.includes(':') ? `[${host}]` : host
  return { protocol, host, port: number, text: `${protocol}//${shown}:${number}` }
}

function parseUnix(text: string, fail: () => never): AdminAddress {
  const socketPath = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '')
  if (!socketPath.startsWith('/') || socketPath.startsWith('//')) fail()
  return { protocol: 'http:', socketPath, text: `unix://${socketPath}` }
}
