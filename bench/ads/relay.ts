/**
 * A TCP relay between an Envoy and its control plane that notes when each message passes: one clock sees both ends, whoever they are.
 * It costs every message one more hop over the loopback, in both directions, on the way to the floor as well.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { GrpcMessageReader, PREFACE_LENGTH } from './grpc-messages.js'

/** A message of the Envoy (`request`) or of the control plane (`response`). */
export interface Passage {
  readonly kind: 'request' | 'response'
  readonly bytes: Buffer
  /** When its last byte was handed on; milliseconds of performance.now(). */
  readonly time: number
}

export class Relay {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  /** Listens on a free port and connects to `target` (host:port) for each connection. */
  static async start(target: string, onPassage: (passage: Passage) => void): Promise<Relay> {
    const [host = '', port = ''] = target.split(':')
    const server = createServer({ noDelay: true })
    const relay = new Relay(server)
    server.on('connection', (envoy) => {
      const plane = connect({ host, port: Number(port), noDelay: true })
      relay.#pass(envoy, plane, 'request', onPassage)
      relay.#pass(plane, envoy, 'response', onPassage)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return relay
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #pass(from: Socket, to: Socket, kind: Passage['kind'], onPassage: (passage: Passage) => void): void {
    const reader = new GrpcMessageReader(kind === 'request' ? PREFACE_LENGTH : 0)
    this.#sockets.add(from)
    from.on('data', (chunk: Buffer) => {
      to.write(chunk)
      const time = performance.now()
      for (const bytes of reader.read(chunk)) onPassage({ kind, bytes, time })
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
