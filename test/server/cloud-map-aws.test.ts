/** The whole server beside an AWS Cloud Map: what an Envoy is sent follows the instances there. */
import assert from 'node:assert/strict'
import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js'
import { plainService } from '../../src/codec/services.js'
import { compose, type Running } from '../../src/server/compose.js'
import { loadConfig } from '../../src/server/config.js'
import { buildLogger } from '../../src/server/logger.js'
import { ENDPOINT_TYPE } from '../../src/xds/types.js'
import { FakeAws } from '../cloud-map/aws/fake-aws.js'
import { eventually } from '../envoy/eventually.js'
import { captureLog } from './capture-log.js'

const LOCAL = { api: '127.0.0.1:0', xds: '127.0.0.1:0', admin: '127.0.0.1:0', store: 'sqlite::memory:' }
const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
const SERVICES = ['cart', 'stock']
const clusterOf = (service: string): string => `cds_egress_shop_${service}_http_8080`

interface Response {
  readonly nonce: string
  readonly version_info: string
  readonly type_url: string
  readonly resources: readonly { readonly value: Uint8Array }[]
}

/** Follows the endpoints of all services. */
class Watcher {
  readonly endpoints = new Map<string, string>()
  readonly #client: Client
  readonly #stream: ClientDuplexStream<object, Response>
  #onResponse: () => void = () => undefined

  constructor(address: string) {
    const { StreamAggregatedResources: method } = plainService('envoy.service.discovery.v3.AggregatedDiscoveryService')
    const { path, requestSerialize, responseDeserialize } = method!
    this.#client = new Client(address, credentials.createInsecure())
    this.#stream = this.#client.makeBidiStreamRequest<object, Response>(
      path,
      requestSerialize,
      responseDeserialize as (bytes: Buffer) => Response,
    )
    this.#stream.on('error', () => undefined)
    this.#stream.on('data', (response: Response) => this.#take(response))
    this.#ask({ node: { id: 'mesh/shop/virtualNode/front', cluster: 'test' } })
  }

  #ask(more: object): void {
    const resource_names = SERVICES.map(clusterOf)
    this.#stream.write({ type_url: ENDPOINT_TYPE, resource_names, ...more })
  }

  #take({ nonce, version_info, resources }: Response): void {
    for (const { value } of resources) {
      const text = Buffer.from(value).toString('latin1')
      const service = SERVICES.find((name) => text.includes(clusterOf(name)))
      const addresses = [...text.matchAll(/10\.\d+\.\d+\.\d+/g)].map(([address]) => address)
      if (service) this.endpoints.set(service, addresses.join())
    }
    this.#ask({ response_nonce: nonce, version_info })
    this.#onResponse()
  }

  /** Resolves when a service has these endpoints. */
  async has(service: string, ...addresses: string[]): Promise<void> {
    while (this.endpoints.get(service) !== addresses.join())
      await new Promise<void>((resolve) => (this.#onResponse = resolve))
  }

  close(): void {
    this.#stream.cancel()
    this.#client.close()
  }
}

const instance = (ip: string, version = '1') => ({ id: ip, attributes: { AWS_INSTANCE_IPV4: ip, version } })

describe('a server with --cloud-map aws', () => {
  let aws: FakeAws
  let server: Running
  let log: ReturnType<typeof captureLog>
  let watcher: Watcher
  let written = 0
  const environment = process.env
  const http = (name: 'api' | 'admin' | 'xds'): string => {
    const address = server.addresses[name]
    return address.kind === 'tcp' ? `127.0.0.1:${address.port}` : assert.fail()
  }
  const put = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`http://${http('api')}/v20190125/meshes${path}`, {
      method: 'PUT',
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 200, await response.text())
    written = Number(response.headers.get('x-meshkeeper-revision'))
  }
  const cloudMap = async (operation: string, body: object): Promise<Record<string, never>> => {
    const response = await fetch(`http://${http('api')}/`, {
      method: 'POST',
      headers: { 'x-amz-target': `Route53AutoNaming_v20170314.${operation}` },
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 200)
    return response.json() as Promise<Record<string, never>>
  }
  const problems = async (): Promise<string> => (await fetch(`http://${http('admin')}/proxies`)).text()

  async function start(flags: Record<string, string> = {}): Promise<void> {
    log = captureLog()
    const times = {
      cloudMapInterval: '100ms',
      cloudMapHealthInterval: '100ms',
      pushWindow: '10ms',
      shutdownGrace: '1s',
    }
    const all = {
      ...LOCAL,
      ...times,
      cloudMap: 'aws',
      cloudMapEndpoint: aws.url,
      cloudMapRegion: 'eu-west-1',
      ...flags,
    }
    server = await compose(loadConfig({ flags: all, environment: {} }).config, buildLogger('info', log.stream))
    await put('', { meshName: 'shop' })
    for (const name of SERVICES) await discover(name, name === 'cart' ? 'shop.local' : 'here.local')
    const backends = SERVICES.map((name) => ({ virtualService: { virtualServiceName: `${name}.local` } }))
    await put('/shop/virtualNodes', { virtualNodeName: 'front', spec: { backends } })
    await eventually({ what: 'the newest revision' }, async () => {
      const { appliedRevision } = JSON.parse(await problems()) as { appliedRevision: number }
      return appliedRevision >= written
    })
  }

  async function discover(name: string, namespaceName: string): Promise<void> {
    const awsCloudMap = { namespaceName, serviceName: name, attributes: [{ key: 'version', value: '1' }] }
    const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }]
    await put('/shop/virtualNodes', {
      virtualNodeName: name,
      spec: { listeners, serviceDiscovery: { awsCloudMap } },
    })
    const provider = { virtualNode: { virtualNodeName: name } }
    await put('/shop/virtualServices', { virtualServiceName: `${name}.local`, spec: { provider } })
  }

  beforeEach(async () => {
    process.env = { ...environment, ...KEYS, AWS_EC2_METADATA_DISABLED: 'true' }
    aws = await FakeAws.start()
  })
  afterEach(async () => {
    watcher.close()
    await server.close()
    await aws.stop()
    process.env = environment
  })

  it('follows the instances there, those of the embedded Cloud Map beside them, and keeps the last good ones', async () => {
    aws.register('shop.local', 'cart', instance('10.0.0.1'), instance('10.0.0.9', '2'))
    await start()
    await cloudMap('CreateHttpNamespace', { Name: 'here.local' })
    const { Namespaces } = await cloudMap('ListNamespaces', {})
    const [{ Id: NamespaceId } = assert.fail('no namespace')] = Namespaces as unknown as { Id: string }[]
    const { Service } = await cloudMap('CreateService', { Name: 'stock', NamespaceId })
    const ServiceId = (Service as unknown as { Id: string }).Id
    watcher = new Watcher(http('xds'))
    await watcher.has('cart', '10.0.0.1')
    await watcher.has('stock')
    await cloudMap('RegisterInstance', {
      ServiceId,
      InstanceId: 'i',
      Attributes: { AWS_INSTANCE_IPV4: '10.1.0.1', version: '1' },
    })
    await watcher.has('stock', '10.1.0.1')
    aws.register('shop.local', 'cart', instance('10.0.0.1'), instance('10.0.0.2'))
    await watcher.has('cart', '10.0.0.1', '10.0.0.2')
    assert.ok(aws.calls.every(({ input }) => input.NamespaceName === 'shop.local'))

    const before = aws.calls.length
    aws.faults.set('*', { kind: 'exception', code: 'RequestLimitExceeded' })
    await aws.until(() => aws.calls.length >= before + 4)
    assert.match(await problems(), /the Cloud Map answer for service cart in namespace shop.local is \d+ s old/)
    assert.equal(watcher.endpoints.get('cart'), '10.0.0.1,10.0.0.2')
    aws.register('shop.local', 'cart', instance('10.0.0.3'))
    aws.faults.clear()
    await watcher.has('cart', '10.0.0.3')
    assert.doesNotMatch(await problems(), /old/)
    aws.remove('shop.local', 'cart')
    await watcher.has('cart')
    assert.match(await problems(), /AWS Cloud Map has no service cart/)
    const metrics = await (await fetch(`http://${http('admin')}/metrics`)).text()
    assert.match(metrics, /meshkeeper_cloud_map_services\{state="not_found"\} 1/)
    assert.match(metrics, /meshkeeper_cloud_map_requests_total\{operation="\w+",result="throttled"\} \d/)
  })

  it('says nothing of endpoints before the first answer', async () => {
    aws.register('shop.local', 'cart', instance('10.0.0.1'))
    aws.register('here.local', 'stock', instance('10.0.0.5'))
    aws.faults.set('*', { kind: 'exception', code: 'InternalFailure', status: 500 })
    await start()
    watcher = new Watcher(http('xds'))
    await aws.until(() => aws.calls.length >= 4)
    assert.equal(watcher.endpoints.has('cart'), false, 'Envoys keep what they have')
    assert.match(await problems(), /there is no answer of AWS Cloud Map yet for service cart/)
    aws.faults.clear()
    await watcher.has('cart', '10.0.0.1')
    await watcher.has('stock', '10.0.0.5')
  })

  it('asks for the listed namespaces only, and no more once the Envoy has gone', async () => {
    aws.register('shop.local', 'cart', instance('10.0.0.1'))
    await start({ cloudMapNamespaces: 'shop.local' })
    watcher = new Watcher(http('xds'))
    await watcher.has('cart', '10.0.0.1')
    await watcher.has('stock')
    assert.ok(aws.calls.every(({ input }) => input.NamespaceName === 'shop.local'))
    const services = async (): Promise<string> => (await fetch(`http://${http('admin')}/metrics`)).text()
    assert.match(await services(), /meshkeeper_cloud_map_services\{state="ok"\} 1/)
    watcher.close()
    while (!(await services()).includes('meshkeeper_cloud_map_services{state="ok"} 0'));
  })
})
