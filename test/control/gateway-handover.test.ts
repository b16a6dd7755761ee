/** The steps of a gateway from one configuration to the next, by hand. */
import assert from 'node:assert/strict'
import { GatewayHandover } from '../../src/control/gateway-handover.js'
import { applyChanges } from '../../src/model/mesh-view.js'
import { createMemo } from '../../src/translate/memo.js'
import { BASELINE } from '../../src/translate/proxy.js'
import { translate, type ProxyConfig } from '../../src/translate/translate.js'
import { ACCOUNT, resource, viewOf, type MeshInput } from '../translate/mesh.js'

const HTTP = { portMapping: { port: 80, protocol: 'http' as const } }
const INPUT: MeshInput = {
  mesh: { meshName: 'm', spec: {} },
  virtualNodes: ['a', 'b'].map((name) => ({
    virtualNodeName: name,
    spec: { listeners: [HTTP], serviceDiscovery: { dns: { hostname: `${name}.local` } } },
  })),
  virtualServices: ['a', 'b'].map((name) => ({
    virtualServiceName: name,
    spec: { provider: { virtualNode: { virtualNodeName: name } } },
  })),
  virtualGateways: [{ virtualGatewayName: 'g', spec: { listeners: [HTTP] } }],
}

describe('GatewayHandover', () => {
  const memo = createMemo()
  /** The gateway leading to these services, by name or under the client's host. */
  function leadingTo(name: string, keepHost = false): ProxyConfig {
    const rewrite = { hostname: { defaultTargetHostname: keepHost ? 'DISABLED' : 'ENABLED' } } as const
    const action = { target: { virtualService: { virtualServiceName: name } }, rewrite }
    const route = resource('gatewayRoute', 'm', 'x', { httpRoute: { match: { prefix: '/' }, action } }, 'g')
    const view = applyChanges(viewOf(INPUT), [{ kind: 'put', resource: route }], 2)
    const proxy = { kind: 'virtualGateway', meshOwner: ACCOUNT, meshName: 'm', name: 'g' } as const
    return translate(view, proxy, { dialect: BASELINE, memo })
  }

  let waits: { millis: number; work: () => void }[]
  let resumed: number
  let handover: GatewayHandover
  beforeEach(() => {
    waits = []
    resumed = 0
    handover = new GatewayHandover(
      (millis, work) => void waits.push({ millis, work }),
      () => (resumed += 1),
    )
  })

  function pass(millis: number): void {
    for (const wait of waits.filter((each) => each.millis === millis)) wait.work()
    waits = waits.filter((each) => each.millis !== millis)
  }

  const routesOf = ({ routes }: ProxyConfig, name: string) => routes.find((each) => each.name === name)
  const hosts = (config: ProxyConfig) =>
    routesOf(config, 'rds_egress_http_15001')?.virtual_hosts?.map(({ name, routes = [] }) => `${name} ${routes.length}`)
  const ingress = (config: ProxyConfig) => routesOf(config, 'rds_ingress_http_80')
  const clusters = (config: ProxyConfig) =>
    config.clusters.flatMap(({ name }) => /cds_egress_m_(.)/.exec(name ?? '')?.[1] ?? [])

  it('gives the first configuration as it is, and the same one again', () => {
    const first = leadingTo('a')
    assert.equal(handover.next(first), first)
    assert.equal(handover.next(first), first)
    assert.deepEqual(waits, [])
  })

  for (const keepHost of [false, true]) {
    it(`brings a service before it leads there, and keeps the former for a while${keepHost ? ', under the host of the client' : ''}`, () => {
      const both = keepHost ? ['default_backend 2'] : ['a 1', 'b 1']
      const [first, second] = [leadingTo('a', keepHost), leadingTo('b', keepHost)]
      handover.next(first)
      const early = handover.next(second)
      assert.deepEqual(hosts(early), both)
      assert.deepEqual(clusters(early).sort(), ['a', 'b'])
      assert.equal(ingress(early), ingress(first))
      pass(100)
      assert.equal(resumed, 1)
      const moved = handover.next(second)
      assert.deepEqual(hosts(moved), both)
      assert.deepEqual(clusters(moved).sort(), ['a', 'b'])
      assert.equal(ingress(moved), ingress(second))
      pass(1000)
      assert.equal(resumed, 2)
      assert.equal(handover.next(second), second)
      assert.deepEqual(waits, [])
    })
  }

  it('counts the last departure of a service that comes and goes', () => {
    const [first, second] = [leadingTo('a'), leadingTo('b')]
    handover.next(first)
    handover.next(second)
    const early = waits.filter(({ millis }) => millis === 1000)
    handover.next(first)
    handover.next(second)
    for (const { work } of early) work()
    assert.deepEqual(hosts(handover.next(second)), ['a 1', 'b 1'])
    pass(1000)
    assert.equal(handover.next(second), second)
  })

  it('needs no steps when the services stay', () => {
    handover.next(leadingTo('a'))
    const same = leadingTo('a')
    assert.equal(handover.next(same), same)
    assert.deepEqual(waits, [])
  })
})
