/** One kept-alive HTTP connection, as a client library would have it; fetch costs several times as much. */
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export class HttpCaller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #origin: string

  /** `address` is host:port. */
  constructor(address: string) {
    this.#origin = `http://${address}`
  }

  /** Resolves with the last byte of the answer; rejects when that is not 200. */
  async call(method: 'PUT' | 'POST', path: string, body: object, more: Record<string, string> = {}): Promise<void> {
    const headers = { 'content-type': 'application/json', ...more }
    const call = request(`${this.#origin}${path}`, { method, headers, agent: this.#agent })
    call.end(JSON.stringify(body))
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    const answer = await text(response)
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${answer}`)
  }

  close(): void {
    this.#agent.destroy()
  }
}
