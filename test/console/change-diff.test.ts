import assert from 'node:assert/strict'
import { countLines, diffValues, foldLines, pairLines } from '../../src/console/data/change-diff.js'
import { changedName, changedPath, comparedParts, verbOf } from '../../src/console/data/change-texts.js'
import {
  buildCreateNamespace,
  buildCreateService,
  buildRegisterInstance,
  EMPTY_NAMESPACE,
  emptyService,
  memberOfError,
} from '../../src/console/data/cloud-map-forms.js'
import { formatAge, rejectionsOf, stateOfType, typeText } from '../../src/console/data/proxy-texts.js'

describe('change-diff', () => {
  it('tells lines that came and went, whatever the order of members', () => {
    const lines = diffValues({ b: 1, a: { c: 2, d: 3 } }, { a: { d: 4, c: 2 }, b: 1 })
    assert.deepEqual(
      lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text.trim()}`),
      ['removed "d": 3', 'added "d": 4'],
    )
    assert.deepEqual(countLines(lines), { added: 1, removed: 1 })
  })

  it('has nothing but additions when there was nothing before', () => {
    assert.ok(diffValues(undefined, { a: 1 }).every(({ kind }) => kind === 'added'))
    assert.ok(diffValues({ a: 1 }, undefined).every(({ kind }) => kind === 'removed'))
  })

  it('leaves out what is far from every change, and pairs what went with what came', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index)
    const lines = diffValues(numbers, [...numbers.slice(0, 29), 99])
    const folded = foldLines(lines)
    assert.deepEqual(folded[0], { kind: 'gap', count: 27 })
    const changed = pairLines(folded).find((pair) => !('count' in pair) && pair.before?.kind === 'removed')
    assert.ok(changed && !('count' in changed) && changed.after?.kind === 'added')
  })
})

describe('change-texts', () => {
  const ref = { kind: 'route', meshName: 'shop', meshOwner: '000000000000', parentName: 'cart-router', name: 'all' }
  const CASES = [
    { name: 'a create', given: { after: { spec: { a: 1 } } }, verb: 'created', path: true },
    { name: 'an update', given: { before: { spec: {} }, after: { spec: { a: 1 } } }, verb: 'updated', path: true },
    { name: 'a delete', given: { before: { spec: {} } }, verb: 'deleted', path: false },
    {
      name: 'a change of tags',
      given: { tagsBefore: [], tagsAfter: [{ key: 'a', value: 'b' }] },
      verb: 'tagged',
      path: true,
    },
  ] as const
  for (const { name, given, verb, path } of CASES) {
    it(`describes ${name}`, () => {
      const change = { operation: 'X', ref, ...given }
      assert.equal(verbOf(change), verb)
      assert.equal(changedName(change), 'cart-router / all')
      const expected = '/meshes/shop/virtual-routers/cart-router/routes/all'
      assert.equal(changedPath(change), path ? expected : undefined)
    })
  }

  it('compares specs without metadata, and tags where they were changed', () => {
    const change = {
      operation: 'X',
      ref,
      before: { version: 1, spec: { a: 1 } },
      after: { version: 2, spec: { a: 2 } },
    }
    assert.deepEqual(comparedParts(change), { before: { a: 1 }, after: { a: 2 } })
    const tagged = { operation: 'X', ref, tagsBefore: [], tagsAfter: [{ key: 'a', value: 'b' }] }
    assert.deepEqual(comparedParts(tagged), { before: { tags: {} }, after: { tags: { a: 'b' } } })
  })

  it('leads to things of Cloud Map by their ids', () => {
    const service = {
      operation: 'X',
      ref: { kind: 'service', name: 'srv-1', parentName: 'ns-1' },
      after: { name: 'cart' },
    }
    assert.equal(changedName(service), 'cart')
    assert.equal(changedPath(service), '/cloud-map/namespaces/ns-1/services/srv-1')
  })
})

describe('cloud-map-forms', () => {
  it('sends of a namespace what was filled in, by its type', () => {
    const form = { ...EMPTY_NAMESPACE, name: 'a.b', vpc: 'vpc-1', soaTtl: '30', tags: [{ key: 'k', value: 'v' }] }
    assert.deepEqual(buildCreateNamespace(form), {
      operation: 'CreateHttpNamespace',
      input: { Name: 'a.b', Tags: [{ Key: 'k', Value: 'v' }] },
    })
    assert.deepEqual(buildCreateNamespace({ ...form, type: 'DNS_PRIVATE', tags: [], creatorRequestId: 'r' }), {
      operation: 'CreatePrivateDnsNamespace',
      input: { Name: 'a.b', Vpc: 'vpc-1', Properties: { DnsProperties: { SOA: { TTL: 30 } } }, CreatorRequestId: 'r' },
    })
  })

  it('sends of a service its records and its health check', () => {
    const form = { ...emptyService('DNS_PRIVATE'), name: 'cart', failureThreshold: '2' }
    assert.deepEqual(buildCreateService({ ...form, healthCheck: 'custom', routingPolicy: 'WEIGHTED' }, 'ns-1').input, {
      Name: 'cart',
      NamespaceId: 'ns-1',
      DnsConfig: { RoutingPolicy: 'WEIGHTED', DnsRecords: [{ Type: 'A', TTL: 60 }] },
      HealthCheckCustomConfig: { FailureThreshold: 2 },
    })
    const route53 = {
      ...form,
      httpOnly: true,
      healthCheck: 'route53' as const,
      checkType: 'TCP' as const,
      resourcePath: '/x',
    }
    assert.deepEqual(buildCreateService(route53, 'ns-1').input, {
      Name: 'cart',
      NamespaceId: 'ns-1',
      Type: 'HTTP',
      HealthCheckConfig: { Type: 'TCP', FailureThreshold: 2 },
    })
  })

  it('leaves out attributes without a value', () => {
    const attributes = [
      { key: 'AWS_INSTANCE_IPV4', value: '10.0.0.1' },
      { key: 'AWS_INSTANCE_PORT', value: '' },
    ]
    assert.deepEqual(buildRegisterInstance({ id: 'i-1', attributes, creatorRequestId: '' }, 'srv-1').input, {
      ServiceId: 'srv-1',
      InstanceId: 'i-1',
      Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' },
    })
  })

  it('knows the member that an error begins with', () => {
    assert.equal(memberOfError('Name must match'), 'Name')
    assert.equal(memberOfError('Attributes.AWS_INSTANCE_IPV4 must be an IPv4 address'), 'Attributes')
    assert.equal(memberOfError('there is no such'), undefined)
  })
})

describe('proxy-texts', () => {
  const types = [
    { typeUrl: 'type.googleapis.com/envoy.config.cluster.v3.Cluster', state: 'SYNCED' as const },
    {
      typeUrl: 'type.googleapis.com/envoy.config.listener.v3.Listener',
      state: 'NACKED' as const,
      error: 'no such file',
      nackedVersion: 'abc',
      nackedAgeMillis: 1000,
    },
  ]
  it('has words for types, states and ages', () => {
    assert.deepEqual(typeText(types[0]!.typeUrl), { short: 'CDS', long: 'Clusters' })
    assert.equal(typeText('type.googleapis.com/a.b.Thing').short, 'Thing')
    assert.equal(stateOfType(types, 'LDS'), 'NACKED')
    assert.equal(stateOfType(types, 'RDS'), undefined)
    const ages = [0, 59_000, 60_000, 7_200_000, 200_000_000].map(formatAge)
    assert.deepEqual(ages, ['0s', '59s', '1m', '2h', '2d'])
  })

  it('tells rejections in full', () => {
    assert.deepEqual(rejectionsOf(types), [
      { type: 'Listeners', error: 'no such file', version: 'abc', ageMillis: 1000 },
    ])
  })
})
