import assert from 'node:assert/strict'
import { pack } from '../../src/envoy/pack.js'
import { isResourceTypeUrl, NAME_FIELD, RESOURCE_TYPE_URLS, TYPE_URL } from '../../src/envoy/type-url.js'
import type { Cluster, HttpFilter } from '../../src/envoy/types.js'

describe('pack', () => {
  it('puts the type URL beside the members', () => {
    const filter: HttpFilter = { name: 'router', typed_config: pack(TYPE_URL.router, { suppress_envoy_headers: true }) }
    assert.deepEqual(filter.typed_config, {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
      suppress_envoy_headers: true,
    })
  })

  it('takes the message of its type URL only', () => {
    // @ts-expect-error a member of another type
    pack(TYPE_URL.router, { stat_prefix: 'x' })
    // @ts-expect-error a misspelt member
    pack(TYPE_URL.tcpProxy, { stat_prefx: 'x' })
    // @ts-expect-error an unknown type URL
    assert.ok(pack('type.googleapis.com/envoy.Nothing', {}))
  })
})

describe('the input types', () => {
  it('refuse what Envoy would not understand', () => {
    const wrong: Cluster[] = [
      // @ts-expect-error an unknown enum name
      { type: 'MULTICAST' },
      // @ts-expect-error a camelCase key
      { connectTimeout: {} },
      // @ts-expect-error a plain number for a wrapper
      { per_connection_buffer_limit_bytes: 5 },
      // @ts-expect-error undefined for an absent member
      { connect_timeout: undefined },
    ]
    assert.equal(wrong.length, 4)
  })
})

describe('RESOURCE_TYPE_URLS', () => {
  it('go from what is used to what uses it', () => {
    assert.deepEqual(
      RESOURCE_TYPE_URLS.map((typeUrl) => typeUrl.slice(typeUrl.lastIndexOf('.') + 1)),
      ['Cluster', 'ClusterLoadAssignment', 'Secret', 'Listener', 'RouteConfiguration'],
    )
  })

  it('are told from other type URLs', () => {
    assert.deepEqual(Object.values(TYPE_URL).filter(isResourceTypeUrl).sort(), Object.keys(NAME_FIELD).sort())
    assert.equal(isResourceTypeUrl('toString'), false)
  })
})
