/** Whatever fits a type arrives as it was sent, by protobufjs's reading, for every message type of proto/. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { encodeMessage } from '../../src/codec/encode.js'
import { fromJson, toJson } from '../../src/codec/json.js'
import { lookupType, root } from '../../src/codec/root.js'
import { checkStrict } from '../../src/codec/strict.js'

const RUNS = 30
const text = fc.string({ unit: 'binary', maxLength: 80 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

const SCALARS: Record<string, fc.Arbitrary<unknown>> = {
  string: text,
  bool: fc.boolean(),
  bytes: fc.uint8Array({ maxLength: 20 }),
  uint32: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 4294967295 })),
  int32: fc.integer(),
  int64: fc.oneof(fc.maxSafeInteger(), int64, int64.map(String)),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  double: fc.double().map(positiveZero),
  float: fc.float().map(positiveZero),
}

/** What has a form of its own in JSON has one for its valid values only. */
const VALID: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  '.google.protobuf.Duration': fc
    .record({ seconds: fc.nat(315576000000), nanos: fc.nat(999999999), sign: fc.constantFrom(1, -1) })
    .map(({ seconds, nanos, sign }) => ({ seconds: seconds * sign, nanos: nanos * sign })),
  '.google.protobuf.Timestamp': fc.record({ seconds: fc.nat(253402300799), nanos: fc.nat(999999999) }),
  '.google.protobuf.Value': fc.oneof(
    fc.constant({ nullValue: 'NULL_VALUE' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ numberValue: positiveZero(value) })),
    text.map((value) => ({ stringValue: value })),
    fc.boolean().map((value) => ({ boolValue: value })),
    fc.array(text).map((texts) => ({ listValue: { values: texts.map((value) => ({ stringValue: value })) } })),
    fc.dictionary(text, text).map((texts) => ({
      structValue: {
        fields: Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, { stringValue: value }])),
      },
    })),
  ),
}

/** Messages of a type; `depth` bounds those that hold others of their own kind. */
function messages(type: protobuf.Type, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  if (type.fullName === '.google.protobuf.Any') return packed()
  const valid = VALID[type.fullName]
  if (valid) return valid
  const loose = type.fieldsArray.filter((field) => !field.partOf)
  const fields = fc.record(Object.fromEntries(loose.map((field) => [field.name, values(field, depth)])), {
    requiredKeys: [],
  })
  const oneofs = type.oneofsArray.map((oneof) =>
    fc.option(
      fc.oneof(...oneof.fieldsArray.map((field) => values(field, depth).map((value) => ({ [field.name]: value })))),
      {
        nil: {},
      },
    ),
  )
  return fc.tuple(fields, ...oneofs).map((parts) => Object.assign({}, ...parts) as Record<string, unknown>)
}

function packed(): fc.Arbitrary<Record<string, unknown>> {
  const content = ['envoy.type.v3.Int64Range', 'envoy.config.core.v3.Pipe', 'google.protobuf.Empty']
  return fc.oneof(
    ...content.map((name) =>
      messages(lookupType(name)).map((message) => ({ '@type': `type.googleapis.com/${name}`, ...message })),
    ),
    fc.record({ type_url: fc.constant('example.org/unknown.Type'), value: SCALARS['bytes']! }),
  )
}

function values(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  field.resolve()
  const one = single(field, depth)
  if (field.map) return fc.dictionary(text, one, { maxKeys: 3 })
  return field.repeated ? fc.array(one, { maxLength: 3 }) : one
}

function single(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  const type = field.resolvedType
  if (type instanceof protobuf.Enum) return fc.constantFrom(...Object.keys(type.values), ...Object.values(type.values))
  if (type instanceof protobuf.Type) return depth > 2 ? fc.constant({}) : messages(type, depth + 1)
  return SCALARS[field.type]!
}

/** Every message type below `parent`, but the map entries that protobufjs does not show. */
function typesOf(parent: protobuf.NamespaceBase): protobuf.Type[] {
  return parent.nestedArray.flatMap((child) => {
    if (child instanceof protobuf.Type) return [child, ...typesOf(child)]
    return child instanceof protobuf.Namespace ? typesOf(child) : []
  })
}

function read(type: protobuf.Type, bytes: Uint8Array): unknown {
  return type.toObject(type.decode(bytes), { defaults: true, json: true, enums: String, longs: String })
}

/** -0 is another number than 0 to protobuf, but not to JSON. */
function positiveZero(value: number): number {
  return value + 0
}

/** protobufjs takes no bigint. */
function withoutBigInts(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(withoutBigInts)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const copy = Object.create(null) as Record<string, unknown>
  for (const [key, member] of Object.entries(value)) copy[key] = withoutBigInts(member)
  return copy
}

describe('every message type', () => {
  for (const type of typesOf(root)) {
    const name = type.fullName.slice(1)
    it(`${name} arrives as it was sent`, () => {
      fc.assert(
        fc.property(messages(type), (message) => {
          assert.deepEqual(checkStrict(name, message), [])
          const expected = type.encode(type.fromObject(withoutBigInts(message) as Record<string, unknown>)).finish()
          assert.deepEqual(read(type, encodeMessage(name, message)), read(type, expected))
        }),
        { numRuns: RUNS },
      )
    })
  }
})

describe('every message', () => {
  const types = ['Cluster', 'OutlierDetection'].map((name) => `envoy.config.cluster.v3.${name}`)
  const others = ['envoy.config.route.v3.RouteConfiguration', 'envoy.config.listener.v3.Listener']
  for (const name of [...types, ...others]) {
    it(`of ${name} is the same after ProtoJSON`, () => {
      fc.assert(
        fc.property(messages(lookupType(name)), (message) => {
          const bytes = encodeMessage(name, message)
          const json = JSON.parse(JSON.stringify(toJson(name, bytes))) as ReturnType<typeof toJson>
          assert.deepEqual(encodeMessage(name, fromJson(name, json)), bytes)
        }),
        { numRuns: RUNS },
      )
    })
  }
})
