/** What proxies with client policies share, and what they do not. */
import assert from 'node:assert/strict'
import type { ClientPolicyTls } from '../../src/model/client-policy.js'
import { applyChanges, type MeshView } from '../../src/model/mesh-view.js'
import { createMemo } from '../../src/translate/memo.js'
import { shortHash, variantClusterName } from '../../src/translate/names.js'
import { BASELINE, type ProxyRef } from '../../src/translate/proxy.js'
import { translate, type ProxyConfig } from '../../src/translate/translate.js'
import { ACCOUNT, resource, viewOf, type MeshInput } from './mesh.js'

type NodeInput = NonNullable<MeshInput['virtualNodes']>[number]

const MESH = 'shop'
const CLUSTER = 'cds_egress_shop_cart_http_8080'

const trust = (certificateChain: string): ClientPolicyTls => ({ validation: { trust: { file: { certificateChain } } } })

/** Calls a.local and b.local, which are both the node cart; each policy is an object of its own. */
function caller(virtualNodeName: string, all?: ClientPolicyTls, ofB?: ClientPolicyTls): NodeInput {
  return {
    virtualNodeName,
    spec: {
      backends: [
        { virtualService: { virtualServiceName: 'a.local' } },
        { virtualService: { virtualServiceName: 'b.local', ...(ofB && { clientPolicy: { tls: ofB } }) } },
      ],
      ...(all && { backendDefaults: { clientPolicy: { tls: all } } }),
    },
  }
}

const cart = (certificate: string): NodeInput['spec'] => ({
  listeners: [
    {
      portMapping: { port: 8080, protocol: 'http' },
      tls: { mode: 'STRICT', certificate: { file: { certificateChain: certificate, privateKey: '/key' } } },
    },
  ],
  serviceDiscovery: { dns: { hostname: 'cart.local' } },
})
const service = (name: string) => ({
  virtualServiceName: name,
  spec: { provider: { virtualNode: { virtualNodeName: 'cart' } } },
})

function setUp(...callers: NodeInput[]) {
  const memo = createMemo()
  const input: MeshInput = {
    mesh: { meshName: MESH, spec: {} },
    virtualNodes: [...callers, { virtualNodeName: 'cart', spec: cart('/cart') }],
    virtualServices: [service('a.local'), service('b.local')],
  }
  const translateFor = (view: MeshView, name: string): ProxyConfig => {
    const proxy: ProxyRef = { kind: 'virtualNode', meshOwner: ACCOUNT, meshName: MESH, name }
    return translate(view, proxy, { dialect: BASELINE, memo })
  }
  return { view: viewOf(input), translateFor }
}

const clusterNames = ({ clusters }: ProxyConfig) =>
  clusters.map(({ name }) => name).filter((name) => /cart/.test(name ?? ''))
const clusterOf = ({ clusters }: ProxyConfig, name = CLUSTER) => {
  const found = clusters.find((cluster) => cluster.name === name)
  assert.ok(found, `no ${name}`)
  return found
}
const hostsOf = ({ routes }: ProxyConfig) =>
  routes.find(({ name }) => name === 'rds_egress_http_8080')?.virtual_hosts ?? []

describe('the secrets of a proxy', () => {
  it('keep its certificate apart from the issuer of the same, which a policy names in the place of an authority', () => {
    const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/a'
    const { listeners } = cart('/cart')
    const tls = { mode: 'STRICT' as const, certificate: { acm: { certificateArn: arn } } }
    const policy: ClientPolicyTls = { validation: { trust: { acm: { certificateAuthorityArns: [arn] } } } }
    const own = caller('one', policy)
    const spec = { ...own.spec, listeners: listeners?.map((listener) => ({ ...listener, tls })) }
    const { view, translateFor } = setUp({ ...own, spec } as NodeInput)
    assert.deepEqual(translateFor(view, 'one').secrets, [
      { kind: 'certificate', name: arn, arn },
      { kind: 'validation', name: `${arn}/issuer`, arns: [arn] },
    ])
  })
})

describe('translate with client policies and a memo', () => {
  it('gives callers with equal policies the same cluster, and others another of the same name', () => {
    const { view, translateFor } = setUp(
      caller('one', trust('/x')),
      caller('two', { ...trust('/x'), ports: [8080], enforce: true }),
      caller('three', trust('/y')),
      caller('four'),
    )
    const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((name) => clusterOf(translateFor(view, name)))
    assert.equal(one, two)
    assert.equal(new Set([one, three, four]).size, 3)
    // Asking for one does not make the memo forget the others.
    assert.equal(clusterOf(translateFor(view, 'one')), one)
  })

  it('gives them all the same virtual hosts, which know no TLS', () => {
    const { view, translateFor } = setUp(caller('one', trust('/x')), caller('two', trust('/y')), caller('three'))
    const [one, two, three] = ['one', 'two', 'three'].map((name) => hostsOf(translateFor(view, name)))
    assert.equal(one?.length, 2)
    for (const [index, host] of one.entries()) {
      assert.equal(two?.[index], host)
      assert.equal(three?.[index], host)
    }
  })

  it('gives callers whose policies differ in the same way the same clusters and hosts', () => {
    const { view, translateFor } = setUp(
      caller('one', trust('/x'), trust('/y')),
      caller('two', trust('/x'), trust('/y')),
      caller('three', trust('/x')),
    )
    const [one, two, three] = ['one', 'two', 'three'].map((name) => translateFor(view, name))
    assert.equal(clusterNames(one!).length, 2)
    assert.deepEqual(clusterNames(one!), clusterNames(two!))
    for (const name of clusterNames(one!)) assert.equal(clusterOf(one!, name), clusterOf(two!, name))
    assert.equal(hostsOf(one!)[1], hostsOf(two!)[1])
    assert.notEqual(hostsOf(one!)[1], hostsOf(three!)[1])
    assert.equal(hostsOf(one!)[0], hostsOf(three!)[0], 'the first has the usual cluster')
    assert.equal(hostsOf(translateFor(view, 'three'))[1], hostsOf(three!)[1])
  })

  it('follows a listener that changes its TLS, and is the same as without a memo', () => {
    const { view, translateFor } = setUp(caller('one', trust('/x'), trust('/y')), caller('two'))
    const before = translateFor(view, 'two')
    translateFor(view, 'one')
    const plain = { ...cart('/cart'), listeners: [{ portMapping: { port: 8080, protocol: 'http' as const } }] }
    let now = view
    for (const spec of [cart('/other'), plain, cart('/cart')]) {
      now = applyChanges(
        now,
        [{ kind: 'put', resource: resource('virtualNode', MESH, 'cart', spec) }],
        now.revision + 1,
      )
      for (const name of ['one', 'two', 'cart']) {
        assert.deepEqual(translateFor(now, name), setUp().translateFor(now, name))
      }
    }
    assert.deepEqual(translateFor(now, 'two').clusters, before.clusters)
  })

  it('leaves a cluster name to the node that has it', () => {
    const rival = variantClusterName(CLUSTER, shortHash(JSON.stringify([[], { file: '/y' }, []])))
    const { view, translateFor } = setUp(caller('one', trust('/x'), trust('/y')))
    assert.ok(clusterNames(translateFor(view, 'one')).includes(rival), 'the variant has this name')
    const name = rival.slice('cds_egress_shop_'.length, -'_http_8080'.length)
    const other = resource('virtualNode', MESH, name, cart('/cart'))
    const also = resource('virtualService', MESH, 'c.local', { provider: { virtualNode: { virtualNodeName: name } } })
    const { spec } = caller('one', trust('/x'), trust('/y'))
    const one = resource('virtualNode', MESH, 'one', {
      ...spec,
      backends: [...(spec.backends ?? []), { virtualService: { virtualServiceName: 'c.local' } }],
    })
    const later = applyChanges(
      view,
      [other, also, one].map((put) => ({ kind: 'put', resource: put })),
      2,
    )
    const { clusters } = translateFor(later, 'one')
    assert.equal(new Set(clusters.map((cluster) => cluster.name)).size, clusters.length)
    assert.equal(clusterNames(translateFor(later, 'one')).length, 3)
    assert.match(JSON.stringify(clusterOf(translateFor(later, 'one'), rival).transport_socket), /"filename":"\/x"/)
  })
})

describe('names of variants', () => {
  const CASES = [
    { given: 'cds_egress_m_n_http_8080', expect: 'cds_egress_m_n_0_http_8080' },
    { given: 'cds_egress_m_n_http2_80_tcp_1', expect: 'cds_egress_m_n_http2_80_0_tcp_1' },
  ]
  for (const { given, expect } of CASES) it(given, () => assert.equal(variantClusterName(given, '0'), expect))

  it('hash texts to 8 digits by FNV-1a', () => {
    assert.deepEqual(
      ['', 'a\0', 'é'].map((text) => text.length),
      [0, 2, 1],
    )
    assert.equal(shortHash(''), '811c9dc5', 'its offset basis')
    assert.match(shortHash('a'), /^[\da-f]{8}$/)
    assert.notEqual(shortHash('ab'), shortHash('ba'))
  })
})
