/** An ADS server for one Envoy: it hands over one configuration after the other, and says whether Envoy took it. */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { encodeDiscoveryResponse } from '../../src/codec/frames.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import { AGGREGATED_DISCOVERY, type DiscoveryRequest } from '../../src/codec/services.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import { eventually } from './eventually.js'

export interface XdsResources {
  readonly clusters: readonly EncodedResource[]
  readonly endpoints: readonly EncodedResource[]
  readonly listeners: readonly EncodedResource[]
  readonly routes: readonly EncodedResource[]
}

/** Listener.bind_to_port = false (field 26, an empty BoolValue): the ports of this machine are not ours. */
const UNBOUND = Buffer.from([0xd2, 0x01, 0x00])

interface Pending {
  readonly nonce: string
  readonly settle: (rejection: string | undefined) => void
}

export class GoldenAds {
  readonly #server = new Server()
  readonly #pending = new Map<string, Pending>()
  readonly #names = new Map<string, readonly string[]>()
  #stream: ServerDuplexStream<DiscoveryRequest, Uint8Array> | undefined
  #count = 0

  /** Starts listening on a free port of 127.0.0.1 and returns it. */
  async start(): Promise<number> {
    this.#server.addService(AGGREGATED_DISCOVERY, {
      StreamAggregatedResources: (stream: ServerDuplexStream<DiscoveryRequest, Uint8Array>) => this.#accept(stream),
    })
    return new Promise((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      )
    })
  }

  stop(): void {
    this.#server.forceShutdown()
  }

  /** Has Envoy take `resources`, type by type; rejects with Envoy's own words where it refuses. */
  async load({ clusters, endpoints, listeners, routes }: XdsResources): Promise<void> {
    await this.#subscribed(TYPE_URL.cluster, [])
    // Envoy says that it has taken clusters when it has their endpoints, or has waited for them long enough.
    await Promise.all([
      this.#push(TYPE_URL.cluster, clusters),
      this.#pushNamed(TYPE_URL.clusterLoadAssignment, endpoints),
    ])
    await this.#subscribed(TYPE_URL.listener, [])
    await this.#push(
      TYPE_URL.listener,
      listeners.map((listener) => ({ ...listener, bytes: Buffer.concat([listener.bytes, UNBOUND]) })),
    )
    await this.#pushNamed(TYPE_URL.routeConfiguration, routes)
  }

  /** Types that Envoy asks for by name are validated once it has asked. */
  async #pushNamed(typeUrl: string, resources: readonly EncodedResource[]): Promise<void> {
    if (resources.length === 0) return
    await this.#subscribed(
      typeUrl,
      resources.map(({ name }) => name),
    )
    await this.#push(typeUrl, resources)
  }

  #accept(stream: ServerDuplexStream<DiscoveryRequest, Uint8Array>): void {
    this.#stream = stream
    stream.on('data', (request: DiscoveryRequest) => this.#receive(request))
    stream.on('error', () => undefined)
  }

  #receive({ type_url, resource_names, response_nonce, error_detail }: DiscoveryRequest): void {
    this.#names.set(type_url, resource_names)
    const pending = this.#pending.get(type_url)
    if (pending?.nonce !== response_nonce) return
    this.#pending.delete(type_url)
    pending.settle(error_detail?.message)
  }

  async #subscribed(typeUrl: string, wanted: readonly string[]): Promise<void> {
    await eventually({ what: `Envoy asks for ${typeUrl} ${wanted.join(', ')}` }, () => {
      const names = this.#names.get(typeUrl)
      return names !== undefined && wanted.every((name) => names.includes(name))
    })
  }

  async #push(typeUrl: string, resources: readonly EncodedResource[]): Promise<void> {
    const nonce = String(++this.#count)
    const rejection = await new Promise<string | undefined>((settle) => {
      this.#pending.set(typeUrl, { nonce, settle })
      this.#stream?.write(encodeDiscoveryResponse({ typeUrl, versionInfo: nonce, nonce, resources }))
    })
    if (rejection !== undefined) throw new Error(`Envoy refuses ${typeUrl}: ${rejection}`)
  }
}
