import assert from 'node:assert/strict'
import { toJson } from '../../src/codec/json.js'
import type { Instance, Namespace, Service } from '../../src/model/cloud-map/resource.js'
import type { CloudMapWriter } from '../../src/store/cloud-map-store.js'
import type { WatchObserver } from '../../src/xds/resource-source.js'
import type { Snapshot } from '../../src/xds/snapshot.js'
import { ENDPOINT_TYPE } from '../../src/xds/types.js'
import { resource } from '../translate/mesh.js'
import { nodeId, World } from './world.js'

const NAMESPACE: Namespace = {
  id: 'ns-1',
  arn: 'arn:ns-1',
  name: 'shop',
  httpName: 'shop.local',
  type: 'HTTP',
  createdAt: 1,
  tags: {},
}
const service = (name: string): Service => ({
  id: `srv-${name}`,
  arn: `arn:srv-${name}`,
  namespaceId: 'ns-1',
  name,
  type: 'HTTP',
  healthCheckCustomConfig: { FailureThreshold: 1 },
  createdAt: 1,
  attributes: {},
  tags: {},
})
const instance = (name: string, ip: string, attributes = {}, health: Instance['health'] = 'HEALTHY'): Instance => {
  return { serviceId: `srv-${name}`, id: ip, attributes: { AWS_INSTANCE_IPV4: ip, ...attributes }, health }
}

const listeners = [{ portMapping: { port: 8080, protocol: 'http' as const } }]
const discovered = (serviceName: string, attributes: { key: string; value: string }[] = []) => ({
  listeners,
  serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName, attributes } },
})
const callers = (name: string, ...services: string[]) =>
  resource('virtualNode', 'm', name, {
    backends: services.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
  })
const provided = (name: string, node: string) =>
  resource('virtualService', 'm', name, { provider: { virtualNode: { virtualNodeName: node } } })

const MESH = [
  resource('mesh', 'm', 'm', {}),
  resource('virtualNode', 'm', 'cart', discovered('cart', [{ key: 'v', value: '1' }])),
  resource('virtualNode', 'm', 'stock', discovered('stock')),
  provided('cart.local', 'cart'),
  provided('stock.local', 'stock'),
  callers('front', 'cart.local'),
  callers('back', 'cart.local', 'stock.local'),
  callers('lone'),
]

const PEER = { address: '127.0.0.1:1' }

class Watcher implements WatchObserver {
  readonly snapshots: Snapshot[] = []
  onSnapshot(snapshot: Snapshot): void {
    this.snapshots.push(snapshot)
  }
  onRefusal(): void {
    assert.fail('refused')
  }
  get last(): Snapshot {
    return this.snapshots.at(-1)!
  }
  /** Addresses of a cluster now. */
  addresses(cluster: string): string[] {
    return addressesIn(this.last, cluster)
  }
}

function addressesIn(snapshot: Snapshot, cluster: string): string[] {
  const found = snapshot.types.get(ENDPOINT_TYPE)?.resources.get(cluster)
  assert.ok(found, `no ${cluster}`)
  return [...JSON.stringify(toJson(found)).matchAll(/"address":"([\d.]+)"/g)].map(([, address]) => address!)
}

const CART = 'cds_egress_m_cart_http_8080'
const STOCK = 'cds_egress_m_stock_http_8080'

describe('endpoints from Cloud Map', () => {
  let world: World
  let translations: string[]
  const watchers = new Map<string, Watcher>()

  const write = (work: (cloudMap: CloudMapWriter) => Promise<void>) =>
    world.store.write({ principal: 'test', operation: 'Test' }, ({ cloudMap }) => work(cloudMap))
  const register = (...instances: Instance[]) =>
    write(async (cloudMap) => {
      for (const each of instances) await cloudMap.putInstance(each)
    })
  const watch = (name: string): Watcher => {
    const watcher = new Watcher()
    const { id, cluster, userAgentVersion } = { id: nodeId(name), cluster: '', userAgentVersion: '' }
    world.control.watch({ id, cluster, userAgentVersion } as never, PEER, watcher)
    watchers.set(name, watcher)
    return watcher
  }

  beforeEach(async () => {
    translations = []
    world = await World.startWith({ onTranslated: (proxy) => void translations.push(proxy.ref.name) }, ...MESH)
    await write(async (cloudMap) => {
      await cloudMap.putNamespace(NAMESPACE)
      for (const name of ['cart', 'stock']) await cloudMap.putService(service(name))
    })
    await register(instance('cart', '10.0.0.1', { v: '1' }), instance('cart', '10.0.0.2', { v: '2' }))
    await world.settle()
    for (const name of ['front', 'back', 'lone']) watch(name)
    await world.settle()
    translations.length = 0
  })
  afterEach(() => world.close())

  const watcher = (name: string): Watcher => watchers.get(name)!

  it('are the instances that match, from the first snapshot', () => {
    assert.deepEqual(watcher('front').addresses(CART), ['10.0.0.1'])
    assert.deepEqual(watcher('back').addresses(STOCK), [])
    assert.equal(watcher('lone').last.types.get(ENDPOINT_TYPE)?.resources.size, 1, 'that of the agent')
  })

  it('follow registrations, health and deregistrations without any translation, and change nothing else', async () => {
    const before = watcher('front').last
    const steps: [() => Promise<unknown>, string[]][] = [
      [() => register(instance('cart', '10.0.0.3', { v: '1' })), ['10.0.0.1', '10.0.0.3']],
      [() => register(instance('cart', '10.0.0.1', { v: '1' }, 'UNHEALTHY')), ['10.0.0.3']],
      [() => register(instance('cart', '10.0.0.1', { v: '1' })), ['10.0.0.1', '10.0.0.3']],
      [() => register(instance('cart', '10.0.0.3', { v: '2' })), ['10.0.0.1']],
      [() => write((cloudMap) => cloudMap.removeInstance('srv-cart', '10.0.0.1')), []],
    ]
    for (const [step, expected] of steps) {
      await step()
      await world.settle()
      for (const name of ['front', 'back']) assert.deepEqual(watcher(name).addresses(CART), expected)
    }
    assert.deepEqual(translations, [])
    const after = watcher('front').last
    for (const [typeUrl, type] of before.types)
      if (typeUrl !== ENDPOINT_TYPE) assert.equal(after.types.get(typeUrl), type, `${typeUrl} is the very same`)
    assert.equal(watcher('front').snapshots.length, 1 + steps.length)
    assert.equal(after.revision, await world.store.head())
  })

  it('of one service concern only those who call it', async () => {
    await register(instance('stock', '10.1.0.1'))
    await world.settle()
    assert.equal(watcher('front').snapshots.length, 1)
    assert.equal(watcher('lone').snapshots.length, 1)
    assert.deepEqual(watcher('back').addresses(STOCK), ['10.1.0.1'])
  })

  it('that no target takes are published to nobody, yet their revision is applied', async () => {
    await register(instance('cart', '10.0.0.9', { v: '9' }))
    await world.settle()
    assert.equal(watcher('front').snapshots.length, 1)
    assert.equal(world.control.appliedRevision, await world.store.head())
  })

  it('are shared: one resource for every caller', async () => {
    await register(instance('cart', '10.0.0.3', { v: '1' }))
    await world.settle()
    const of = (name: string) => watcher(name).last.types.get(ENDPOINT_TYPE)?.resources.get(CART)
    assert.equal(of('front'), of('back'))
  })

  it('come in one snapshot when many change at once', async () => {
    for (let i = 0; i < 50; i++) await register(instance('stock', `10.2.0.${i}`))
    await world.settle()
    assert.equal(watcher('back').addresses(STOCK).length, 50)
    assert.ok(watcher('back').snapshots.length <= 3, `${watcher('back').snapshots.length}`)
  })

  it('are none while there is no such service or namespace, which is a problem, until there is', async () => {
    await world.put(resource('virtualNode', 'm', 'stock', discovered('other')))
    await world.settle()
    const key = world.control.resolve({ id: nodeId('back') }, PEER)
    assert.ok('key' in key)
    const problem = (): string[] => world.control.problems(key).map(({ path, message }) => `${path} ${message}`)
    assert.deepEqual(watcher('back').addresses(STOCK), [])
    assert.match(problem().join(), /virtualNode\/stock.*awsCloudMap there is no service other in Cloud Map namespace/)
    await write((cloudMap) => cloudMap.putService(service('other')))
    await register(instance('other', '10.3.0.1'))
    await world.settle()
    assert.deepEqual(watcher('back').addresses(STOCK), ['10.3.0.1'])
    assert.deepEqual(problem(), [])
    await write(async (cloudMap) => {
      await cloudMap.removeInstance('srv-other', '10.3.0.1')
      await cloudMap.removeService('srv-other')
    })
    await world.settle()
    assert.match(problem().join(), /there is no service other/)
    const unknown = discovered('other')
    unknown.serviceDiscovery.awsCloudMap.namespaceName = 'nowhere'
    await world.put(resource('virtualNode', 'm', 'stock', unknown))
    await world.settle()
    assert.match(problem().join(), /there is no Cloud Map namespace nowhere/)
  })

  it('are followed by a control plane that starts later, and after a reading that failed', async () => {
    world.reading.failures.push(new Error('away'))
    await register(instance('cart', '10.0.0.3', { v: '1' }))
    await world.settle()
    assert.deepEqual(watcher('front').addresses(CART), ['10.0.0.1', '10.0.0.3'])
  })
})
