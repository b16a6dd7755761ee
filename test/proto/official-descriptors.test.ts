/** proto/ is ours, but what it says must be what Envoy says: compared with the descriptors that @grpc/grpc-js-xds carries. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import protobuf from 'protobufjs'
import { root } from '../../src/codec/root.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import { differences } from './differences.js'

const require = createRequire(import.meta.url)
const DEPS = join(dirname(require.resolve('@grpc/grpc-js-xds/package.json')), 'deps')
const INCLUDES = [
  ...['envoy-api', 'googleapis', 'xds', 'protoc-gen-validate'].map((name) => join(DEPS, name)),
  dirname(require.resolve('protobufjs/package.json')),
]

/** Files that the descriptors lack: what they say is pinned below. */
const UNOFFICIAL: Readonly<Record<string, string>> = {
  'grpc/health/v1/health.proto': 'a gRPC protocol, not one of Envoy',
}

describe('proto/', () => {
  const files = ourFiles()
  let official: protobuf.Root

  before(() => {
    official = new protobuf.Root()
    official.resolvePath = (_origin, target) =>
      INCLUDES.map((include) => join(include, target)).find((path) => existsSync(path)) ?? target
    official.loadSync(
      files.filter((file) => !(file in UNOFFICIAL)),
      { keepCase: true },
    )
    official.resolveAll()
  })

  it('holds a subset of the official API: no name, number, type, label, oneof or file of its own', () => {
    const found = differences(root, official).filter((difference) => difference !== '.grpc is not official')
    assert.deepEqual(found, [])
  })

  it('is compared whole', () => {
    assert.ok(files.length >= 59, `${files.length} files`)
    assert.deepEqual(
      files.filter((file) => !INCLUDES.some((include) => existsSync(join(include, file)))),
      Object.keys(UNOFFICIAL),
    )
  })

  it('says of grpc.health.v1 what the gRPC health checking protocol says', () => {
    const [ours, official] = [root, parse(HEALTH)].map((parent) => parent.lookup('grpc') as protobuf.Namespace)
    assert.ok(ours && official)
    assert.deepEqual(differences(ours, official), [])
  })

  it('has every type that a type URL names', () => {
    for (const typeUrl of Object.values(TYPE_URL)) {
      assert.match(typeUrl, /^type\.googleapis\.com\/envoy\./)
      assert.ok(root.lookupType(typeUrl.slice(typeUrl.indexOf('/') + 1)))
    }
  })
})

/** The wire contract of the gRPC health checking protocol, version 1. */
const HEALTH = `
  syntax = "proto3";
  package grpc.health.v1;
  message HealthCheckRequest { string service = 1; }
  message HealthCheckResponse {
    enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
    ServingStatus status = 1;
  }
  service Health {
    rpc Check(HealthCheckRequest) returns (HealthCheckResponse);
    rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse);
  }
`

const BASE = 'syntax = "proto3"; package a; enum E { Z = 0; Y = 1; }'

describe('the comparison with the official API', () => {
  const OFFICIAL = `message M { string s = 1; repeated uint32 n = 2; map<string, E> m = 3; oneof o { E e = 4; M c = 5; } }
    message N {} service S { rpc R(stream M) returns (M); }`

  const cases = [
    { name: 'a subset', ours: 'message M { oneof o { E e = 4; } }', expect: [] },
    { name: 'a new message', ours: 'message P {}', expect: ['.a.P is not official'] },
    { name: 'a new field', ours: 'message M { string t = 1; }', expect: ['.a.M.t is not official'] },
    { name: 'a number', ours: 'message M { string s = 2; }', expect: ['.a.M.s: number 2, not 1'] },
    { name: 'a scalar type', ours: 'message M { bytes s = 1; }', expect: ['.a.M.s: bytes, not string'] },
    { name: 'a label', ours: 'message M { uint32 n = 2; }', expect: ['.a.M.n: uint32, not repeated uint32'] },
    {
      name: 'packing',
      ours: 'message M { repeated uint32 n = 2 [packed = false]; }',
      expect: ['.a.M.n: repeated uint32 unpacked, not repeated uint32'],
    },
    {
      name: 'a map value',
      ours: 'message M { map<string, M> m = 3; }',
      expect: ['.a.M.m: map<string, .a.M>, not map<string, .a.E>'],
    },
    { name: 'a member outside of its oneof', ours: 'message M { E e = 4; }', expect: ['.a.M.e: in no oneof, not o'] },
    { name: 'another oneof', ours: 'message M { oneof p { E e = 4; } }', expect: ['.a.M.e: in oneof p, not o'] },
    { name: 'presence', ours: 'message M { optional string s = 1; }', expect: ['.a.M.s: in oneof _s, not none'] },
    { name: 'a message that is an enum', ours: 'enum N { X = 0; }', expect: ['.a.N is not official'] },
    { name: 'a method', ours: 'message M {} service S { rpc T(M) returns (M); }', expect: ['.a.S.T is not official'] },
    {
      name: 'streaming',
      ours: 'message M {} service S { rpc R(M) returns (M); }',
      expect: ['.a.S.R: (.a.M) returns (.a.M), not (stream .a.M) returns (.a.M)'],
    },
  ]
  for (const { name, ours, expect } of cases) {
    it(`sees ${name}`, () =>
      assert.deepEqual(differences(parse(`${BASE} ${ours}`), parse(`${BASE} ${OFFICIAL}`)), expect))
  }

  it('sees an enum value', () => {
    assert.deepEqual(differences(parse(BASE.replace('Y = 1', 'Y = 2')), parse(BASE)), ['.a.E: Y = 2, not 1'])
  })
})

function parse(text: string): protobuf.Root {
  const { root: parsed } = protobuf.parse(text, new protobuf.Root(), { keepCase: true })
  parsed.resolveAll()
  return parsed
}

/** The files that make up proto/, in order. */
function ourFiles(): string[] {
  return root.files
    .filter((file) => !file.startsWith('google/protobuf/'))
    .map((file) => file.slice(file.lastIndexOf('/proto/') + '/proto/'.length))
    .sort()
}
