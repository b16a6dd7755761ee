/** A whole server in this process, its API, and Envoys that are nothing but xDS clients. */
import assert from 'node:assert/strict'
import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js'
import { plainService } from '../../src/codec/services.js'
import { compose, type Running } from '../../src/server/compose.js'
import { loadConfig } from '../../src/server/config.js'
import { buildLogger } from '../../src/server/logger.js'
import type { ListenAddress } from '../../src/server/address.js'
import { eventually } from '../envoy/eventually.js'
import { captureLog } from '../server/capture-log.js'
import { CDS, LDS } from '../xds/harness.js'

const LOCAL = { api: '127.0.0.1:0', xds: '127.0.0.1:0', admin: '127.0.0.1:0', store: 'sqlite::memory:' }
const { StreamAggregatedResources: ADS } = plainService('envoy.service.discovery.v3.AggregatedDiscoveryService')

interface Response {
  type_url: string
  version_info: string
  nonce: string
  resources: { value: Buffer }[]
}

/** `reject` has the reason for each type URL that this Envoy does not take. */
export interface FakeEnvoyOptions {
  readonly version?: string
  readonly reject?: Map<string, string>
}

export class FakeEnvoy {
  readonly call: ClientDuplexStream<object, Response>
  readonly #client: Client
  readonly #names = new Map<string, string[]>()

  constructor(port: number, id: string, { version = '1.40.0', reject = new Map<string, string>() }: FakeEnvoyOptions) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
    const { path, requestSerialize, responseDeserialize } = ADS!
    this.call = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize) as typeof this.call
    this.call.on('error', () => undefined)
    this.call.on('data', ({ type_url: type, version_info: version_info, nonce }: Response) => {
      const message = reject.get(type)
      this.call.write({
        type_url: type,
        response_nonce: nonce,
        resource_names: this.#names.get(type) ?? [],
        ...(message === undefined ? { version_info } : { error_detail: { code: 13, message } }),
      })
    })
    const node = { id, cluster: id, user_agent_name: 'envoy', user_agent_version: version }
    this.call.write({ node, type_url: CDS })
    this.call.write({ type_url: LDS })
  }

  /** Asks for resources by name, as Envoy does once clusters and listeners name them. */
  ask(typeUrl: string, names: string[]): void {
    this.#names.set(typeUrl, names)
    this.call.write({ type_url: typeUrl, resource_names: names })
  }

  close(): void {
    this.call.cancel()
    this.#client.close()
  }
}

export class World {
  readonly #running: Running
  readonly #envoys: FakeEnvoy[] = []
  #written = 0

  private constructor(running: Running) {
    this.#running = running
  }

  static async start(flags: Record<string, string> = {}): Promise<World> {
    const { config } = loadConfig({ flags: { ...LOCAL, shutdownGrace: '2s', ...flags }, environment: {} })
    return new World(await compose(config, buildLogger('info', captureLog().stream)))
  }

  get api(): string {
    return `http://127.0.0.1:${portOf(this.#running.addresses.api)}`
  }

  get admin(): string {
    return `http://127.0.0.1:${portOf(this.#running.addresses.admin)}`
  }

  /** As `serve` would say it. */
  get addresses(): Running['addresses'] {
    return this.#running.addresses
  }

  get xdsPort(): number {
    return portOf(this.#running.addresses.xds)
  }

  /** Writes one resource of the App Mesh API. */
  async put(path: string, body: object): Promise<void> {
    const url = `http://127.0.0.1:${portOf(this.#running.addresses.api)}/v20190125/${path}`
    const response = await fetch(url, { method: 'PUT', body: JSON.stringify(body) })
    assert.equal(response.status, 200, await response.text())
    this.#written = Number(response.headers.get('x-meshkeeper-revision'))
  }

  /** One call of the Cloud Map API. */
  async cloudMap(operation: string, input: object): Promise<void> {
    const headers = { 'x-amz-target': `Route53AutoNaming_v20170314.${operation}` }
    const response = await fetch(`${this.api}/`, { method: 'POST', headers, body: JSON.stringify(input) })
    assert.equal(response.status, 200, await response.text())
  }

  /** Until the metrics have that line. */
  async metric(line: RegExp): Promise<void> {
    await eventually({ what: String(line) }, async () => line.test(await (await fetch(`${this.admin}/metrics`)).text()))
  }

  /** Mesh `shop`: `front` calls `api.shop.local`, which the node `api` provides. */
  async writeShop(): Promise<void> {
    await this.put('meshes', { meshName: 'shop' })
    await this.put('meshes/shop/virtualNodes', { virtualNodeName: 'api', spec: nodeSpec('api') })
    await this.put('meshes/shop/virtualServices', {
      virtualServiceName: 'api.shop.local',
      spec: { provider: { virtualNode: { virtualNodeName: 'api' } } },
    })
    await this.put('meshes/shop/virtualNodes', { virtualNodeName: 'front', spec: frontSpec() })
  }

  /** An Envoy of a node that may have been written just now. */
  async connect(id: string, options: FakeEnvoyOptions = {}): Promise<FakeEnvoy> {
    await eventually({ what: 'the newest revision' }, async () => {
      const { body } = await this.get('/proxies')
      return (body as { appliedRevision: number }).appliedRevision >= this.#written
    })
    const envoy = new FakeEnvoy(this.xdsPort, id, options)
    this.#envoys.push(envoy)
    return envoy
  }

  /** Status and JSON of a GET on the admin listener. */
  async get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.admin}${path}`)
    return { status: response.status, body: await response.json() }
  }

  async close(): Promise<void> {
    for (const envoy of this.#envoys.splice(0)) envoy.close()
    await this.#running.close()
  }
}

export const nodeSpec = (name: string) => ({
  listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
  serviceDiscovery: { dns: { hostname: `${name}.internal` } },
})

export const frontSpec = (logPath?: string) => ({
  ...nodeSpec('front'),
  backends: [{ virtualService: { virtualServiceName: 'api.shop.local' } }],
  ...(logPath !== undefined && { logging: { accessLog: { file: { path: logPath } } } }),
})

function portOf(address: ListenAddress): number {
  return address.kind === 'tcp' ? address.port : assert.fail()
}
