/** A server on src/http2 that sends back what it gets. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { Http2Connection } from '../../src/http2/connection.js'
import { encodeHeaders } from '../../src/http2/hpack.js'
import type { RequestHeaders } from '../../src/http2/request-headers.js'
import type { Http2Stream } from '../../src/http2/stream.js'

const HEADERS = encodeHeaders([[':status', '200']])
const TRAILERS = encodeHeaders([['x-end', 'yes']])

export class EchoServer {
  readonly connections = new Set<Http2Connection>()
  readonly streams: Http2Stream[] = []
  readonly requests: RequestHeaders[] = []
  /** What the handlers of streams were told, with the stream's number. */
  readonly log: string[] = []
  /** Called for each stream instead of sending back. */
  onStream: ((stream: Http2Stream) => void) | undefined
  readonly #server: Server

  constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => {
      const connection = new Http2Connection(socket, {
        onStream: (stream, headers) => this.#serve(stream, headers),
        onClose: () => void this.connections.delete(connection),
      })
      this.connections.add(connection)
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const connection of this.connections) connection.destroy()
    await closed
  }

  #serve(stream: Http2Stream, headers: RequestHeaders): void {
    this.streams.push(stream)
    this.requests.push(headers)
    stream.handler = {
      onData: (chunk) => void stream.write(chunk),
      onEnd: () => {
        this.log.push(`end ${stream.id}`)
        stream.end(TRAILERS)
      },
      onDrain: () => void this.log.push(`drain ${stream.id}`),
      onClose: () => void this.log.push(`close ${stream.id}`),
    }
    stream.respond(HEADERS)
    this.onStream?.(stream)
  }
}
