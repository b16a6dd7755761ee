import assert from 'node:assert/strict'
import { encodeMessage, encodeResource } from '../../src/codec/encode.js'
import { lookupType } from '../../src/codec/root.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import type { Cluster, RouteConfiguration } from '../../src/envoy/types.js'
import { bool, struct } from '../../src/envoy/wrappers.js'
import {
  aggregateStats,
  sampleAssignment,
  sampleChain,
  sampleCluster,
  sampleListener,
  sampleProxy,
  sampleRoutes,
  sampleVirtualHost,
} from './sample.js'

/** As protobufjs reads it. */
function decode(typeUrl: string, bytes: Uint8Array): unknown {
  const type = lookupType(typeUrl)
  return type.toObject(type.decode(bytes), { json: true, longs: String, enums: String, defaults: true })
}

/** As protobufjs writes and reads it: slower, and without a word about mistakes, but not ours. */
function reference(typeUrl: string, message: object): unknown {
  const type = lookupType(typeUrl)
  return decode(typeUrl, type.encode(type.fromObject(message)).finish())
}

describe('encodeResource', () => {
  it('writes what protobufjs would', () => {
    for (const { typeUrl, message } of sampleProxy(3)) {
      assert.deepEqual(decode(typeUrl, encodeResource(typeUrl, message as never).bytes), reference(typeUrl, message))
    }
  })

  it('names the resource by the name of its type', () => {
    assert.equal(encodeResource(TYPE_URL.cluster, sampleCluster(1)).name, 'cds_egress_sample-mesh_backend-1_http_8080')
    assert.equal(
      encodeResource(TYPE_URL.clusterLoadAssignment, sampleAssignment(2)).name,
      'cds_egress_sample-mesh_backend-2_http_8080',
    )
  })

  it('has a version that follows from the content alone', () => {
    const version = (change: Partial<Cluster>): string =>
      encodeResource(TYPE_URL.cluster, { ...sampleCluster(1), ...change }).version
    assert.match(version({}), /^[0-9a-f]{16}$/)
    assert.equal(version({ respect_dns_ttl: false }), version({}))
    assert.notEqual(version({ respect_dns_ttl: true }), version({}))
    assert.notEqual(version({ common_lb_config: {} }), version({}))
  })

  it('keeps the version of a content from release to release', () => {
    const { version } = encodeResource(TYPE_URL.cluster, { name: 'c', type: 'EDS', metadata: aggregateStats([]) })
    assert.equal(version, '91f97d70211ee914')
  })

  it('does not depend on the order of members or of map keys', () => {
    const keys = ['b', 'a', '10', '9', 'ä', 'B']
    const given = (order: string[]): Cluster => ({
      name: 'c',
      metadata: { filter_metadata: Object.fromEntries(order.map((key) => [key, struct({ [key]: key, z: 1, y: 2 })])) },
    })
    const { bytes } = encodeResource(TYPE_URL.cluster, given(keys))
    const other = given([...keys].reverse())
    const reversed = Object.fromEntries(Object.entries(other).reverse()) as Cluster
    assert.deepEqual(encodeMessage(TYPE_URL.cluster, reversed), bytes)
  })

  it('answers the same object with the same resource, and an equal one too', () => {
    const cluster = sampleCluster(4)
    const resource = encodeResource(TYPE_URL.cluster, cluster)
    assert.equal(encodeResource(TYPE_URL.cluster, cluster), resource)
    assert.equal(encodeResource(TYPE_URL.cluster, sampleCluster(4)), resource)
    assert.notEqual(encodeResource(TYPE_URL.cluster, { ...cluster, name: 'other' }), resource)
  })

  it('does not mix up types that look alike', () => {
    const named = { name: 'same' }
    const cluster = encodeResource(TYPE_URL.cluster, named)
    const listener = encodeResource(TYPE_URL.listener, named)
    assert.deepEqual(cluster.bytes, listener.bytes)
    assert.deepEqual([cluster.typeUrl, listener.typeUrl], [TYPE_URL.cluster, TYPE_URL.listener])
    assert.equal(encodeResource(TYPE_URL.cluster, named).typeUrl, TYPE_URL.cluster)
  })

  it('refuses what does not fit, saying which resource and where', () => {
    const host: object = { name: 'v', domain: ['*'] }
    const broken: RouteConfiguration = { name: 'r', virtual_hosts: [host] }
    assert.throws(() => encodeResource(TYPE_URL.routeConfiguration, broken), {
      name: 'EncodeError',
      message:
        'type.googleapis.com/envoy.config.route.v3.RouteConfiguration "r" does not fit its type: ' +
        'virtual_hosts[0].domain: no such field in envoy.config.route.v3.VirtualHost',
    })
    assert.throws(() => encodeResource(TYPE_URL.cluster, {}), {
      message: `${TYPE_URL.cluster}: a resource without a name`,
    })
    const { bytes } = encodeResource(TYPE_URL.cluster, { name: 'next' })
    assert.deepEqual(decode(TYPE_URL.cluster, bytes), reference(TYPE_URL.cluster, { name: 'next' }))
  })
})

describe('shared parts', () => {
  /** Counts how often the object is read: an encoding reads every part that was not encoded before. */
  function counted<T extends object>(object: T): { object: T; reads: () => number } {
    let reads = 0
    const proxy = new Proxy(object, {
      get: (target, key, receiver): unknown => {
        reads++
        return Reflect.get(target, key, receiver)
      },
    })
    return { object: proxy, reads: () => reads }
  }

  it('encodes a virtual host once for all route configurations that have it', () => {
    const host = counted(sampleVirtualHost(1))
    const first = encodeMessage(TYPE_URL.routeConfiguration, { name: 'a', virtual_hosts: [host.object] })
    const reads = host.reads()
    assert.ok(reads > 0)
    const second = { name: 'b', virtual_hosts: [sampleVirtualHost(2), host.object] }
    const bytes = encodeMessage(TYPE_URL.routeConfiguration, second)
    assert.equal(host.reads(), reads)
    assert.deepEqual(decode(TYPE_URL.routeConfiguration, bytes), reference(TYPE_URL.routeConfiguration, second))
    assert.ok(Buffer.from(bytes).includes(Buffer.from(first.subarray(-300))))
  })

  it('encodes a filter chain once for all listeners that have it', () => {
    const chain = counted(sampleChain(8080))
    encodeMessage(TYPE_URL.listener, sampleListener([chain.object]))
    const reads = chain.reads()
    const second = sampleListener([sampleChain(1), chain.object, chain.object])
    const bytes = encodeMessage(TYPE_URL.listener, second)
    assert.equal(chain.reads(), reads)
    assert.deepEqual(decode(TYPE_URL.listener, bytes), reference(TYPE_URL.listener, second))
  })

  it('gives the same bytes whether parts were known or not', () => {
    const hosts = [sampleVirtualHost(1), sampleVirtualHost(2)]
    encodeMessage(TYPE_URL.routeConfiguration, sampleRoutes([...hosts].reverse()))
    assert.deepEqual(
      encodeMessage(TYPE_URL.routeConfiguration, sampleRoutes(hosts)),
      encodeMessage(TYPE_URL.routeConfiguration, sampleRoutes([sampleVirtualHost(1), sampleVirtualHost(2)])),
    )
  })
})

describe('encodeMessage', () => {
  const cases: { name: string; type: string; given: object; expect: string }[] = [
    { name: 'an empty message', type: 'google.protobuf.Empty', given: {}, expect: '' },
    { name: 'a default without presence', type: 'google.protobuf.BoolValue', given: bool(false), expect: '' },
    { name: 'a default inside a oneof', type: 'google.protobuf.Value', given: { boolValue: false }, expect: '2000' },
    { name: 'an empty text inside a oneof', type: 'google.protobuf.Value', given: { stringValue: '' }, expect: '1a00' },
    {
      name: 'the largest uint32',
      type: 'google.protobuf.UInt32Value',
      given: { value: 4294967295 },
      expect: '08ffffffff0f',
    },
    {
      name: 'a negative int32',
      type: 'google.protobuf.Int32Value',
      given: { value: -1 },
      expect: '08ffffffffffffffffff01',
    },
    {
      name: 'a negative int64',
      type: 'google.protobuf.Int64Value',
      given: { value: -2 },
      expect: '08feffffffffffffffff01',
    },
    {
      name: 'an int64 beyond 32 bits',
      type: 'google.protobuf.Int64Value',
      given: { value: 2 ** 40 },
      expect: '08808080808020',
    },
    {
      name: 'the largest int64',
      type: 'google.protobuf.Int64Value',
      given: { value: '9223372036854775807' },
      expect: '08ffffffffffffffff7f',
    },
    { name: 'a double', type: 'google.protobuf.DoubleValue', given: { value: 1.5 }, expect: '09000000000000f83f' },
    { name: 'a float', type: 'google.protobuf.FloatValue', given: { value: 1.5 }, expect: '0d0000c03f' },
    {
      name: 'infinity',
      type: 'google.protobuf.DoubleValue',
      given: { value: 'Infinity' },
      expect: '09000000000000f07f',
    },
    {
      name: 'text beyond ASCII',
      type: 'google.protobuf.StringValue',
      given: { value: 'é€' },
      expect: '0a05c3a9e282ac',
    },
    { name: 'bytes from base64', type: 'google.protobuf.BytesValue', given: { value: 'AQI=' }, expect: '0a020102' },
    {
      name: 'a packed list',
      type: 'envoy.config.route.v3.RetryPolicy',
      given: { retriable_status_codes: [1, 300] },
      expect: '3a0301ac02',
    },
    {
      name: 'an empty list',
      type: 'envoy.config.route.v3.RetryPolicy',
      given: { retriable_status_codes: [] },
      expect: '',
    },
    {
      name: 'an empty message in a field',
      type: 'envoy.config.core.v3.ConfigSource',
      given: { ads: {} },
      expect: '1a00',
    },
  ]
  for (const { name, type, given, expect } of cases) {
    it(name, () => assert.equal(Buffer.from(encodeMessage(type, given)).toString('hex'), expect))
  }

  for (const length of [47, 48, 127, 128, 16383, 16384, 2097152]) {
    it(`text of ${length} bytes, nested`, () => {
      const given = { stringValue: 'x'.repeat(length) }
      const nested = { listValue: { values: [given, { structValue: { fields: { k: given } } }] } }
      assert.deepEqual(
        decode('google.protobuf.Value', encodeMessage('google.protobuf.Value', nested)),
        reference('google.protobuf.Value', nested),
      )
    })
  }
})
