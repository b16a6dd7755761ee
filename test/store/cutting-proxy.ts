/** A proxy before PostgreSQL that can cut connections at the worst moment. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export type Cut =
  /** The commit never reaches the database. */
  | 'before commit'
  /** The database has committed, but nobody hears of it. */
  | 'after commit'

const COMMIT = Buffer.from('commit\0')

export class CuttingProxy {
  readonly #server: Server
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  /** What is done to the next commit, once. */
  cut: Cut | undefined
  /** New connections are ended at once. */
  closed = false
  /** Called when a connection was cut at a commit. */
  onCut: () => void = () => undefined

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#accept(client))
  }

  /** Listens on a free port of this machine alone unless told. */
  static async start(target: number, { host = '127.0.0.1', port = 0 } = {}): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target)
    proxy.#server.listen(port, host)
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** `address` by way of this proxy. */
  through(address: string): string {
    const url = new URL(address)
    url.port = String(this.port)
    return url.href
  }

  #accept(client: Socket): void {
    if (this.closed) return void client.destroy()
    const database = connect(this.#target, '127.0.0.1')
    const both = [client, database]
    const end = (): void => {
      for (const socket of both) {
        socket.destroy()
        this.#sockets.delete(socket)
      }
    }
    let committing = false
    for (const socket of both) {
      this.#sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    const cutNow = (): void => {
      this.cut = undefined
      end()
      this.onCut()
    }
    client.on('data', (data) => {
      if (this.cut && data.includes(COMMIT)) {
        if (this.cut === 'before commit') return cutNow()
        committing = true
      }
      database.write(data)
    })
    database.on('data', (data) => {
      if (committing) return cutNow()
      client.write(data)
    })
  }

  /** Ends every connection that there is. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.cutAll()
    await once(this.#server, 'close')
  }
}
