/**
 * Whatever changes, in whatever order: meshes, instances, key material. A reconciler that has followed all of it gives every proxy what one that has
 * just started gives it: listeners, routes, clusters, endpoints and secrets.
 */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import type { EndpointSource } from '../../src/cloud-map/endpoint-source.js'
import { proxyKey, Reconciler, type Proxy } from '../../src/control/reconciler.js'
import type { SecretMaterials } from '../../src/control/secrets.js'
import { placeKey, type DiscoveredInstance } from '../../src/model/cloud-map/discovery.js'
import { applyChanges, type MeshView, type ResourceChange } from '../../src/model/mesh-view.js'
import { changeKey, refKey } from '../../src/model/references.js'
import type { Resource } from '../../src/model/resource.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import { SnapshotCache } from '../../src/xds/snapshot-cache.js'
import { ENDPOINT_TYPE } from '../../src/xds/types.js'
import { Log } from '../control/world.js'
import { ACCOUNT, resourcesOf, viewOf, type MeshInput } from '../translate/mesh.js'
import { meshArbitrary } from './mesh-arbitrary.js'

const RUNS = process.env['LONG_TESTS'] === '1' ? 3000 : 80

const ALL_KINDS = ['virtualNode', 'virtualRouter', 'virtualService', 'route', 'virtualGateway', 'gatewayRoute'] as const
const PROXIES = [
  ...['a', 'b', 'c', 'web'].map((name) => ({ kind: 'virtualNode' as const, name })),
  ...['edge', 'web'].map((name) => ({ kind: 'virtualGateway' as const, name })),
]
const SERVICES = ['cart', 'stock']
const ARNS = ['acm:r:1:a', 'acm:r:1:b', 'acm-pca:r:1:a', 'acm-pca:r:1:b'].map((rest) => `arn:aws:${rest}`)

/** Instances by service: a service that is not there is unknown. */
class Instances implements EndpointSource {
  readonly #known = new Map<string, readonly DiscoveredInstance[]>()
  readonly #watchers = new Map<string, Set<(changedAt: number) => void>>()

  find(place: Parameters<EndpointSource['find']>[0]) {
    const instances = this.#known.get(placeKey(place))
    return instances ? { known: true as const, instances } : { known: false as const, reason: 'no such service' }
  }

  watch(place: Parameters<EndpointSource['watch']>[0], onChange: (changedAt: number) => void): () => void {
    const key = placeKey(place)
    const watchers = this.#watchers.get(key) ?? new Set()
    this.#watchers.set(key, watchers.add(onChange))
    return () => watchers.delete(onChange)
  }

  sync = (): Promise<void> => Promise.resolve()

  set(serviceName: string, hosts: readonly number[] | undefined): void {
    const key = placeKey({ namespaceName: 'shop', serviceName })
    const instanceOf = (host: number): DiscoveredInstance => ({
      id: String(host),
      attributes: { AWS_INSTANCE_IPV4: `10.0.0.${host}`, v: String(host % 2) },
      healthy: host % 3 > 0,
    })
    if (hosts) this.#known.set(key, hosts.map(instanceOf))
    else this.#known.delete(key)
    for (const tell of [...(this.#watchers.get(key) ?? [])]) tell(0)
  }
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

class Materials implements SecretMaterials {
  readonly #held = new Map(ARNS.map((arn) => [arn, { chain: `${arn} 0\n`, privateKey }]))
  readonly #missing = new Set<string>()
  #count = 0

  certificate = (arn: string) => (!this.#missing.has(arn) && this.#held.get(arn)) || { problem: `no ${arn}` }
  authority = (arn: string) => this.certificate(arn)
  onChange = () => () => undefined

  renew(arn: string): void {
    this.#missing.delete(arn)
    this.#held.set(arn, { chain: `${arn} ${++this.#count}\n`, privateKey })
  }

  lose(arn: string): void {
    this.#missing.add(arn)
  }

  find(): string[] {
    const found = [...this.#missing]
    this.#missing.clear()
    return found
  }
}

type Step =
  | { readonly kind: 'become'; readonly part: (typeof ALL_KINDS)[number] | 'mesh' | 'all'; readonly input: MeshInput }
  | { readonly kind: 'instances'; readonly service: string; readonly hosts: readonly number[] | undefined }
  | { readonly kind: 'renew' | 'lose'; readonly arn: string }
  | { readonly kind: 'leave' | 'come'; readonly proxy: number }
  | { readonly kind: 'check' }

/** Some of the nodes are found by Cloud Map. */
const inputArbitrary: fc.Arbitrary<MeshInput> = fc
  .tuple(
    meshArbitrary,
    fc.array(
      fc.option(fc.record({ serviceName: fc.constantFrom(...SERVICES), v: fc.constantFrom(undefined, '0', '1') })),
      { minLength: 4, maxLength: 4 },
    ),
  )
  .map(([input, discoveries]) => ({
    ...input,
    virtualNodes: (input.virtualNodes ?? []).map((node, index) => {
      const found = discoveries[index]
      if (!found) return node
      const attributes = found.v === undefined ? [] : [{ key: 'v', value: found.v }]
      const awsCloudMap = { namespaceName: 'shop', serviceName: found.serviceName, attributes }
      return { ...node, spec: { ...node.spec, serviceDiscovery: { awsCloudMap } } }
    }),
  }))

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('become' as const),
      part: fc.constantFrom(...ALL_KINDS, 'mesh' as const, 'all' as const),
      input: inputArbitrary,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('instances' as const),
      service: fc.constantFrom(...SERVICES),
      hosts: fc.option(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('renew' as const, 'lose' as const),
      arn: fc.constantFrom(...ARNS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'come' as const), proxy: fc.nat(5) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('check' as const) }) },
)

/** One reconciler that follows a mesh for some watchers. */
class Following {
  readonly cache = new SnapshotCache({ defer: (work) => work() })
  readonly reconciler: Reconciler
  readonly #watches = new Map<string, { cancel: () => void }>()

  constructor(view: () => MeshView, materials: Materials, endpoints: Instances) {
    this.reconciler = new Reconciler({
      cache: this.cache,
      view,
      refuseUnknown: ({ name }) => ({ code: 3, message: `no ${name}` }),
      logger: new Log(),
      materials,
      endpoints,
      defer: (work) => work(),
      now: () => 0,
    })
  }

  come(proxy: Proxy): void {
    if (this.#watches.has(proxy.key)) return
    const gone = () => void this.#watches.delete(proxy.key)
    this.#watches.set(proxy.key, this.cache.watch(proxy.key, { onSnapshot: () => undefined, onRefusal: gone }))
    this.reconciler.attach(proxy)
  }

  leave(proxy: Proxy): void {
    this.#watches.get(proxy.key)?.cancel()
    if (this.#watches.delete(proxy.key)) this.reconciler.detach(proxy)
  }

  describe({ key }: Proxy): string[] {
    const types = [...(this.cache.get(key)?.types.values() ?? [])]
    return [
      ...types.flatMap(({ typeUrl, resources }) =>
        [...resources.values()].map(({ name, version }) => `${typeUrl} ${name} ${version}`),
      ),
      ...this.reconciler.problems(key).map(({ path, message }) => `${path}: ${message}`),
    ].sort()
  }
}

function proxyOf({ kind, name }: Pick<ProxyRef, 'kind' | 'name'>): Proxy {
  const ref: ProxyRef = { kind, meshOwner: ACCOUNT, meshName: 'm', name }
  return { key: proxyKey(ref, BASELINE), ref, dialect: BASELINE }
}

class Life {
  view: MeshView
  readonly materials = new Materials()
  readonly instances = new Instances()
  readonly #following: Following
  #present: ReadonlyMap<string, Resource>

  constructor(input: MeshInput) {
    this.view = viewOf(input)
    this.#present = byKey(resourcesOf(input))
    this.#following = new Following(() => this.view, this.materials, this.instances)
    for (const proxy of PROXIES) this.#following.come(proxyOf(proxy))
  }

  perform(step: Step): void {
    const { materials, instances } = this
    const proxyAt = (index: number) => proxyOf(PROXIES[index % PROXIES.length]!)
    if (step.kind === 'become') this.#become(step.part, step.input)
    else if (step.kind === 'instances') {
      instances.set(step.service, step.hosts)
      this.#settle(new Set())
    } else if (step.kind === 'renew' || step.kind === 'lose') {
      materials[step.kind](step.arn)
      this.#following.reconciler.renewSecrets(new Set([step.arn]))
    } else if (step.kind === 'leave') this.#following.leave(proxyAt(step.proxy))
    else if (step.kind === 'come') this.#following.come(proxyAt(step.proxy))
    else this.check()
  }

  #become(part: string, input: MeshInput): void {
    const concerns = ({ ref: { kind } }: Resource) => part === 'all' || kind === part
    const wanted = byKey(resourcesOf(input).filter(concerns))
    const gone = [...this.#present.values()].filter(
      (each) => concerns(each) && each.ref.kind !== 'mesh' && !wanted.has(refKey(each.ref)),
    )
    const changes: ResourceChange[] = [
      ...gone.map(({ ref }) => ({ kind: 'remove' as const, ref })),
      ...[...wanted.values()].map((each) => ({ kind: 'put' as const, resource: each })),
    ]
    const present = new Map([...this.#present, ...wanted])
    for (const { ref } of gone) present.delete(refKey(ref))
    this.#present = present
    this.view = applyChanges(this.view, changes, this.view.revision + 1)
    this.#settle(new Set([...gone, ...wanted.values()].map(({ ref }) => changeKey(ref))))
  }

  #settle(keys: ReadonlySet<string>): void {
    this.#following.reconciler.settle({ keys, revision: this.view.revision, oldestChange: 0 })
  }

  /** The version of the endpoints that a node's Envoys have for a cluster. */
  versionOf(name: string, cluster: string): string | undefined {
    const { key } = proxyOf({ kind: 'virtualNode', name })
    return this.#following.cache.get(key)?.types.get(ENDPOINT_TYPE)?.resources.get(cluster)?.version
  }

  /** Only once all key material is there: what is missing keeps what was before. */
  check(): void {
    this.#following.reconciler.renewSecrets(new Set(this.materials.find()))
    const fresh = new Following(() => this.view, this.materials, this.instances)
    for (const each of PROXIES) {
      const proxy = proxyOf(each)
      this.#following.come(proxy)
      fresh.come(proxy)
      assert.deepEqual(this.#following.describe(proxy), fresh.describe(proxy), `${each.kind} ${each.name}`)
      fresh.leave(proxy)
    }
  }
}

const byKey = (resources: readonly Resource[]) => new Map(resources.map((each) => [refKey(each.ref), each]))

describe('a reconciler that follows changes', () => {
  it('gives what one gives that has just started', function () {
    this.timeout(600_000)
    fc.assert(
      fc.property(
        inputArbitrary,
        fc.array(stepArbitrary, { minLength: 4, maxLength: 25, size: 'max' }),
        (input, steps) => {
          const life = new Life(input)
          for (const step of steps) life.perform(step)
          life.check()
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('keeps up the endpoints of clusters that stay for want of a certificate', () => {
    const input = (node: object): MeshInput => ({
      mesh: { meshName: 'm', spec: {} },
      virtualNodes: [
        { virtualNodeName: 'a', spec: { backends: [{ virtualService: { virtualServiceName: 's' } }] } },
        { virtualNodeName: 'b', spec: node },
      ],
      virtualServices: [{ virtualServiceName: 's', spec: { provider: { virtualNode: { virtualNodeName: 'b' } } } }],
    })
    const listener = { portMapping: { port: 80, protocol: 'http' } }
    const serviceDiscovery = { awsCloudMap: { namespaceName: 'shop', serviceName: 'cart' } }
    const life = new Life(input({ listeners: [listener], serviceDiscovery }))
    life.instances.set('cart', [1])
    life.materials.lose(ARNS[0]!)
    const tls = { mode: 'STRICT', certificate: { acm: { certificateArn: ARNS[0] } } }
    const spec = { listeners: [{ ...listener, tls }], serviceDiscovery: { dns: { hostname: 'b.local' } } }
    life.perform({ kind: 'become', part: 'virtualNode', input: input(spec) })
    const before = life.versionOf('a', 'cds_egress_m_b_http_80')
    assert.ok(before)
    life.perform({ kind: 'instances', service: 'cart', hosts: [1, 2] })
    const after = life.versionOf('a', 'cds_egress_m_b_http_80')
    assert.ok(after && after !== before, 'the cluster has no endpoints any more, or the former ones')
    life.check()
    assert.equal(life.versionOf('a', 'cds_egress_m_b_http_80'), undefined)
  })
})
