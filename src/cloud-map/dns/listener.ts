/** Answers DNS over UDP and TCP on one port (RFC 1035 section 4.2, RFC 7766). */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net'
import { answerQuery, LONGEST_QUERY, type ResponseCode, type Transport } from './answer.js'
import type { Zones } from './zones.js'

export interface DnsListenerOptions {
  readonly zones: Zones
  /** An IP address; `::` is every address of both families. */
  readonly host: string
  /** 0 takes a free one, the same for UDP and TCP. */
  readonly port: number
  readonly onAnswer?: (transport: Transport, code: ResponseCode) => void
}

/** TCP connections at once: resolvers come by UDP, and by TCP for answers that are too large for it. */
const MOST_CONNECTIONS = 256
const IDLE_MILLIS = 10_000
/** Bytes that may wait for a client that does not read. */
const MOST_UNREAD = 128 * 1024
const LENGTH_BYTES = 2
/** A free port of TCP can be taken for UDP. */
const ATTEMPTS = 10

export class DnsListener {
  readonly #options: DnsListenerOptions
  readonly #connections = new Set<Socket>()
  #udp: UdpSocket | undefined
  #tcp: Server | undefined

  constructor(options: DnsListenerOptions) {
    this.#options = options
  }

  /** Listens; gives the port. Rejects with the error of the socket. */
  async start(): Promise<{ host: string; port: number }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#open()
      } catch (error) {
        await this.close()
        if (this.#options.port !== 0 || attempt === ATTEMPTS) throw error
      }
    }
  }

  async #open(): Promise<{ host: string; port: number }> {
    const { host } = this.#options
    const tcp = (this.#tcp = createServer((socket) => this.#accept(socket)))
    tcp.maxConnections = MOST_CONNECTIONS
    tcp.listen({ host, port: this.#options.port })
    await once(tcp, 'listening')
    const { port } = tcp.address() as AddressInfo
    const udp = (this.#udp = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' }))
    udp.on('message', (message, peer) => this.#receive(udp, message, peer))
    udp.bind({ address: host, port })
    await once(udp, 'listening')
    // Later errors are of single datagrams, such as an unreachable client.
    udp.on('error', () => undefined)
    return { host, port }
  }

  /** Ends at once: who asks again asks somebody else. */
  async close(): Promise<void> {
    const { promise: udpClosed, resolve: onUdpClosed } = withResolvers()
    const { promise: tcpClosed, resolve: onTcpClosed } = withResolvers()
    if (this.#udp) this.#udp.close(onUdpClosed)
    else onUdpClosed()
    if (this.#tcp?.listening) this.#tcp.close(onTcpClosed)
    else onTcpClosed()
    for (const socket of this.#connections) socket.destroy()
    this.#udp = this.#tcp = undefined
    await Promise.all([udpClosed, tcpClosed])
  }

  #answer(message: Buffer, transport: Transport): Uint8Array | undefined {
    const answered = answerQuery(this.#options.zones, message, transport)
    if (answered) this.#options.onAnswer?.(transport, answered.code)
    return answered?.bytes
  }

  #receive(udp: UdpSocket, message: Buffer, { port, address }: RemoteInfo): void {
    const answer = port === 0 ? undefined : this.#answer(message, 'udp')
    if (answer) udp.send(answer, port, address, () => undefined)
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket)
    socket.once('close', () => this.#connections.delete(socket))
    socket.on('error', () => undefined)
    socket.setTimeout(IDLE_MILLIS, () => socket.destroy())
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      rest = this.#readMessages(socket, Buffer.concat([rest, chunk]))
      if (socket.writableLength > MOST_UNREAD) socket.destroy()
    })
  }

  /** Answers every whole message; gives what is left over. */
  #readMessages(socket: Socket, bytes: Buffer): Buffer<ArrayBuffer> {
    let start = 0
    while (bytes.length - start >= LENGTH_BYTES) {
      const length = bytes.readUInt16BE(start)
      if (length > LONGEST_QUERY) socket.destroy()
      const end = start + LENGTH_BYTES + length
      if (end > bytes.length || socket.destroyed) break
      const answer = this.#answer(bytes.subarray(start + LENGTH_BYTES, end), 'tcp')
      if (answer) socket.write(frame(answer))
      start = end
    }
    return Buffer.from(bytes.subarray(start))
  }
}

function frame(message: Uint8Array): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}
