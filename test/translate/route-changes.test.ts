/** Changes of routes, which leave most of a proxy as it is: the rest must follow all the same. */
import assert from 'node:assert/strict'
import type { ClientPolicyTls } from '../../src/model/client-policy.js'
import { applyChanges, type MeshView } from '../../src/model/mesh-view.js'
import type { RouteSpec } from '../../src/model/route.js'
import { createMemo, type Memo } from '../../src/translate/memo.js'
import { BASELINE } from '../../src/translate/proxy.js'
import { translate, type ProxyConfig } from '../../src/translate/translate.js'
import { ACCOUNT, resource, viewOf, type MeshInput } from './mesh.js'

const MESH = 'shop'
const trust = (certificateChain: string): ClientPolicyTls => ({ validation: { trust: { file: { certificateChain } } } })

const backend = (virtualServiceName: string, tls?: ClientPolicyTls) => ({
  virtualService: { virtualServiceName, ...(tls && { clientPolicy: { tls } }) },
})

const target = (virtualNodeName: string) => ({
  virtualNodeName,
  spec: {
    listeners: [
      { portMapping: { port: 8080, protocol: 'http' as const } },
      { portMapping: { port: 9090, protocol: 'tcp' as const } },
    ],
    serviceDiscovery: { dns: { hostname: `${virtualNodeName}.local` } },
  },
})

/** Two services of one router; the caller's policies on them differ, so that its clusters for the second are its own. */
const INPUT: MeshInput = {
  mesh: { meshName: MESH, spec: {} },
  virtualNodes: [
    { virtualNodeName: 'plain', spec: { backends: [backend('a.local'), backend('c.local'), backend('gone.local')] } },
    {
      virtualNodeName: 'choosy',
      spec: { backends: [backend('a.local', trust('/one')), backend('b.local', trust('/two'))] },
    },
    target('blue'),
    target('green'),
  ],
  virtualRouters: [
    {
      virtualRouterName: 'router',
      spec: {
        listeners: [
          { portMapping: { port: 8080, protocol: 'http' } },
          { portMapping: { port: 9090, protocol: 'tcp' } },
        ],
      },
    },
  ],
  virtualServices: [
    ...['a.local', 'b.local'].map((virtualServiceName) => ({
      virtualServiceName,
      spec: { provider: { virtualRouter: { virtualRouterName: 'router' } } },
    })),
    { virtualServiceName: 'c.local', spec: { provider: { virtualNode: { virtualNodeName: 'green' } } } },
  ],
}

const action = (blue: number, green: number) => ({
  weightedTargets: [
    { virtualNode: 'blue', weight: blue },
    { virtualNode: 'green', weight: green },
  ],
})

const route = (name: string, spec: RouteSpec) => ({
  kind: 'put' as const,
  resource: resource('route', MESH, name, spec, 'router'),
})
const http = (prefix: string, blue: number, green: number) =>
  route('web', { httpRoute: { match: { prefix }, action: action(blue, green) } })
const tcp = (blue: number, green: number) => route('wire', { tcpRoute: { action: action(blue, green) } })
const remove = (name: string) => ({
  kind: 'remove' as const,
  ref: { kind: 'route' as const, meshOwner: ACCOUNT, meshName: MESH, parentName: 'router', name },
})

const STEPS = [
  [http('/', 1, 1), tcp(1, 1)],
  [http('/', 9, 1)],
  [http('/other', 9, 1)],
  [tcp(1, 9)],
  [http('/other', 1, 0), tcp(3, 4)],
  [remove('wire')],
  [tcp(5, 5), http('/', 2, 3)],
  [remove('web')],
  [http('/', 1, 1)],
]

function configOf(view: MeshView, name: string, memo: Memo): ProxyConfig {
  return translate(view, { kind: 'virtualNode', meshOwner: ACCOUNT, meshName: MESH, name }, { dialect: BASELINE, memo })
}

describe('a change of routes', () => {
  for (const name of ['plain', 'choosy'])
    it(`gives ${name === 'plain' ? 'a proxy' : 'a proxy with clusters of its own'} what it would have from scratch`, () => {
      const memo = createMemo()
      let view = viewOf(INPUT)
      let before = configOf(view, name, memo)
      for (const [step, changes] of STEPS.entries()) {
        view = applyChanges(view, changes, step + 2)
        const config = configOf(view, name, memo)
        assert.deepEqual(config, configOf(view, name, createMemo()), `step ${step}`)
        assert.notDeepEqual(config, before, `step ${step}`)
        before = config
      }
    })

  it('leaves what it does not concern as it is, down to the objects', () => {
    const memo = createMemo()
    const first = applyChanges(viewOf(INPUT), [http('/', 1, 1)], 2)
    const before = configOf(first, 'plain', memo)
    const after = configOf(applyChanges(first, [http('/', 9, 1)], 3), 'plain', memo)
    assert.equal(after.clusters, before.clusters)
    assert.equal(after.listeners, before.listeners)
    assert.notEqual(after.routes, before.routes)
    assert.equal(configOf(first, 'plain', memo).clusters, before.clusters)
  })
})
