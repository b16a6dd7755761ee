import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applyChanges, buildMeshView, type MeshView, type ResourceChange } from '../../src/model/mesh-view.js'
import { refKey } from '../../src/model/references.js'
import type { Resource, ResourceRef } from '../../src/model/resource.js'
import { OWNER, refOf, resourceOf } from './sample.js'

const mesh = resourceOf({ kind: 'mesh', meshOwner: OWNER, meshName: 'm', name: 'm' }, {})
const node = (name: string) => resourceOf(refOf('virtualNode', name), {})
const route = (router: string, name: string) => resourceOf(refOf('route', name, router), {})
const gatewayRoute = (gateway: string, name: string) => resourceOf(refOf('gatewayRoute', name, gateway), {})
const put = (resource: Resource): ResourceChange => ({ kind: 'put', resource })
const remove = (ref: ResourceRef): ResourceChange => ({ kind: 'remove', ref })

describe('buildMeshView', () => {
  it('files every kind in its place, wherever the mesh stands in the list', () => {
    const n = node('n')
    const r = resourceOf(refOf('virtualRouter', 'r'), {})
    const s = resourceOf(refOf('virtualService', 's'), {})
    const g = resourceOf(refOf('virtualGateway', 'g'), { listeners: [] })
    const x = route('r', 'x')
    const y = gatewayRoute('g', 'y')
    const view = buildMeshView([x, n, y, r, s, mesh, g], 7)
    assert.equal(view.revision, 7)
    assert.equal(view.mesh, mesh)
    assert.equal(view.virtualNodes.get('n'), n)
    assert.equal(view.virtualRouters.get('r'), r)
    assert.equal(view.virtualServices.get('s'), s)
    assert.equal(view.virtualGateways.get('g'), g)
    assert.equal(view.routes.get('r')?.get('x'), x)
    assert.equal(view.gatewayRoutes.get('g')?.get('y'), y)
  })

  it('needs the mesh', () => {
    assert.throws(() => buildMeshView([node('n')], 1), /needs its mesh/)
  })
})

describe('applyChanges', () => {
  const base = buildMeshView([mesh, node('a'), node('b'), route('r', 'x'), route('r', 'y'), route('q', 'x')], 1)

  it('leaves the old view as it was', () => {
    const next = applyChanges(
      base,
      [put(node('c')), remove(refOf('virtualNode', 'a')), remove(refOf('route', 'x', 'r'))],
      2,
    )
    assert.equal(base.revision, 1)
    assert.deepEqual([...base.virtualNodes.keys()], ['a', 'b'])
    assert.deepEqual([...base.routes.get('r')!.keys()], ['x', 'y'])
    assert.equal(next.revision, 2)
    assert.deepEqual([...next.virtualNodes.keys()], ['b', 'c'])
    assert.deepEqual([...next.routes.get('r')!.keys()], ['y'])
  })

  it('shares every collection and resource that did not change', () => {
    const changed = node('a')
    const next = applyChanges(base, [put(changed)], 2)
    assert.equal(next.virtualNodes.get('a'), changed)
    assert.equal(next.virtualNodes.get('b'), base.virtualNodes.get('b'))
    assert.equal(next.routes, base.routes)
    assert.equal(next.virtualServices, base.virtualServices)
    assert.equal(next.mesh, base.mesh)
  })

  it('shares the routes of other routers', () => {
    const next = applyChanges(base, [put(route('r', 'x'))], 2)
    assert.notEqual(next.routes.get('r'), base.routes.get('r'))
    assert.equal(next.routes.get('q'), base.routes.get('q'))
    assert.equal(next.gatewayRoutes, base.gatewayRoutes)
  })

  it('forgets a router with its last route', () => {
    const next = applyChanges(base, [remove(refOf('route', 'x', 'q'))], 2)
    assert.deepEqual([...next.routes.keys()], ['r'])
  })

  it('keeps routes and gateway routes of parents of one name apart', () => {
    const next = applyChanges(base, [put(gatewayRoute('r', 'x')), put(route('r', 'z'))], 2)
    assert.deepEqual([...next.routes.get('r')!.keys()], ['x', 'y', 'z'])
    assert.deepEqual([...next.gatewayRoutes.get('r')!.keys()], ['x'])
  })

  it('takes the last of several changes to one resource', () => {
    const [first, second] = [route('r', 'n'), route('r', 'n')]
    assert.equal(
      applyChanges(base, [put(first), put(second)], 2)
        .routes.get('r')
        ?.get('n'),
      second,
    )
    assert.equal(
      applyChanges(base, [put(first), remove(first.ref)], 2)
        .routes.get('r')
        ?.has('n'),
      false,
    )
    assert.equal(
      applyChanges(base, [remove(first.ref), put(first)], 2)
        .routes.get('r')
        ?.get('n'),
      first,
    )
  })

  it('replaces the mesh', () => {
    const other = resourceOf(mesh.ref, { egressFilter: { type: 'ALLOW_ALL' } })
    const next = applyChanges(base, [put(other)], 2)
    assert.equal(next.mesh, other)
    assert.equal(next.virtualNodes, base.virtualNodes)
  })

  it('does not mind removing what is not there', () => {
    const next = applyChanges(base, [remove(refOf('virtualNode', 'z')), remove(refOf('route', 'z', 'z'))], 2)
    assert.deepEqual(listOf(next), listOf(base))
  })

  it('comes to the same as building anew, for any series of changes', () => {
    const names = fc.constantFrom('a', 'b', 'c')
    const resource = fc.oneof(
      names.map(node),
      fc.tuple(names, names).map(([parent, name]) => route(parent, name)),
    )
    const change = fc.tuple(fc.boolean(), resource).map(([gone, it]) => (gone ? remove(it.ref) : put(it)))
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 6 }), (batches) => {
        let view = base
        const naive = new Map(listOf(base).map((one) => [refKey(one.ref), one]))
        for (const [index, batch] of batches.entries()) {
          view = applyChanges(view, batch, index + 2)
          for (const one of batch) {
            if (one.kind === 'put') naive.set(refKey(one.resource.ref), one.resource)
            else naive.delete(refKey(one.ref))
          }
        }
        assert.deepEqual(keysOf(view), [...naive.keys()].sort())
        for (const one of listOf(view)) assert.equal(one, naive.get(refKey(one.ref)))
      }),
    )
  })
})

function listOf(view: MeshView): Resource[] {
  const nested = [...view.routes.values(), ...view.gatewayRoutes.values()].flatMap((group): Resource[] => [
    ...group.values(),
  ])
  return [view.mesh, ...view.virtualNodes.values(), ...nested]
}

function keysOf(view: MeshView): string[] {
  return listOf(view)
    .map(({ ref }) => refKey(ref))
    .sort()
}
