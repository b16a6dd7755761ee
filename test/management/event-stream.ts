/** A client of the event stream: what an EventSource would see. */
import assert from 'node:assert/strict'
import { eventually } from '../envoy/eventually.js'

export interface Event {
  readonly event: string
  readonly id?: string
  readonly data: Readonly<Record<string, unknown>>
}

export class EventStream {
  readonly events: Event[] = []
  /** Lines that are no events. */
  readonly comments: string[] = []
  readonly response: Response
  readonly #abort: AbortController
  /** Resolves when the server has ended the stream, or the client. */
  readonly ended: Promise<void>

  private constructor(response: Response, abort: AbortController) {
    this.response = response
    this.#abort = abort
    this.ended = this.#read().catch(() => undefined)
  }

  static async open(base: string, query = '', headers: Record<string, string> = {}): Promise<EventStream> {
    const abort = new AbortController()
    const response = await fetch(`${base}/meshkeeper/v1/events${query}`, { headers, signal: abort.signal })
    assert.equal(response.status, 200, response.status === 200 ? '' : await response.text())
    return new EventStream(response, abort)
  }

  close(): void {
    this.#abort.abort()
  }

  /** The first event that fits, of those that have come or will. */
  next(what: string, fits: (event: Event) => boolean): Promise<Event> {
    return eventually({ what }, () => this.events.find(fits) ?? false)
  }

  async #read(): Promise<void> {
    let text = ''
    const decoder = new TextDecoder()
    for await (const bytes of this.response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#take(text.slice(0, end).split('\n'))
        text = text.slice(end + 2)
      }
    }
  }

  #take(lines: readonly string[]): void {
    const fields = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s, 2) as [string, string]))
    const { event, data, id } = fields
    if (event === undefined || data === undefined) this.comments.push(lines.join('\n'))
    else this.events.push({ event, data: JSON.parse(data) as Event['data'], ...(id !== undefined && { id }) })
  }
}
