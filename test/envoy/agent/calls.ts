/** One call from a pod, over connections that are kept and reused like an ordinary client's. */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js'
import { Agent, request as httpRequest } from 'node:http'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import type {
  GrpcAnswer,
  GrpcCall,
  HttpAnswer,
  HttpCall,
  TcpAnswer,
  TcpCall,
  UpgradeAnswer,
  UpgradeCall,
} from './protocol.js'

const TIMEOUT_MS = 20_000

/** Connections of one client. Each load has its own, so that loads do not share fate. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true })
  readonly #sessions = new Map<string, ClientHttp2Session>()
  readonly #clients = new Map<string, Client>()

  async http(call: HttpCall): Promise<HttpAnswer> {
    const started = performance.now()
    const answer = await (call.protocol === 'http2' ? this.#http2(call) : this.#http1(call)).catch(
      (error: unknown): Omit<HttpAnswer, 'millis'> => ({
        status: 0,
        from: '',
        headers: {},
        body: '',
        error: codeOf(error),
      }),
    )
    return { ...answer, millis: Math.round(performance.now() - started) }
  }

  #http1({ url, method = 'GET', headers = {} }: HttpCall): Promise<Omit<HttpAnswer, 'millis'>> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(url, { method, headers, agent: this.#agent, timeout: TIMEOUT_MS }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => (body += text))
        response.on('error', reject)
        response.on('end', () => {
          const flat = flatten(response.headers)
          resolve({ status: response.statusCode ?? 0, from: flat['x-served-by'] ?? '', headers: flat, body, error: '' })
        })
      })
      request.on('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
      request.on('error', reject)
      request.end()
    })
  }

  #http2({ url, method = 'GET', headers = {} }: HttpCall): Promise<Omit<HttpAnswer, 'millis'>> {
    const { host, pathname, search, origin } = new URL(url)
    return new Promise((resolve, reject) => {
      const stream = this.#session(origin).request({
        ':method': method,
        ':authority': host,
        ':path': pathname + search,
        ...headers,
      })
      let answered: Record<string, string> = {}
      let body = ''
      stream.setEncoding('utf8')
      stream.setTimeout(TIMEOUT_MS, () => stream.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
      stream.on('response', (fields) => (answered = flatten(fields)))
      stream.on('data', (text: string) => (body += text))
      stream.on('error', reject)
      stream.on('end', () => {
        const { ':status': code = '0', 'x-served-by': from = '', ...rest } = answered
        resolve({ status: Number(code), from, headers: rest, body, error: '' })
      })
      stream.end()
    })
  }

  #session(origin: string): ClientHttp2Session {
    let session = this.#sessions.get(origin)
    if (!session || session.closed || session.destroyed) {
      session = connectHttp2(origin)
      const forget = () => this.#sessions.delete(origin)
      session.on('error', forget)
      session.on('goaway', forget)
      session.on('close', forget)
      this.#sessions.set(origin, session)
    }
    return session
  }

  grpc({ target, path, metadata = {} }: GrpcCall): Promise<GrpcAnswer> {
    let client = this.#clients.get(target)
    if (!client) {
      client = new Client(target, credentials.createInsecure(), { 'grpc.enable_retries': 0 })
      this.#clients.set(target, client)
    }
    const fields = new Metadata()
    for (const [name, value] of Object.entries(metadata)) fields.set(name, value)
    const deadline = Date.now() + TIMEOUT_MS
    return new Promise((resolve) => {
      client.makeUnaryRequest(path, identity, identity, Buffer.alloc(0), fields, { deadline }, (error, reply) => {
        if (error) resolve({ code: error.code, from: '', details: error.details })
        else resolve({ code: status.OK, from: String(reply), details: '' })
      })
    })
  }

  tcp({ host, port, send, greeting }: TcpCall): Promise<TcpAnswer> {
    return new Promise((resolve) => {
      const socket = connectTcp({ host, port })
      const heard: string[] = []
      const finish = (error: string) => {
        socket.destroy()
        resolve({ greeting: greeting ? (heard[0] ?? '') : '', reply: heard[greeting ? 1 : 0] ?? '', error })
      }
      const wanted = (greeting ? 1 : 0) + (send === undefined ? 0 : 1)
      const speak = () => {
        if (send !== undefined) socket.write(send)
      }
      socket.setTimeout(TIMEOUT_MS, () => finish('ETIMEDOUT'))
      socket.on('connect', () => {
        if (!greeting) speak()
      })
      socket.on('error', (error) => finish(codeOf(error)))
      socket.on('close', () => finish(heard.length < wanted ? 'closed' : ''))
      socket.on('data', (data) => {
        heard.push(data.toString())
        if (heard.length === wanted) finish('')
        else speak()
      })
    })
  }

  upgrade({ url, send }: UpgradeCall): Promise<UpgradeAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { connection: 'upgrade', upgrade: 'websocket' }
      const request = httpRequest(url, { headers, agent: false, timeout: TIMEOUT_MS })
      request.on('error', reject)
      request.on('response', (response) => resolve({ status: response.statusCode ?? 0, reply: '' }))
      request.on('upgrade', (response, socket) => {
        socket.on('data', (data: Buffer) => {
          socket.destroy()
          resolve({ status: response.statusCode ?? 0, reply: data.toString() })
        })
        socket.write(send)
      })
      request.end()
    })
  }

  close(): void {
    this.#agent.destroy()
    for (const session of this.#sessions.values()) session.close()
    for (const client of this.#clients.values()) client.close()
  }
}

function flatten(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  )
}

function identity(bytes: Buffer): Buffer {
  return bytes
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
