/** Requests to a port of this machine without end, a few at a time. */
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { eventually } from './eventually.js'

const CONCURRENCY = 4

export class HttpLoad {
  readonly failures: string[] = []
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })
  readonly #workers: Promise<void>[]
  #count = 0
  #last = ''
  #stopped = false

  constructor(port: number) {
    this.#workers = Array.from({ length: CONCURRENCY }, () => this.#work(port))
  }

  async more(count: number): Promise<void> {
    const goal = this.#count + count
    await eventually({ what: `${count} requests more` }, () => this.#count >= goal)
  }

  /** Resolves when requests are answered by `upstream`. */
  async until(upstream: string): Promise<void> {
    await eventually({ what: `answers of upstream ${upstream}` }, () => this.#last === upstream)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#workers)
    this.#agent.destroy()
  }

  async #work(port: number): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#last = await this.#request(port)
      } catch (error) {
        this.failures.push(String(error))
      }
      this.#count++
    }
  }

  async #request(port: number): Promise<string> {
    const request = get({ host: '127.0.0.1', port, agent: this.#agent })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    let body = ''
    for await (const chunk of response.setEncoding('utf8')) body += String(chunk)
    if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${body}`)
    return body
  }
}
