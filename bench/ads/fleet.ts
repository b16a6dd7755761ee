/** Many Envoys that are no more than an ADS stream each, over a connection of its own, and acknowledge everything at once. */
import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js'
import { plainService } from '../../src/codec/services.js'
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../../src/xds/types.js'

export interface FleetMember {
  readonly nodeId: string
  /** Names of the route configurations that its listeners use. */
  readonly routes: readonly string[]
}

interface Response {
  readonly type_url: string
  readonly version_info: string
  readonly nonce: string
  readonly resources: readonly { readonly value: Uint8Array }[]
}

interface Expectation {
  readonly marker: string
  readonly count: number
  readonly times: number[]
  readonly resolve: (times: readonly number[]) => void
}

const { path, requestSerialize, responseDeserialize } = plainService(
  'envoy.service.discovery.v3.AggregatedDiscoveryService',
)['StreamAggregatedResources']!

const TYPES = [CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE]
/** Longer than any change takes. */
const PATIENCE_MS = 60_000

export class Fleet {
  readonly #clients: Client[] = []
  #expected: Expectation | undefined

  /** Connects all of them; resolves when each has everything. */
  static async connect(address: string, members: readonly FleetMember[]): Promise<Fleet> {
    const fleet = new Fleet()
    await Promise.all(members.map((member) => fleet.#open(address, member)))
    return fleet
  }

  #open(address: string, { nodeId, routes }: FleetMember): Promise<void> {
    const client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })
    this.#clients.push(client)
    const stream = client.makeBidiStreamRequest<object, object>(path, requestSerialize, responseDeserialize)
    const missing = new Set(TYPES)
    return new Promise((resolve, reject) => {
      stream.on('error', reject)
      stream.on('data', (message: object) => {
        const response = message as Response
        this.#answer(stream, response, routes)
        if (missing.delete(response.type_url) && missing.size === 0) resolve()
      })
      for (const type_url of TYPES)
        stream.write({ node: { id: nodeId, cluster: 'bench' }, type_url, resource_names: namesOf(type_url, routes) })
    })
  }

  #answer(stream: ClientDuplexStream<object, object>, response: Response, routes: readonly string[]): void {
    const { type_url, version_info, nonce, resources } = response
    stream.write({ type_url, version_info, response_nonce: nonce, resource_names: namesOf(type_url, routes) })
    const expected = this.#expected
    if (!expected || !resources.some(({ value }) => holds(value, expected.marker))) return
    expected.times.push(performance.now())
    if (expected.times.length < expected.count) return
    this.#expected = undefined
    expected.resolve(expected.times)
  }

  /** The times, in order, at which `count` of them have acknowledged a push that holds `marker`. One expectation at a time. */
  expect(marker: string, count: number): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${marker} was not acknowledged by ${count}`)), PATIENCE_MS)
      const end = (times: readonly number[]): void => {
        clearTimeout(timer)
        resolve(times)
      }
      this.#expected = { marker, count, times: [], resolve: end }
    })
  }

  close(): void {
    for (const client of this.#clients) client.close()
  }
}

function namesOf(typeUrl: string, routes: readonly string[]): readonly string[] {
  return typeUrl === ROUTE_TYPE ? routes : []
}

function holds(bytes: Uint8Array, marker: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(marker)
}
