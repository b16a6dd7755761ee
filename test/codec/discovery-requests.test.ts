/** What is read by hand is compared with what protobufjs reads. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeDeltaDiscoveryRequest,
  decodeDiscoveryRequest,
  rememberedBytes,
} from '../../src/codec/discovery-requests.js'
import { decodeNode } from '../../src/codec/node.js'
import { lookupType } from '../../src/codec/root.js'
import { Scanner } from '../../src/codec/scanner.js'

const PACKAGE = 'envoy.service.discovery.v3'

function encode(type: string, message: object): Buffer {
  const { encode, fromObject } = bind(type)
  return Buffer.from(encode(fromObject(message)).finish())
}

function bind(name: string) {
  const type = lookupType(name)
  return { encode: type.encode.bind(type), fromObject: type.fromObject.bind(type) }
}

const text = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 5 }))
const names = fc.array(text, { maxLength: 5 })
const value = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant({ nullValue: 0 }),
    fc.double({ noNaN: true }).map((numberValue) => ({ numberValue })),
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ listValue: { values } })),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }).map((fields) => ({ structValue: { fields } })),
  ),
})).value

/** The JSON that an encodable Value stands for. */
function plain(of: object): unknown {
  const [[kind, content] = ['', null]] = Object.entries(of) as [string, unknown][]
  if (kind === 'nullValue') return null
  if (kind === 'listValue') return (content as { values: object[] }).values.map(plain)
  if (kind !== 'structValue') return content
  const { fields } = content as { fields: Record<string, object> }
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, plain(item)]))
}

describe('decodeDiscoveryRequest', () => {
  const error = fc.option(text, { nil: undefined })

  it('reads what is written', () => {
    const request = fc.record({ versionInfo: text, names, typeUrl: text, nonce: text, error })
    fc.assert(
      fc.property(request, (given) => {
        const bytes = encode(`${PACKAGE}.DiscoveryRequest`, {
          version_info: given.versionInfo,
          node: { id: 'n' },
          resource_names: given.names,
          type_url: given.typeUrl,
          response_nonce: given.nonce,
          resource_locators: [{ name: 'ignored' }],
          ...(given.error !== undefined && { error_detail: { code: 13, message: given.error } }),
        })
        const { node, ...rest } = decodeDiscoveryRequest(bytes)
        assert.deepEqual(rest, { ...given })
        assert.equal(node?.id, 'n')
        assert.equal(decodeDiscoveryRequest(bytes, false).node, undefined)
      }),
    )
  })

  it('reads incremental ones', () => {
    const versions = fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true })
    const request = fc.record({ subscribe: names, unsubscribe: names, versions, typeUrl: text, nonce: text, error })
    fc.assert(
      fc.property(request, ({ versions, ...given }) => {
        const bytes = encode(`${PACKAGE}.DeltaDiscoveryRequest`, {
          type_url: given.typeUrl,
          resource_names_subscribe: given.subscribe,
          resource_names_unsubscribe: given.unsubscribe,
          initial_resource_versions: versions,
          response_nonce: given.nonce,
          ...(given.error !== undefined && { error_detail: { code: 13, message: given.error } }),
        })
        const initialVersions = new Map(Object.entries(versions))
        assert.deepEqual(decodeDeltaDiscoveryRequest(bytes), { ...given, node: undefined, initialVersions })
      }),
    )
  })

  it('takes lists in pieces, and gives equal ones as one', () => {
    const type = `${PACKAGE}.DiscoveryRequest`
    const piece = (name: string) => encode(type, { resource_names: [name] })
    const bytes = Buffer.concat([piece('a'), encode(type, { type_url: 't' }), piece('b'), piece('c')])
    assert.deepEqual(decodeDiscoveryRequest(bytes).names, ['a', 'b', 'c'])
    const twice = [1, 2].map((nonce) =>
      decodeDiscoveryRequest(encode(type, { resource_names: ['x', 'y'], response_nonce: String(nonce) })),
    )
    assert.equal(twice[0]?.names, twice[1]?.names)
  })

  it('gives equal maps of versions as one, in whatever order a client writes them', () => {
    const read = (...entries: (readonly [string, string])[]) => {
      const type = `${PACKAGE}.DeltaDiscoveryRequest`
      const pieces = entries.map((entry) => encode(type, { initial_resource_versions: Object.fromEntries([entry]) }))
      return decodeDeltaDiscoveryRequest(Buffer.concat(pieces)).initialVersions
    }
    const first = read(['a', '1'], ['b', '2'], ['c', '3'])
    assert.equal(read(['c', '3'], ['a', '1'], ['b', '2']), first)
    assert.deepEqual([...first.keys()], ['a', 'b', 'c'])
    for (const other of [
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [
        ['a', '2'],
        ['b', '1'],
        ['c', '3'],
      ],
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['c', '3'],
      ],
    ] as const)
      assert.deepEqual(read(...other), new Map(other))
    // Of a name that comes twice the last version counts, so that these two must not be taken for one.
    assert.deepEqual(read(['a', '1'], ['a', '2']), new Map([['a', '2']]))
    assert.deepEqual(read(['a', '2'], ['a', '1']), new Map([['a', '1']]))
  })

  it('refuses what is cut off or no message', () => {
    const bytes = encode(`${PACKAGE}.DiscoveryRequest`, { type_url: 'type', resource_names: ['name'] })
    for (const bad of [bytes.subarray(0, -1), Buffer.from([0x0b]), Buffer.alloc(11, 0xff), Buffer.from([0x0a, 0xff])])
      assert.throws(() => decodeDiscoveryRequest(bad), /^Error: these bytes are no DiscoveryRequest$/)
    assert.throws(() => decodeNode(Buffer.from([0x0a, 5])), /these bytes are no Node/)
  })
})

describe('decodeNode', () => {
  const NODE = 'envoy.config.core.v3.Node'

  it('reads what anybody needs of it', () => {
    const node = fc.record({ id: text, cluster: text, metadata: fc.dictionary(text, value), features: names })
    fc.assert(
      fc.property(node, ({ id, cluster, metadata, features }) => {
        const bytes = encode(NODE, {
          id,
          cluster,
          metadata: { fields: metadata },
          user_agent_name: 'envoy',
          user_agent_build_version: { version: { major_number: 1, minor_number: 40, patch: 300 }, metadata: {} },
          extensions: [{ name: 'envoy.filters.http.router', category: 'envoy.filters.http' }],
          client_features: features,
          locality: { region: 'r', zone: 'z', sub_zone: 's' },
        })
        assert.deepEqual(decodeNode(bytes), {
          id,
          cluster,
          metadata: plain({ structValue: { fields: metadata } }),
          userAgentName: 'envoy',
          userAgentVersion: '1.40.300',
          locality: { region: 'r', zone: 'z', subZone: 's' },
          clientFeatures: features,
        })
      }),
    )
  })

  it('reads no metadata that is nested without end', () => {
    let nested: object = { stringValue: 'deep' }
    for (let depth = 0; depth < 40; depth++) nested = { structValue: { fields: { a: nested } } }
    const { metadata } = decodeNode(encode(NODE, { metadata: { fields: { a: nested } } }))
    assert.equal(JSON.stringify(metadata).match(/"a"/g)?.length, 33)
  })

  it('takes the text of a client that has no build version', () => {
    assert.equal(decodeNode(encode(NODE, { user_agent_version: '1.2' })).userAgentVersion, '1.2')
  })
})

describe('what is kept of a request', () => {
  const listed = encode(`${PACKAGE}.DiscoveryRequest`, { resource_names: ['remembered-0', 'remembered-1'] })
  const held = encode(`${PACKAGE}.DeltaDiscoveryRequest`, { initial_resource_versions: { 'remembered-0': '1' } })

  it('is counted once, however often it comes', () => {
    const read = (): number => {
      const before = rememberedBytes()
      decodeDiscoveryRequest(listed)
      decodeDeltaDiscoveryRequest(held)
      return rememberedBytes() - before
    }
    assert.ok(read() > listed.length + held.length)
    assert.equal(read(), 0)
  })

  it('takes no more memory than it has bytes', () => {
    const pooled = Buffer.from('a few bytes in a pool that others share')
    assert.ok(pooled.buffer.byteLength > pooled.length)
    const copy = new Scanner(pooled, 2, 11).copyOfRest()
    assert.deepEqual([copy.toString(), copy.buffer.byteLength], ['few bytes', 9])
  })
})
