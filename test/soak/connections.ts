/** The ways in which the clients of a soak reach the server. */
import { once } from 'node:events'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'

/** An address of this machine that is not loopback: who connects to it looks as somebody on another machine does. Undefined when there is none. */
export function findOutside(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address
}

/** A connection, shared or not, as one client sees it. */
export interface Line {
  readonly session: ClientHttp2Session
  /** Leaves it; one that nobody else uses is destroyed. */
  readonly drop: () => void
  /** Stops what comes from either side on the way, and lets it go on; absent where that would concern others. */
  readonly freeze?: (frozen: boolean) => void
}

export interface Target {
  readonly host: string
  readonly port: number
}

const STREAMS_PER_SHARED = 20

export class Connections {
  readonly #target: Target
  readonly #relay: Relay
  #shared: { session: ClientHttp2Session; users: number }[] = []

  private constructor(target: Target, relay: Relay) {
    this.#target = target
    this.#relay = relay
  }

  static async open(target: Target): Promise<Connections> {
    return new Connections(target, await Relay.start(target))
  }

  own(): Line {
    const session = dial(connect(this.#target))
    return { session, drop: () => session.destroy() }
  }

  /** Used by several clients at a time. */
  shared(): Line {
    this.#shared = this.#shared.filter(({ session }) => !session.closed && !session.destroyed)
    let entry = this.#shared.find(({ users }) => users < STREAMS_PER_SHARED)
    if (!entry) {
      entry = { session: dial(connect(this.#target)), users: 0 }
      this.#shared.push(entry)
    }
    const { session } = entry
    entry.users++
    const leave = () => {
      entry.users--
      if (entry.users === 0) session.destroy()
    }
    let dropped = false
    return {
      session,
      drop: () => {
        if (!dropped) leave()
        dropped = true
      },
    }
  }

  /** Through a relay that can hold up its bytes: then the buffers of the kernel fill, as with a reader that has stopped. */
  relayed(): Line {
    const socket = connect({ host: '127.0.0.1', port: this.#relay.port })
    const session = dial(socket)
    return {
      session,
      drop: () => session.destroy(),
      freeze: (frozen) => this.#relay.freeze(socket.localPort ?? 0, frozen),
    }
  }

  async close(): Promise<void> {
    for (const { session } of this.#shared) session.destroy()
    await this.#relay.stop()
  }
}

function connect({ host, port }: Target): Socket {
  return connectSocket({ host, port, noDelay: true })
}

function dial(socket: Socket): ClientHttp2Session {
  const session = connectHttp2('http://127.0.0.1', { createConnection: () => socket })
  // What becomes of the calls tells enough.
  session.on('error', () => undefined)
  return session
}

class Relay {
  readonly #server: Server
  /** By the port of the client. */
  readonly #pairs = new Map<number, readonly [Socket, Socket]>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(target: Target): Promise<Relay> {
    const server = createServer({ noDelay: true })
    const relay = new Relay(server)
    server.on('connection', (client) => relay.#join(client, connect(target)))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return relay
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  freeze(port: number, frozen: boolean): void {
    for (const socket of this.#pairs.get(port) ?? []) {
      if (frozen) socket.pause()
      else socket.resume()
    }
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of [...this.#pairs.values()].flat()) socket.destroy()
    await closed
  }

  #join(client: Socket, server: Socket): void {
    const port = client.remotePort ?? 0
    this.#pairs.set(port, [client, server])
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        if (to.write(chunk)) return
        from.pause()
        to.once('drain', () => from.resume())
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        to.destroy()
        this.#pairs.delete(port)
      })
    }
  }
}
