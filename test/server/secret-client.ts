/** A client of the aggregated stream that asks for secrets, over a real connection. */
import { once } from 'node:events'
import { Client, type ChannelCredentials, type ClientDuplexStream } from '@grpc/grpc-js'
import { toJson } from '../../src/codec/json.js'
import { plainService } from '../../src/codec/services.js'
import { CLUSTER_TYPE, SECRET_TYPE } from '../../src/xds/types.js'

const ADS = plainService('envoy.service.discovery.v3.AggregatedDiscoveryService')

interface Packed {
  readonly type_url: string
  readonly value: Uint8Array
}

interface Response {
  readonly type_url: string
  readonly nonce: string
  readonly resources: readonly (Packed & { readonly resource?: Packed })[]
}

export interface SecretJson {
  readonly name: string
  readonly tls_certificate?: { certificate_chain: { inline_bytes: string }; private_key: { inline_bytes: string } }
  readonly validation_context?: { trusted_ca: { inline_bytes: string } }
}

export class SecretClient {
  readonly #client: Client
  readonly #call: ClientDuplexStream<object, object>
  readonly #delta: boolean
  /** By name: what came last. */
  readonly secrets = new Map<string, SecretJson>()
  /** Responses of each type. */
  readonly responses: string[] = []

  constructor(target: string, credentials: ChannelCredentials, nodeId: string, delta: boolean) {
    this.#client = new Client(target, credentials, { 'grpc.use_local_subchannel_pool': 1 })
    this.#delta = delta
    const method = ADS[delta ? 'DeltaAggregatedResources' : 'StreamAggregatedResources']!
    this.#call = this.#client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize)
    this.#call.on('error', () => undefined)
    this.#call.on('data', (response: Response) => this.#take(response))
    this.#nodeId = nodeId
  }

  #nodeId: string

  /** Asks for secrets by name, then for clusters: when those are there, the secrets that there are have come before. */
  async ask(names: readonly string[]): Promise<void> {
    this.#write({
      type_url: SECRET_TYPE,
      ...(this.#delta ? { resource_names_subscribe: names } : { resource_names: names }),
    })
    this.#names = names
    this.#write({ type_url: CLUSTER_TYPE })
    await this.until(() => this.responses.includes(CLUSTER_TYPE))
  }

  #names: readonly string[] = []

  async until(condition: () => boolean): Promise<void> {
    while (!condition())
      await Promise.race([
        once(this.#call, 'data'),
        once(this.#call, 'close').then(() => Promise.reject(new Error('the stream is closed'))),
      ])
  }

  close(): void {
    this.#call.cancel()
    this.#client.close()
  }

  #write(request: object): void {
    this.#call.write({ node: { id: this.#nodeId, cluster: 'test', user_agent_name: 'envoy' }, ...request })
  }

  #take({ type_url: typeUrl, nonce, resources }: Response): void {
    this.responses.push(typeUrl)
    if (typeUrl === SECRET_TYPE) {
      for (const each of resources) {
        const { value } = each.resource ?? each
        const secret = toJson(SECRET_TYPE, value) as unknown as SecretJson
        this.secrets.set(secret.name, secret)
      }
    }
    const names = this.#delta || typeUrl !== SECRET_TYPE ? {} : { resource_names: this.#names }
    this.#write({ type_url: typeUrl, response_nonce: nonce, ...names })
  }
}
