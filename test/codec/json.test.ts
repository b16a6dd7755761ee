import assert from 'node:assert/strict'
import { encodeMessage, encodeResource } from '../../src/codec/encode.js'
import { fromJson, toJson, type Json } from '../../src/codec/json.js'
import { lookupType } from '../../src/codec/root.js'
import { checkStrict } from '../../src/codec/strict.js'
import { pack } from '../../src/envoy/pack.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import type { Listener } from '../../src/envoy/types.js'
import { bool, millis, seconds, struct, uint32 } from '../../src/envoy/wrappers.js'
import { sampleProxy } from './sample.js'

const P = 'google.protobuf'
const CLUSTER = 'envoy.config.cluster.v3.Cluster'

/** There and back: message → bytes → JSON → bytes. */
const cases: { name: string; type: string; message: object; json: Json }[] = [
  { name: 'whole seconds', type: `${P}.Duration`, message: seconds(15), json: '15s' },
  { name: 'milliseconds', type: `${P}.Duration`, message: millis(250), json: '0.250s' },
  { name: 'microseconds', type: `${P}.Duration`, message: millis(1000.5), json: '1.000500s' },
  { name: 'nanoseconds', type: `${P}.Duration`, message: { nanos: 1 }, json: '0.000000001s' },
  { name: 'no time', type: `${P}.Duration`, message: millis(0), json: '0s' },
  { name: 'negative time', type: `${P}.Duration`, message: { nanos: -5e8 }, json: '-0.500s' },
  { name: 'longer negative time', type: `${P}.Duration`, message: { seconds: -3, nanos: -5e8 }, json: '-3.500s' },
  {
    name: 'an instant',
    type: `${P}.Timestamp`,
    message: { seconds: 1e9, nanos: 5e6 },
    json: '2001-09-09T01:46:40.005Z',
  },
  { name: 'the epoch', type: `${P}.Timestamp`, message: {}, json: '1970-01-01T00:00:00Z' },
  { name: 'a BoolValue', type: `${P}.BoolValue`, message: bool(false), json: false },
  { name: 'a UInt32Value', type: `${P}.UInt32Value`, message: uint32(0), json: 0 },
  {
    name: 'an Int64Value',
    type: `${P}.Int64Value`,
    message: { value: '-9007199254740993' },
    json: '-9007199254740993',
  },
  { name: 'a StringValue', type: `${P}.StringValue`, message: { value: 'é' }, json: 'é' },
  { name: 'a BytesValue', type: `${P}.BytesValue`, message: { value: new Uint8Array([1, 2]) }, json: 'AQI=' },
  { name: 'a DoubleValue', type: `${P}.DoubleValue`, message: { value: 0.1 }, json: 0.1 },
  { name: 'not a number', type: `${P}.DoubleValue`, message: { value: NaN }, json: 'NaN' },
  { name: 'nothing', type: `${P}.Empty`, message: {}, json: {} },
  {
    name: 'a Struct',
    type: `${P}.Struct`,
    message: struct({ z: null, a: [1, 'x', { y: true }], b: {}, c: false, d: '', e: [] }),
    json: { a: [1, 'x', { y: true }], b: {}, c: false, d: '', e: [], z: null },
  },
  { name: 'an enum', type: CLUSTER, message: { type: 'EDS' }, json: { type: 'EDS' } },
  { name: 'the first of an enum in a oneof', type: CLUSTER, message: { type: 'STATIC' }, json: { type: 'STATIC' } },
  { name: 'the first of an enum elsewhere', type: CLUSTER, message: { lb_policy: 'ROUND_ROBIN' }, json: {} },
  {
    name: '64-bit integers',
    type: 'envoy.type.v3.Int64Range',
    message: { start: 1, end: '9007199254740993' },
    json: { start: '1', end: '9007199254740993' },
  },
  {
    name: 'wrappers and durations in fields',
    type: CLUSTER,
    message: { connect_timeout: seconds(0), per_connection_buffer_limit_bytes: uint32(0), common_lb_config: {} },
    json: { connect_timeout: '0s', per_connection_buffer_limit_bytes: 0, common_lb_config: {} },
  },
  {
    name: 'an Any',
    type: `${P}.Any`,
    message: pack(TYPE_URL.fileAccessLog, { path: '/dev/stdout' }),
    json: { '@type': TYPE_URL.fileAccessLog, path: '/dev/stdout' },
  },
  {
    name: 'an Any of a type with a form of its own',
    type: `${P}.Any`,
    message: { '@type': `type.googleapis.com/${P}.Duration`, ...millis(250) },
    json: { '@type': `type.googleapis.com/${P}.Duration`, value: '0.250s' },
  },
  { name: 'an empty Any', type: `${P}.Any`, message: {}, json: {} },
  { name: 'an empty BytesValue', type: `${P}.BytesValue`, message: {}, json: '' },
  {
    name: 'an Any of an unknown type without content',
    type: `${P}.Any`,
    message: { type_url: 'type.googleapis.com/envoy.Nothing' },
    json: { '@type': 'type.googleapis.com/envoy.Nothing', value: '' },
  },
  {
    name: 'an Any of an unknown type',
    type: `${P}.Any`,
    message: { type_url: 'type.googleapis.com/envoy.Nothing', value: new Uint8Array([8, 1]) },
    json: { '@type': 'type.googleapis.com/envoy.Nothing', value: 'CAE=' },
  },
]

describe('ProtoJSON', () => {
  for (const { name, type, message, json } of cases) {
    it(`of ${name}`, () => {
      const bytes = encodeMessage(type, message)
      assert.deepEqual(toJson(type, bytes), json)
      assert.deepEqual(encodeMessage(type, fromJson(type, json)), bytes)
    })
  }

  it('has its members in the order of field numbers, map keys sorted', () => {
    const listener: Listener = {
      traffic_direction: 'OUTBOUND',
      metadata: { filter_metadata: { b: struct({ z: 1, a: 2 }), a: struct({}) } },
      name: 'l',
    }
    assert.equal(
      JSON.stringify(toJson(encodeResource(TYPE_URL.listener, listener))),
      '{"name":"l","metadata":{"filter_metadata":{"a":{},"b":{"a":2,"z":1}}},"traffic_direction":"OUTBOUND"}',
    )
  })

  it('leaves out defaults that another encoder wrote', () => {
    const type = lookupType(CLUSTER)
    const bytes = type.encode(type.fromObject({ name: '', lb_policy: 'ROUND_ROBIN', respect_dns_ttl: false })).finish()
    assert.ok(bytes.length > 0)
    assert.deepEqual(toJson(CLUSTER, bytes), {})
  })

  it('brings every resource of a proxy there and back', () => {
    for (const { typeUrl, message } of sampleProxy(3)) {
      const resource = encodeResource(typeUrl, message as never)
      assert.deepEqual(encodeMessage(typeUrl, fromJson(typeUrl, toJson(resource))), resource.bytes)
    }
  })

  it('may be written in lowerCamelCase', () => {
    const json = { connectTimeout: '1s', outlierDetection: { consecutive5xx: 5, baseEjectionTime: '30s' } }
    assert.deepEqual(fromJson(CLUSTER, json), {
      connect_timeout: { seconds: 1, nanos: 0 },
      outlier_detection: { consecutive_5xx: { value: 5 }, base_ejection_time: { seconds: 30, nanos: 0 } },
    })
  })

  it('leaves what does not fit for the strict check to report', () => {
    const json = {
      connect_timeout: '15 s',
      nam: 'c',
      health_checks: 7,
      typed_extension_protocol_options: { x: { '@type': 'a/b', c: 1 } },
    }
    assert.deepEqual(checkStrict(CLUSTER, fromJson(CLUSTER, json)), [
      'connect_timeout: an object is expected',
      'health_checks: a list is expected',
      'typed_extension_protocol_options["x"].@type: no message type in proto/ has this type URL',
      'nam: no such field in envoy.config.cluster.v3.Cluster',
    ])
  })

  it('throws for bytes that are not of the type', () => {
    assert.throws(() => toJson(CLUSTER, new Uint8Array([0x0a, 0x7f])), /index out of range/)
    assert.throws(() => toJson('envoy.Nothing', new Uint8Array()), /no message type/)
  })
})
