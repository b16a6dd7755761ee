/** Where a listener listens: `host:port`, `[ipv6]:port`, `:port` for every interface, or `unix:///path`. */
export type ListenAddress =
  | { readonly kind: 'tcp'; /** '' is every interface. */ readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** An address that has a port. */
export type TcpAddress = Extract<ListenAddress, { kind: 'tcp' }>

/** sun_path of Linux, less its final NUL. */
const UNIX_PATH_BYTES = 107
const FORMS = 'use HOST:PORT, [IPV6]:PORT, :PORT for every interface, or unix:///PATH'

/** Parses a listen address. Throws with the forms that are understood. */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('unix:')) return parseUnix(text)
  const [, ipv6, host, port] = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s[\]:/@]*)):(\d{1,5})$/.exec(text) ?? []
  if (port === undefined) throw new Error(`"${text}" is no listen address: ${FORMS}`)
  if (Number(port) > 65535) throw new Error(`"${text}": port ${port} is above 65535`)
  return { kind: 'tcp', host: ipv6 ?? (host === '*' ? '' : (host ?? '')), port: Number(port) }
}

/** Parses the address of `--dns`. Throws for what UDP cannot listen on. */
export function parseDnsAddress(text: string): TcpAddress {
  const address = parseListenAddress(text)
  if (address.kind === 'unix') throw new Error(`"${text}": DNS has no Unix sockets; use HOST:PORT`)
  return address
}

function parseUnix(text: string): ListenAddress {
  const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '')
  if (!path.startsWith('/') || path.startsWith('//')) throw new Error(`"${text}" needs an absolute path: unix:///PATH`)
  if (path.endsWith('/')) throw new Error(`"${text}" names a directory, not a socket`)
  if (Buffer.byteLength(path) > UNIX_PATH_BYTES)
    throw new Error(`"${text}": the path of a Unix socket has at most ${UNIX_PATH_BYTES} bytes`)
  return { kind: 'unix', path }
}

export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix://${address.path}`
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

/** True when nobody on another machine can connect. A name other than localhost may mean anything, so it counts as open. */
export function isLocal(address: ListenAddress): boolean {
  if (address.kind === 'unix') return true
  const host = address.host.toLowerCase().replace(/^::ffff:/, '')
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** True when the listener is reached by the names of loopback alone. A Unix socket has no name: its clients write anything. */
export function isLoopback(address: ListenAddress): boolean {
  return address.kind === 'tcp' && isLocal(address)
}
