/** Dependencies that are kept from view to view: always what `dependenciesOf` says, and the same object when that is the same. */
import assert from 'node:assert/strict'
import { resolveDependencies } from '../../src/control/dependencies.js'
import { applyChanges, buildMeshView, type ResourceChange } from '../../src/model/mesh-view.js'
import { dependenciesOf } from '../../src/model/references.js'
import type { Resource } from '../../src/model/resource.js'
import type { VirtualServiceProvider } from '../../src/model/virtual-service.js'
import { createMemo } from '../../src/translate/memo.js'
import { refOf, resourceOf } from '../model/sample.js'

const put = (resource: Resource): ResourceChange => ({ kind: 'put', resource })
const mesh = resourceOf({ ...refOf('mesh', 'm') }, {})

function node(name: string, ...backends: string[]): Resource {
  const virtualServices = backends.map((virtualServiceName) => ({ virtualService: { virtualServiceName } }))
  return resourceOf(refOf('virtualNode', name), { backends: virtualServices })
}

function service(name: string, provider?: VirtualServiceProvider): Resource {
  return resourceOf(refOf('virtualService', name), provider ? { provider } : {})
}

function route(router: string, name: string, weights: Readonly<Record<string, number>>): Resource {
  const weightedTargets = Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }))
  return resourceOf(refOf('route', name, router), { httpRoute: { match: {}, action: { weightedTargets } } })
}

const FOREIGN = 'arn:aws:appmesh:us-east-1:123456789012:mesh/o/virtualService/routed'
const view = buildMeshView(
  [
    mesh,
    node('web', 'routed', 'direct', 'ghost', FOREIGN),
    service('routed', { virtualRouter: { virtualRouterName: 'r' } }),
    service('direct', { virtualNode: { virtualNodeName: 'a' } }),
    route('r', 'x', { a: 1, b: 2 }),
  ],
  1,
)
const web = refOf('virtualNode', 'web')

const CASES: { name: string; given: ResourceChange; expect: 'same' | 'other' }[] = [
  { name: 'other weights', given: put(route('r', 'x', { a: 2, b: 1 })), expect: 'same' },
  { name: 'a resource that nobody uses', given: put(service('unused')), expect: 'same' },
  { name: 'another target', given: put(route('r', 'x', { a: 1, c: 2 })), expect: 'other' },
  { name: 'a route more', given: put(route('r', 'y', { d: 1 })), expect: 'other' },
  { name: 'no route any more', given: { kind: 'remove', ref: refOf('route', 'x', 'r') }, expect: 'other' },
  {
    name: 'another provider',
    given: put(service('direct', { virtualNode: { virtualNodeName: 'b2' } })),
    expect: 'other',
  },
  {
    name: 'a service that appears',
    given: put(service('ghost', { virtualRouter: { virtualRouterName: 'q' } })),
    expect: 'other',
  },
  { name: 'another backend', given: put(node('web', 'direct')), expect: 'other' },
  { name: 'the proxy gone', given: { kind: 'remove', ref: web }, expect: 'other' },
]

describe('resolveDependencies', () => {
  for (const { name, given, expect } of CASES) {
    it(`${name}: ${expect} set`, () => {
      const memo = createMemo()
      const before = resolveDependencies(view, web, memo)
      assert.deepEqual(before, dependenciesOf(view, web))
      const next = applyChanges(view, [given], 2)
      const after = resolveDependencies(next, web, memo)
      assert.deepEqual(after, dependenciesOf(next, web))
      assert.equal(after === before, expect === 'same')
    })
  }

  it('serves gateways too', () => {
    const gateway = refOf('virtualGateway', 'g')
    const spec = { httpRoute: { match: {}, action: { target: { virtualService: { virtualServiceName: 'routed' } } } } }
    const routed = applyChanges(view, [put(resourceOf(refOf('gatewayRoute', 'x', 'g'), spec))], 2)
    const memo = createMemo()
    const before = resolveDependencies(view, gateway, memo)
    assert.deepEqual(before, dependenciesOf(view, gateway))
    assert.deepEqual(resolveDependencies(routed, gateway, memo), dependenciesOf(routed, gateway))
  })
})
