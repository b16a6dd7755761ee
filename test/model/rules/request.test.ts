import assert from 'node:assert/strict'
import { completeSpec } from '../../../src/model/complete.js'
import { CreateMeshInput } from '../../../src/model/mesh.js'
import { DescribeMeshInput, TagResourceInput } from '../../../src/model/requests.js'
import { CreateVirtualRouterInput } from '../../../src/model/virtual-router.js'
import { CreateVirtualServiceInput } from '../../../src/model/virtual-service.js'
import { judge } from '../sample.js'

const mesh = (more: object) => ({ meshName: 'm', ...more })
const service = (virtualServiceName: string, spec: object = {}) => ({ meshName: 'm', virtualServiceName, spec })
const TOKEN = 'clientToken must have 1 to 36 characters, each a letter, a digit, - or _'
const PROVIDER = 'spec.provider must have exactly one of virtualNode, virtualRouter'

describe('rules for requests', () => {
  const cases = [
    { name: 'a name of any characters', schema: CreateMeshInput, given: mesh({ meshName: "a b/c:é*'(~!" }) },
    {
      name: 'a name with an unpaired surrogate',
      schema: CreateMeshInput,
      given: mesh({ meshName: 'a\ud800b' }),
      expect: 'meshName must be well-formed Unicode, but has an unpaired surrogate',
    },
    { name: 'a name with a surrogate pair', schema: CreateMeshInput, given: mesh({ meshName: '\ud83d\ude00' }) },
    {
      name: 'a name with NUL',
      schema: CreateMeshInput,
      given: mesh({ meshName: 'a\0' }),
      expect: 'meshName must not have a NUL character',
    },
    { name: 'a token of 36', schema: CreateMeshInput, given: mesh({ clientToken: 'aZ09-_'.repeat(6) }) },
    { name: 'a token of 37', schema: CreateMeshInput, given: mesh({ clientToken: 'a'.repeat(37) }), expect: TOKEN },
    { name: 'a token with a dot', schema: CreateMeshInput, given: mesh({ clientToken: 'a.b' }), expect: TOKEN },
    { name: 'a token with a line break', schema: CreateMeshInput, given: mesh({ clientToken: 'a\n' }), expect: TOKEN },
    { name: 'an empty token', schema: CreateMeshInput, given: mesh({ clientToken: '' }), expect: TOKEN },
    { name: 'an account', schema: DescribeMeshInput, given: mesh({ meshOwner: '123456789012' }) },
    {
      name: 'an account that is no number',
      schema: DescribeMeshInput,
      given: mesh({ meshOwner: '12345678901x' }),
      expect: 'meshOwner must be an account of 12 digits',
    },
    {
      name: 'tags with keys that differ in case',
      schema: CreateMeshInput,
      given: mesh({
        tags: [
          { key: 'k', value: '' },
          { key: 'K', value: '' },
        ],
      }),
    },
    {
      name: 'a tag twice',
      schema: CreateMeshInput,
      given: mesh({
        tags: [
          { key: 'k', value: 'a' },
          { key: 'k', value: 'a' },
        ],
      }),
      expect: 'tags[1].key must not be given twice: k',
    },
    {
      name: "AWS's own tag",
      schema: TagResourceInput,
      given: { resourceArn: 'a', tags: [{ key: 'AWS:x', value: '' }] },
      expect: 'tags[0].key must not begin with aws:, which is reserved',
    },
    {
      name: 'a tag that has aws inside',
      schema: TagResourceInput,
      given: { resourceArn: 'a', tags: [{ key: 'x-aws:', value: '' }] },
    },
    {
      name: 'an unpaired surrogate deep in a spec',
      schema: CreateVirtualServiceInput,
      given: service('s', { provider: { virtualNode: { virtualNodeName: '\udc00' } } }),
      expect: 'spec.provider.virtualNode.virtualNodeName must be well-formed Unicode, but has an unpaired surrogate',
    },
    { name: 'a service without provider', schema: CreateVirtualServiceInput, given: service('s.local') },
    {
      name: 'a service of two lines',
      schema: CreateVirtualServiceInput,
      given: service('a\nb'),
      expect: 'virtualServiceName must not have line breaks',
    },
    {
      name: 'a provider that is none',
      schema: CreateVirtualServiceInput,
      given: service('s', { provider: {} }),
      expect: `${PROVIDER}; none is given`,
    },
    {
      name: 'two providers',
      schema: CreateVirtualServiceInput,
      given: service('s', {
        provider: { virtualNode: { virtualNodeName: 'n' }, virtualRouter: { virtualRouterName: 'r' } },
      }),
      expect: `${PROVIDER}; virtualNode and virtualRouter are given`,
    },
    {
      name: 'a router without listeners',
      schema: CreateVirtualRouterInput,
      given: { meshName: 'm', virtualRouterName: 'r', spec: {} },
    },
    {
      name: 'a router with two listeners on one port',
      schema: CreateVirtualRouterInput,
      given: {
        meshName: 'm',
        virtualRouterName: 'r',
        spec: { listeners: ['http', 'tcp'].map((protocol) => ({ portMapping: { port: 80, protocol } })) },
      },
      expect: "spec.listeners[1].portMapping.port must differ from every other listener's, but 80 is used twice",
    },
  ]
  for (const { name, schema, given, expect = 'ok' } of cases) {
    it(name, () => assert.equal(judge(schema, given), expect))
  }
})

describe('completeSpec', () => {
  const check = {
    protocol: 'http' as const,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    intervalMillis: 5000,
    timeoutMillis: 2000,
  }
  const listener = (healthCheck?: object) => ({
    portMapping: { port: 8080, protocol: 'http' as const },
    ...(healthCheck ? { healthCheck: { ...check, ...healthCheck } } : {}),
  })

  it("gives a health check its listener's port, and nothing else", () => {
    const listeners = [listener({}), listener(), listener({ port: 9 })]
    for (const kind of ['virtualNode', 'virtualGateway'] as const) {
      assert.deepEqual(completeSpec(kind, { listeners, logging: {} }), {
        listeners: [listener({ port: 8080 }), listener(), listener({ port: 9 })],
        logging: {},
      })
    }
    assert.deepEqual(listeners[0], listener({}))
  })

  it('leaves every other spec as it is', () => {
    const router = { listeners: [listener()] }
    assert.equal(completeSpec('virtualRouter', router), router)
    for (const kind of ['mesh', 'virtualNode', 'route', 'virtualService'] as const) {
      assert.deepEqual(completeSpec(kind, {}), {})
    }
  })
})
