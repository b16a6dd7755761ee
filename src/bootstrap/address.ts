/** Addresses as Envoy writes them. */
import type { Message } from './message.js'

export function buildSocketAddress(address: string, port: number, extra: Message = {}): Message {
  return { socket_address: { address, port_value: port, ...extra } }
}

export function buildUdpAddress(address: string, port: number): Message {
  return buildSocketAddress(address, port, { protocol: 'UDP' })
}

/** A Unix socket. `mode` is what a listener gives the file it creates. */
export function buildPipe(path: string, mode?: number): Message {
  return { pipe: { path, ...(mode === undefined ? {} : { mode }) } }
}

const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/

export function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

/** True for an IPv6 address without zone, brackets or prefix length. */
export function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text)) return false
  try {
    return new URL(`http://[${text}]/`).hostname.startsWith('[')
  } catch {
    return false
  }
}

export function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text)
}

/** `host:port` or `[v6]:port` as a pair, undefined when it is neither. */
export function parseHostPort(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:/\s[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || !isPort(port)) return undefined
  if (match?.[1] !== undefined && !isIpv6(host)) return undefined
  return { host, port }
}

export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535
}
