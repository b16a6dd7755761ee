/** The DNS of a test network: A records over UDP (RFC 1035), changed at will while Envoys ask, and zones that others answer for. Other names do not exist. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** A header and a question with a name of one letter. */
const SHORTEST_QUERY = 17
const TYPE_A = 1
const TTL_SECONDS = 1
const RELAY_TIMEOUT_MS = 2_000
const FLAGS_ANSWER = 0x8580
const FLAGS_NO_SUCH_NAME = 0x8583

export class NameServer {
  readonly #records = new Map<string, readonly string[]>()
  /** Ports of this machine, by zone. */
  readonly #forwards = new Map<string, number>()
  readonly #socket: Socket = createSocket('udp4')

  /** Serves on port 53 of `address`. */
  async listen(address: string): Promise<void> {
    this.#socket.on('message', (query, peer) => {
      const send = (answer: Buffer): void => this.#socket.send(answer, peer.port, peer.address)
      const port = this.#forwardOf(query)
      if (port !== undefined) return relay(query, port, address, send)
      const answer = this.#answer(query)
      if (answer) send(answer)
    })
    this.#socket.bind(53, address)
    await once(this.#socket, 'listening')
  }

  /** Makes `name` resolve to `addresses` (IPv4), in this order. */
  set(name: string, addresses: readonly string[]): void {
    this.#records.set(canonical(name), addresses)
  }

  /** From now on a server on this port of the address answers for everything below `zone`, as a resolver does that has one to forward to. */
  forward(zone: string, port: number): void {
    this.#forwards.set(canonical(zone), port)
  }

  close(): void {
    this.#socket.close()
  }

  #forwardOf(query: Buffer): number | undefined {
    if (query.length < SHORTEST_QUERY) return undefined
    const name = canonical(readName(query, 12).name)
    return [...this.#forwards].find(([zone]) => name.endsWith(`.${zone}`))?.[1]
  }

  #answer(query: Buffer): Buffer | undefined {
    if (query.length < SHORTEST_QUERY) return undefined
    const { name, end } = readName(query, 12)
    const addresses = this.#records.get(canonical(name))
    const records = addresses && query.readUInt16BE(end) === TYPE_A ? addresses.map(formatRecord) : []
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(addresses ? FLAGS_ANSWER : FLAGS_NO_SUCH_NAME, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    return Buffer.concat([header, query.subarray(12, end + 4), ...records])
  }
}

/** Asks the server and hands its answer over, byte by byte. Whoever asks repeats what is lost. */
function relay(query: Buffer, port: number, address: string, send: (answer: Buffer) => void): void {
  const socket = createSocket('udp4')
  const end = setTimeout(() => socket.close(), RELAY_TIMEOUT_MS)
  socket.once('error', () => undefined)
  socket.once('message', (answer) => {
    clearTimeout(end)
    socket.close()
    send(answer)
  })
  socket.send(query, port, address)
}

/** The name points back at the question (offset 12). */
function formatRecord(address: string): Buffer {
  const record = Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)])
  record.writeUInt32BE(TTL_SECONDS, 6)
  return record
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = []
  let at = start
  for (;;) {
    const length = message[at] ?? 0
    at += 1
    if (length === 0) return { name: labels.join('.'), end: at }
    labels.push(message.toString('latin1', at, at + length))
    at += length
  }
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
