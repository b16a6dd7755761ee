/** An Envoy that is no more than a stream which follows the clusters and the endpoints of one of them, and keeps the last that it was sent. */
import assert from 'node:assert/strict'
import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js'
import { toJson } from '../../src/codec/json.js'
import { plainService } from '../../src/codec/services.js'
import { CLUSTER_TYPE, ENDPOINT_TYPE } from '../../src/xds/types.js'
import type { Variant } from '../../src/xds/stream-view.js'

const METHOD = { sotw: 'StreamAggregatedResources', delta: 'DeltaAggregatedResources' } as const

interface Response {
  readonly type_url: string
  readonly version_info: string
  readonly nonce: string
  /** With state of the world packed messages, with delta such messages with their names. */
  readonly resources: readonly { readonly value?: Uint8Array; readonly resource?: { readonly value: Uint8Array } }[]
}

export interface EndpointClientOptions {
  readonly port: number
  readonly variant: Variant
  readonly nodeId: string
  readonly cluster: string
  /** From a response to its ACK, in milliseconds. */
  readonly ackMillis: number
  /** Told of the endpoints in each response, as bytes. */
  readonly onEndpoints?: (bytes: Uint8Array) => void
}

interface Assignment {
  readonly endpoints?: readonly {
    readonly lb_endpoints: readonly { readonly endpoint: { readonly address: Address } }[]
  }[]
}
interface Address {
  readonly socket_address: { readonly address: string }
}

export class EndpointClient {
  readonly #client: Client
  readonly #stream: ClientDuplexStream<object, object>
  readonly #options: EndpointClientOptions
  readonly #open = new Set<string>()
  #last: Uint8Array | undefined
  /** Responses with endpoints, and with clusters. */
  endpoints = 0
  clusters = 0
  /** What it saw that must not be. */
  readonly faults: string[] = []

  constructor(options: EndpointClientOptions) {
    const { port, variant, nodeId, cluster } = options
    this.#options = options
    const service = plainService('envoy.service.discovery.v3.AggregatedDiscoveryService')[METHOD[variant]]!
    const { path, requestSerialize, responseDeserialize } = service
    const limits = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1 }
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), limits)
    this.#stream = this.#client.makeBidiStreamRequest<object, object>(path, requestSerialize, responseDeserialize)
    this.#stream.on('error', (error) => this.faults.push(String(error)))
    this.#stream.on('data', (message: object) => this.#take(message as Response))
    const node = { id: nodeId, cluster: 'test' }
    this.#stream.write({ node, type_url: CLUSTER_TYPE })
    this.#stream.write({ node, type_url: ENDPOINT_TYPE, ...this.#names([cluster]) })
  }

  #names(names: readonly string[]): object {
    return this.#options.variant === 'sotw' ? { resource_names: names } : { resource_names_subscribe: names }
  }

  #take({ type_url, version_info, nonce, resources }: Response): void {
    if (this.#open.has(type_url)) this.faults.push(`a second response of ${type_url} before the ACK of the first`)
    this.#open.add(type_url)
    if (type_url === ENDPOINT_TYPE) {
      this.endpoints += 1
      const [first] = resources
      this.#last = first?.resource?.value ?? first?.value ?? this.#last
      if (this.#last) this.#options.onEndpoints?.(this.#last)
    } else this.clusters += 1
    const { variant, cluster, ackMillis } = this.#options
    const asked = type_url === ENDPOINT_TYPE ? [cluster] : []
    const answer = {
      ...{ type_url, response_nonce: nonce },
      ...(variant === 'sotw' && { version_info, resource_names: asked }),
    }
    setTimeout(() => {
      this.#open.delete(type_url)
      this.#stream.write(answer)
    }, ackMillis)
  }

  /** The addresses that it has, in order. */
  addresses(): string[] {
    if (!this.#last) return []
    const { endpoints = [] } = toJson(ENDPOINT_TYPE, this.#last) as unknown as Assignment
    return endpoints
      .flatMap(({ lb_endpoints }) => lb_endpoints.map(({ endpoint }) => endpoint.address.socket_address.address))
      .sort()
  }

  close(): void {
    assert.deepEqual(this.faults, [])
    this.#stream.removeAllListeners('error').on('error', () => undefined)
    this.#stream.cancel()
    this.#client.close()
  }
}
