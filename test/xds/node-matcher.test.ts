import assert from 'node:assert/strict'
import { fromJson, type Json } from '../../src/codec/json.js'
import { lookupType } from '../../src/codec/root.js'
import { encodeMessage } from '../../src/codec/encode.js'
import type { ClientStatusRequest } from '../../src/codec/services.js'
import { MatcherError, parseNodeMatchers } from '../../src/xds/node-matcher.js'
import { NODE } from './harness.js'

const REQUEST = 'envoy.service.status.v3.ClientStatusRequest'

/** The matchers as they arrive: through the wire, from the JSON that people write. */
function decode(...node_matchers: Json[]): ClientStatusRequest['node_matchers'] {
  const type = lookupType(REQUEST)
  const bytes = encodeMessage(REQUEST, fromJson(REQUEST, { node_matchers }))
  const options = { defaults: true, enums: String, longs: Number }
  return (type.toObject(type.decode(bytes), options) as ClientStatusRequest).node_matchers
}

const node = {
  ...NODE,
  id: 'mesh/shop/virtualNode/front',
  metadata: { zone: 'a', deep: { list: ['x', 7], none: null, flag: true, number: 1.5 } },
}

const path = (...keys: string[]) => keys.map((key) => ({ key }))
const metadata = (keys: string[], value: Json): Json => ({ node_metadatas: [{ path: path(...keys), value }] })

describe('node matchers', () => {
  const cases: { name: string; given: Json[]; expect: boolean }[] = [
    { name: 'none match every node', given: [], expect: true },
    { name: 'an empty one matches every node', given: [{}], expect: true },
    { name: 'exact', given: [{ node_id: { exact: node.id } }], expect: true },
    { name: 'exact, but in other case', given: [{ node_id: { exact: node.id.toUpperCase() } }], expect: false },
    {
      name: 'exact in any case',
      given: [{ node_id: { exact: node.id.toUpperCase(), ignore_case: true } }],
      expect: true,
    },
    { name: 'prefix', given: [{ node_id: { prefix: 'mesh/shop/' } }], expect: true },
    { name: 'another prefix', given: [{ node_id: { prefix: 'shop/' } }], expect: false },
    { name: 'suffix', given: [{ node_id: { suffix: '/front' } }], expect: true },
    { name: 'suffix in any case', given: [{ node_id: { suffix: '/FRONT', ignore_case: true } }], expect: true },
    { name: 'contains', given: [{ node_id: { contains: 'virtualNode' } }], expect: true },
    { name: 'contains something else', given: [{ node_id: { contains: 'Gateway' } }], expect: false },
    { name: 'one of several', given: [{ node_id: { exact: 'x' } }, { node_id: { suffix: 'front' } }], expect: true },
    { name: 'string metadata', given: [metadata(['zone'], { string_match: { exact: 'a' } })], expect: true },
    { name: 'other string metadata', given: [metadata(['zone'], { string_match: { exact: 'b' } })], expect: false },
    { name: 'string against number', given: [metadata(['zone'], { double_match: { exact: 1 } })], expect: false },
    { name: 'a range', given: [metadata(['deep', 'number'], { double_match: { range: { end: 2 } } })], expect: true },
    {
      name: 'the end of a range is outside',
      given: [metadata(['deep', 'number'], { double_match: { range: { start: 1, end: 1.5 } } })],
      expect: false,
    },
    { name: 'a bool', given: [metadata(['deep', 'flag'], { bool_match: false })], expect: false },
    { name: 'a null', given: [metadata(['deep', 'none'], { null_match: {} })], expect: true },
    { name: 'absence is no null', given: [metadata(['deep', 'no'], { null_match: {} })], expect: false },
    { name: 'presence', given: [metadata(['deep', 'none'], { present_match: true })], expect: true },
    { name: 'absence', given: [metadata(['zone', 'a'], { present_match: false })], expect: true },
    { name: 'no member of all objects', given: [metadata(['constructor'], { present_match: true })], expect: false },
    {
      name: 'an item of a list',
      given: [metadata(['deep', 'list'], { list_match: { one_of: { double_match: { exact: 7 } } } })],
      expect: true,
    },
    {
      name: 'alternatives',
      given: [
        metadata(['zone'], {
          or_match: { value_matchers: [{ bool_match: true }, { string_match: { prefix: 'a' } }] },
        }),
      ],
      expect: true,
    },
    {
      name: 'id and metadata must both hold',
      given: [{ node_id: { suffix: 'front' }, ...(metadata(['zone'], { string_match: { exact: 'b' } }) as object) }],
      expect: false,
    },
  ]
  for (const { name, given, expect } of cases)
    it(name, () => assert.equal(parseNodeMatchers(decode(...given))(node), expect))

  const refused: { name: string; given: Json; message: RegExp }[] = [
    {
      name: 'a regular expression',
      given: { node_id: { safe_regex: { regex: '(a+)+$' } } },
      message: /^node_matchers\[0\]\.node_id: safe_regex is not supported: use exact/,
    },
    { name: 'an id matcher without pattern', given: { node_id: {} }, message: /node_id: one is needed of exact/ },
    {
      name: 'metadata without path',
      given: { node_metadatas: [{ value: { bool_match: true } }] },
      message: /node_metadatas\[0\]\.path/,
    },
    { name: 'metadata without value', given: { node_metadatas: [{ path: path('a') }] }, message: /value is missing/ },
    { name: 'metadata without pattern', given: metadata(['a'], {}), message: /value: one of null_match/ },
    { name: 'an empty list matcher', given: metadata(['a'], { list_match: {} }), message: /list_match: one_of/ },
    { name: 'an empty number matcher', given: metadata(['a'], { double_match: {} }), message: /exact or range/ },
  ]
  for (const { name, given, message } of refused)
    it(`refuses ${name}`, () =>
      assert.throws(
        () => parseNodeMatchers(decode(given)),
        (error: Error) => error instanceof MatcherError && message.test(error.message),
      ))
})
