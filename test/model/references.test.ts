import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applyChanges, buildMeshView } from '../../src/model/mesh-view.js'
import { changeKey, dependenciesOf, referencesOf, refKey, resolveBackend } from '../../src/model/references.js'
import type { Kind, Resource, ResourceRef, SpecByKind } from '../../src/model/resource.js'
import { OWNER, refOf, resourceOf } from './sample.js'

const mesh = resourceOf({ kind: 'mesh', meshOwner: OWNER, meshName: 'm', name: 'm' }, {})
const backends = (...names: string[]) => names.map((name) => ({ virtualService: { virtualServiceName: name } }))
const node = (name: string, ...names: string[]) =>
  resourceOf(refOf('virtualNode', name), { backends: backends(...names) })
const router = (name: string) => resourceOf(refOf('virtualRouter', name), {})
const service = (name: string, provider?: SpecByKind['virtualService']['provider']) =>
  resourceOf(refOf('virtualService', name), provider ? { provider } : {})
const byRouter = (name: string) => ({ virtualRouter: { virtualRouterName: name } })
const byNode = (name: string) => ({ virtualNode: { virtualNodeName: name } })
const targets = (...names: string[]) => ({
  action: { weightedTargets: names.map((name) => ({ virtualNode: name, weight: 1 })) },
})
const route = (routerName: string, name: string, ...names: string[]) =>
  resourceOf(refOf('route', name, routerName), { httpRoute: { match: { prefix: '/' }, ...targets(...names) } })
const gateway = (name: string) => resourceOf(refOf('virtualGateway', name), { listeners: [] })
const gatewayRoute = (gatewayName: string, name: string, target: string) =>
  resourceOf(refOf('gatewayRoute', name, gatewayName), {
    grpcRoute: { match: {}, action: { target: { virtualService: { virtualServiceName: target } } } },
  })

describe('refKey', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '/', '%', '2', 'F', 'route'), minLength: 1, maxLength: 6 })
  const kind = fc.constantFrom<Kind>('virtualNode', 'virtualRouter', 'route', 'gatewayRoute')
  const anyRef = fc
    .tuple(kind, name, name, name)
    .map(([kind, meshName, parentName, name]): ResourceRef =>
      kind === 'route' || kind === 'gatewayRoute'
        ? { kind, meshOwner: OWNER, meshName, parentName, name }
        : { kind, meshOwner: OWNER, meshName, name },
    )

  it('differs for different places, whatever the names are', () => {
    fc.assert(
      fc.property(anyRef, anyRef, (a, b) => {
        assert.equal(refKey(a) === refKey(b), JSON.stringify(a) === JSON.stringify(b))
      }),
      { numRuns: 2000 },
    )
  })

  it('does not depend on the order of members, and tells owners apart', () => {
    const { name, meshName, meshOwner, kind } = refOf('virtualNode', 'n')
    assert.equal(refKey({ name, meshName, meshOwner, kind }), 'virtualNode/123456789012/m/n')
    assert.notEqual(refKey({ name, meshName, meshOwner: '000000000000', kind }), refKey(refOf('virtualNode', 'n')))
  })
})

describe('changeKey', () => {
  it('is the parent of a route or gateway route, and the resource itself else', () => {
    assert.equal(changeKey(refOf('route', 'x', 'r')), refKey(refOf('virtualRouter', 'r')))
    assert.equal(changeKey(refOf('gatewayRoute', 'x', 'g')), refKey(refOf('virtualGateway', 'g')))
    assert.equal(changeKey(refOf('virtualNode', 'n')), refKey(refOf('virtualNode', 'n')))
    assert.equal(changeKey(mesh.ref), refKey(mesh.ref))
  })
})

describe('resolveBackend', () => {
  const arn = (meshName: string) => `arn:aws:appmesh:us-east-1:210987654321:mesh/${meshName}/virtualService/s`
  const cases = [
    { name: 'a name', given: 's', expect: refOf('virtualService', 's') },
    {
      name: 'the ARN of a service of this mesh, whoever owns it',
      given: arn('m'),
      expect: refOf('virtualService', 's'),
    },
    {
      name: 'the ARN of a service of another mesh',
      given: arn('o'),
      expect: { kind: 'virtualService', meshOwner: '210987654321', meshName: 'o', name: 's' },
    },
    {
      name: 'a name that looks like a path',
      given: 'mesh/m/virtualService/s',
      expect: refOf('virtualService', 'mesh/m/virtualService/s'),
    },
  ]
  for (const { name, given, expect } of cases) {
    it(`reads ${name}`, () => assert.deepEqual(resolveBackend(mesh.ref, given), expect))
  }
})

describe('referencesOf', () => {
  const cases: { name: string; given: Resource; expect: ResourceRef[] }[] = [
    { name: 'a mesh', given: mesh, expect: [] },
    { name: 'a node without backends', given: resourceOf(refOf('virtualNode', 'n'), {}), expect: [] },
    {
      name: 'a node: its backends, each once',
      given: node('n', 'b', 'a', 'b'),
      expect: [refOf('virtualService', 'b'), refOf('virtualService', 'a')],
    },
    { name: 'a router', given: router('r'), expect: [] },
    {
      name: 'a route: its targets, not its router',
      given: route('r', 'x', 'n1', 'n2', 'n1'),
      expect: [refOf('virtualNode', 'n1'), refOf('virtualNode', 'n2')],
    },
    ...(['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'] as const).map((type) => ({
      name: `a route of type ${type}`,
      given: resourceOf(refOf('route', 'x', 'r'), { [type]: { match: {}, ...targets('n') } }),
      expect: [refOf('virtualNode', 'n')],
    })),
    { name: 'a service without provider', given: service('s'), expect: [] },
    { name: 'a service provided by a node', given: service('s', byNode('n')), expect: [refOf('virtualNode', 'n')] },
    {
      name: 'a service provided by a router',
      given: service('s', byRouter('r')),
      expect: [refOf('virtualRouter', 'r')],
    },
    { name: 'a gateway', given: gateway('g'), expect: [] },
    { name: 'a gateway route', given: gatewayRoute('g', 'x', 's'), expect: [refOf('virtualService', 's')] },
    { name: 'a gateway route without type', given: resourceOf(refOf('gatewayRoute', 'x', 'g'), {}), expect: [] },
  ]
  for (const { name, given, expect } of cases) {
    it(name, () => assert.deepEqual(referencesOf(given), expect))
  }
})

describe('dependenciesOf', () => {
  const resources = [
    mesh,
    node('web', 'direct', 'routed', 'empty', 'ghost', 'lost'),
    node('cart', 'routed'),
    node('cart2'),
    node('other'),
    service('direct', byNode('cart')),
    service('routed', byRouter('r')),
    service('empty'),
    service('lost', byRouter('gone')),
    service('unused', byNode('other')),
    router('r'),
    route('r', 'x', 'cart', 'cart2'),
    route('r', 'y', 'missing'),
    route('r2', 'z', 'other'),
    gateway('g'),
    gatewayRoute('g', 'x', 'routed'),
    gatewayRoute('g', 'y', 'nowhere'),
    gatewayRoute('g2', 'x', 'unused'),
  ]
  const view = buildMeshView(resources, 1)
  const web = [
    mesh.ref,
    refOf('virtualNode', 'web'),
    refOf('virtualService', 'direct'),
    refOf('virtualService', 'routed'),
    refOf('virtualService', 'empty'),
    refOf('virtualService', 'ghost'),
    refOf('virtualService', 'lost'),
    refOf('virtualNode', 'cart'),
    refOf('virtualRouter', 'r'),
    refOf('virtualRouter', 'gone'),
    refOf('virtualNode', 'cart2'),
    refOf('virtualNode', 'missing'),
  ]
  const cases = [
    { name: 'a node with backends of every sort', given: refOf('virtualNode', 'web'), expect: web },
    {
      name: 'a node without backends',
      given: refOf('virtualNode', 'other'),
      expect: [mesh.ref, refOf('virtualNode', 'other')],
    },
    {
      name: 'a node that does not exist yet',
      given: refOf('virtualNode', 'new'),
      expect: [mesh.ref, refOf('virtualNode', 'new')],
    },
    {
      name: 'a gateway',
      given: refOf('virtualGateway', 'g'),
      expect: [
        mesh.ref,
        refOf('virtualGateway', 'g'),
        refOf('virtualService', 'routed'),
        refOf('virtualService', 'nowhere'),
        refOf('virtualRouter', 'r'),
        refOf('virtualNode', 'cart'),
        refOf('virtualNode', 'cart2'),
        refOf('virtualNode', 'missing'),
      ],
    },
  ] as const
  for (const { name, given, expect } of cases) {
    it(name, () => assert.deepEqual([...dependenciesOf(view, given)].sort(), expect.map(refKey).sort()))
  }

  it('follows a change of the mesh', () => {
    const moved = applyChanges(view, [{ kind: 'put', resource: service('empty', byNode('other')) }], 2)
    assert.ok(dependenciesOf(moved, refOf('virtualNode', 'web')).has(refKey(refOf('virtualNode', 'other'))))
  })

  it('does not take a service of another mesh for one of this mesh', () => {
    const foreign = node('web', 'arn:aws:appmesh:us-east-1:123456789012:mesh/o/virtualService/routed')
    const keys = dependenciesOf(applyChanges(view, [{ kind: 'put', resource: foreign }], 2), foreign.ref)
    assert.deepEqual([...keys].sort(), [
      'mesh/123456789012/m/m',
      'virtualNode/123456789012/m/web',
      'virtualService/123456789012/o/routed',
    ])
  })
})
