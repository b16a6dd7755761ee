/** Finds, among the messages that pass a relay, the push that holds a change and its ACK. */
import { lookupType } from '../../src/codec/root.js'
import { ROUTE_TYPE } from '../../src/xds/types.js'
import type { Passage } from './relay.js'

export interface Acknowledged {
  /** Milliseconds of performance.now(). */
  readonly ackedAt: number
  /** The push. */
  readonly response: Buffer
}

interface Request {
  readonly type_url: string
  readonly response_nonce: string
  readonly error_detail: { readonly message: string } | null
}

interface Response {
  readonly type_url: string
  readonly nonce: string
}

interface Expectation {
  readonly marker: string
  readonly resolve: (times: Acknowledged) => void
  readonly reject: (error: Error) => void
  push?: { readonly nonce: string; readonly response: Buffer }
}

const REQUEST = lookupType('envoy.service.discovery.v3.DiscoveryRequest')
const RESPONSE = lookupType('envoy.service.discovery.v3.DiscoveryResponse')
/** Longer than any burst is merged, and than an Envoy takes to find that a name has no address. */
const PATIENCE_MS = 30_000

export class AckWatch {
  /** The last response of each type, as it went over the wire. */
  readonly lastResponses = new Map<string, Buffer>()
  /** Pushes of routes so far. */
  pushes = 0
  #expected: Expectation | undefined

  /** Resolves when the first push of routes that holds `marker` is accepted; rejects when it is not. One at a time. */
  expect(marker: string): Promise<Acknowledged> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${marker} was not acknowledged`)), PATIENCE_MS)
      const settle = <T>(end: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer)
          this.#expected = undefined
          end(value)
        }
      }
      this.#expected = { marker, resolve: settle(resolve), reject: settle(reject) }
    })
  }

  observe({ kind, bytes, time }: Passage): void {
    if (kind === 'response') this.#observeResponse(bytes)
    else this.#observeRequest(bytes, time)
  }

  #observeResponse(bytes: Buffer): void {
    const { type_url, nonce } = RESPONSE.decode(bytes) as unknown as Response
    this.lastResponses.set(type_url, bytes)
    if (type_url !== ROUTE_TYPE) return
    this.pushes++
    const expected = this.#expected
    if (expected && !expected.push && bytes.includes(expected.marker)) expected.push = { nonce, response: bytes }
  }

  #observeRequest(bytes: Buffer, time: number): void {
    const { type_url, response_nonce, error_detail } = REQUEST.decode(bytes) as unknown as Request
    if (error_detail) this.#expected?.reject(new Error(`NACK of ${type_url}: ${error_detail.message}`))
    const push = this.#expected?.push
    if (type_url !== ROUTE_TYPE || push?.nonce !== response_nonce) return
    this.#expected?.resolve({ ackedAt: time, response: push.response })
  }
}
