/** The application in a pod: says its name, and fails, dawdles or feels ill on demand. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createTcpServer, type Server } from 'node:net'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { startGrpcServer } from './grpc-server.js'
import type { AgentOptions, AppProtocol, Behaviour, Counts, Echo } from './protocol.js'

export class App {
  readonly name: string
  failures = 0
  failStatus = 503
  delayMs = 0
  healthy = true
  #counts = { requests: 0, failed: 0, healthChecks: 0 }

  constructor(name: string) {
    this.name = name
  }

  behave(behaviour: Behaviour): void {
    Object.assign(this, behaviour)
  }

  get counts(): Counts {
    return this.#counts
  }

  reset(): void {
    this.#counts = { requests: 0, failed: 0, healthChecks: 0 }
  }

  /** Counts one request and says whether it is to succeed, after the delay that is asked for. */
  async admit(): Promise<boolean> {
    this.#counts.requests += 1
    const fails = this.failures > 0
    if (fails) {
      this.failures -= 1
      this.#counts.failed += 1
    }
    if (this.delayMs > 0) await delay(this.delayMs)
    return !fails
  }

  checkHealth(): boolean {
    this.#counts.healthChecks += 1
    return this.healthy
  }
}

/** Opens every application port. */
export async function startServers(app: App, { servers }: AgentOptions): Promise<void> {
  await Promise.all(servers.map(({ protocol, port }) => START[protocol](app, port)))
}

const START: Record<AppProtocol, (app: App, port: number) => Promise<void>> = {
  http: (app, port) => {
    const server = createHttpServer({ keepAliveTimeout: 60_000 }, answerHttp(app, port))
    server.on('upgrade', (_request, socket: Duplex) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
      echo(app, socket)
    })
    return listen(server, port)
  },
  http2: (app, port) => listen(createHttp2Server(answerHttp(app, port) as never), port),
  grpc: startGrpcServer,
  tcp: (app, port) =>
    listen(
      createTcpServer((socket) => echo(app, socket)),
      port,
    ),
  greeting: (app, port) =>
    listen(
      createTcpServer((socket) => {
        socket.write(`hello from ${app.name}\n`)
        echo(app, socket)
      }),
      port,
    ),
}

function echo(app: App, socket: Duplex): void {
  void app.admit()
  socket.on('error', () => socket.destroy())
  socket.on('data', (data: Buffer) => socket.write(`${app.name}:${data.toString()}`))
}

/** On every address, IPv6 included where the machine has it: App Mesh's IPv6 preferences make Envoy call ::1. */
async function listen(server: Server, port: number): Promise<void> {
  server.listen(port)
  await once(server, 'listening')
}

const HEALTH_PATHS = new Set(['/health', '/ping'])

/** The health check is at `/health`, and at `/ping` as AWS's examples have it. `?status=` and `?delay=` (milliseconds) ask one request to be answered so. */
function answerHttp(app: App, port: number): RequestListener {
  return (request, response) => {
    request.resume()
    const url = new URL(request.url ?? '/', 'http://app')
    if (HEALTH_PATHS.has(url.pathname)) {
      response.writeHead(app.checkHealth() ? 200 : 503).end()
      return
    }
    void answer(app, port, url, request, response)
  }
}

async function answer(app: App, port: number, url: URL, request: IncomingMessage, response: ServerResponse) {
  const succeeds = await app.admit()
  await delay(Number(url.searchParams.get('delay') ?? 0))
  const status = succeeds ? Number(url.searchParams.get('status') ?? 200) : app.failStatus
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  )
  const echo: Echo = { name: app.name, port, method: request.method ?? '', url: request.url ?? '', headers }
  response.writeHead(status, { 'content-type': 'application/json', 'x-served-by': app.name })
  response.end(JSON.stringify(echo))
}
