import assert from 'node:assert/strict'
import { ListMeshesInput, TagResourceInput } from '../../src/model/requests.js'
import { CreateRouteInput } from '../../src/model/route.js'
import { CreateVirtualNodeInput } from '../../src/model/virtual-node.js'
import { gatewayRouteInput, judge, listenerOf, nodeInput, routeInput } from './sample.js'

const check = {
  protocol: 'http',
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  intervalMillis: 5000,
  timeoutMillis: 2000,
}
const node = (spec: object) => ({ meshName: 'm', virtualNodeName: 'n', spec })

describe('texts for schema violations', () => {
  const cases = [
    {
      name: 'a number out of range',
      given: node({ listeners: [listenerOf(65536)] }),
      expect: 'spec.listeners[0].portMapping.port must be between 1 and 65535',
    },
    {
      name: 'an unknown enum value',
      given: node({ listeners: [listenerOf(1, 'https')] }),
      expect: 'spec.listeners[0].portMapping.protocol must be one of http, tcp, http2, grpc',
    },
    {
      name: 'a missing member, each by itself',
      given: nodeInput({ healthCheck: { protocol: 'http', healthyThreshold: 2 } }),
      expect:
        'spec.listeners[0].healthCheck.intervalMillis is required; spec.listeners[0].healthCheck.timeoutMillis is required; ' +
        'spec.listeners[0].healthCheck.unhealthyThreshold is required',
    },
    { name: 'a missing spec', given: { meshName: 'm', virtualNodeName: 'n' }, expect: 'spec is required' },
    {
      name: 'an empty name',
      given: { meshName: 'm', virtualNodeName: '', spec: {} },
      expect: 'virtualNodeName must have 1 to 255 characters',
    },
    {
      name: 'a name of 256 characters',
      given: { meshName: 'm', virtualNodeName: 'é'.repeat(256), spec: {} },
      expect: 'virtualNodeName must have 1 to 255 characters',
    },
    {
      name: 'a name of 255 characters that take two code units each',
      given: { meshName: 'm', virtualNodeName: '😀'.repeat(255), spec: {} },
      expect: 'ok',
    },
    { name: 'an object that is none', given: node([]), expect: 'spec must be an object' },
    { name: 'a list that is none', given: node({ listeners: {} }), expect: 'spec.listeners must be a list' },
    {
      name: 'null in a list',
      given: node({ listeners: [null] }),
      expect: 'spec.listeners[0] must be an object',
    },
    {
      name: 'a fraction',
      given: nodeInput({ healthCheck: { ...check, intervalMillis: 5000.5 } }),
      expect: 'spec.listeners[0].healthCheck.intervalMillis must be an integer',
    },
    {
      name: 'a number written as a text',
      given: node({ listeners: [listenerOf('80' as never)] }),
      expect: 'spec.listeners[0].portMapping.port must be an integer',
    },
    {
      name: 'a boolean that is none',
      given: node({ backendDefaults: { clientPolicy: { tls: { enforce: 'yes', validation: { trust: {} } } } } }),
      expect: 'spec.backendDefaults.clientPolicy.tls.enforce must be true or false',
    },
    {
      name: 'a pattern',
      given: node({
        serviceDiscovery: {
          awsCloudMap: { namespaceName: 'x', serviceName: 'y', attributes: [{ key: 'a b', value: 'v' }] },
        },
      }),
      expect: 'spec.serviceDiscovery.awsCloudMap.attributes[0].key must match the pattern ^[a-zA-Z0-9!-~]+$',
    },
    {
      name: 'an account of another length',
      given: { ...node({}), meshOwner: '1' },
      expect: 'meshOwner must have exactly 12 characters',
    },
  ]
  for (const { name, given, expect } of cases) {
    it(name, () => assert.equal(judge(CreateVirtualNodeInput, given), expect))
  }

  it('names both ends of a list size, whichever is broken', () => {
    const route = (count: number) =>
      routeInput({ tcpRoute: { action: { weightedTargets: Array(count).fill({ virtualNode: 'n', weight: 1 }) } } })
    const expect = 'spec.tcpRoute.action.weightedTargets must have 1 to 10 items'
    assert.equal(judge(CreateRouteInput, route(0)), expect)
    assert.equal(judge(CreateRouteInput, route(10)), 'ok')
    assert.equal(judge(CreateRouteInput, route(11)), expect)
  })

  it('names the greatest size alone where there is no least', () => {
    const tags = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' }))
    assert.equal(judge(TagResourceInput, { resourceArn: 'a', tags }), 'tags must have at most 50 items')
    const long = [{ key: 'k', value: 'v'.repeat(257) }]
    assert.equal(
      judge(TagResourceInput, { resourceArn: 'a', tags: long }),
      'tags[0].value must have at most 256 characters',
    )
  })

  it('covers query members', () => {
    assert.equal(judge(ListMeshesInput, { limit: 101 }), 'limit must be between 1 and 100')
    assert.equal(judge(ListMeshesInput, { limit: 0 }), 'limit must be between 1 and 100')
  })

  it('stops after a few problems and says that there are more', () => {
    const listeners = Array.from({ length: 7 }, () => listenerOf(0))
    const told = judge(CreateVirtualNodeInput, node({ listeners })).split('; ')
    assert.equal(told.length, 6)
    assert.equal(told[5], 'and more')
  })

  it('does not mind a request that is no object', () => {
    assert.equal(judge(CreateRouteInput, null), 'must be an object')
    assert.equal(judge(CreateRouteInput, gatewayRouteInput({})).includes('routeName is required'), true)
  })
})
