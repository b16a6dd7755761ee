import assert from 'node:assert/strict'
import { encodeResource } from '../../src/codec/encode.js'
import { toJson } from '../../src/codec/json.js'
import { redactedBytes, toRedactedJson } from '../../src/codec/redact.js'
import { lookupType } from '../../src/codec/root.js'
import { TYPE_URL } from '../../src/envoy/type-url.js'
import type { DownstreamTlsContext, TlsCertificate } from '../../src/envoy/types.js'

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIsecretsecret\n-----END PRIVATE KEY-----\n'
const CHAIN = '-----BEGIN CERTIFICATE-----\nMIIpublic\n-----END CERTIFICATE-----\n'
const CERTIFICATE: TlsCertificate = {
  certificate_chain: { inline_string: CHAIN },
  private_key: { inline_string: KEY },
}
const REDACTED = {
  certificate_chain: { inline_string: CHAIN },
  private_key: { inline_string: '[redacted]' },
}

const secret = (certificate: TlsCertificate) =>
  encodeResource(TYPE_URL.secret, { name: 's', tls_certificate: certificate })

const listener = (certificate: TlsCertificate) => {
  const tls: DownstreamTlsContext = { common_tls_context: { tls_certificates: [certificate] } }
  return encodeResource(TYPE_URL.listener, {
    name: 'l',
    filter_chains: [
      { transport_socket: { name: 'tls', typed_config: { '@type': TYPE_URL.downstreamTlsContext, ...tls } } },
    ],
  })
}

describe('resources for people', () => {
  const cases = [
    {
      name: 'a key in a string',
      given: secret(CERTIFICATE),
      expect: { name: 's', tls_certificate: REDACTED },
    },
    {
      name: 'a key in bytes, of whatever form',
      given: secret({ private_key: { inline_bytes: Buffer.from('DER secretsecret') } }),
      expect: { name: 's', tls_certificate: { private_key: { inline_string: '[redacted]' } } },
    },
    {
      name: 'a key in a listener',
      given: listener(CERTIFICATE),
      expect: {
        name: 'l',
        filter_chains: [
          {
            transport_socket: {
              name: 'tls',
              typed_config: {
                '@type': TYPE_URL.downstreamTlsContext,
                common_tls_context: { tls_certificates: [REDACTED] },
              },
            },
          },
        ],
      },
    },
    {
      name: 'a key in the wrong place',
      given: secret({
        certificate_chain: { inline_string: CHAIN + KEY },
        watched_directory: { path: '/x' },
      }),
      expect: {
        name: 's',
        tls_certificate: { certificate_chain: { inline_string: '[redacted]' }, watched_directory: { path: '/x' } },
      },
    },
    {
      name: 'a key in bytes in the wrong place',
      given: secret({ certificate_chain: { inline_bytes: Buffer.from(CHAIN + KEY) } }),
      expect: {
        name: 's',
        tls_certificate: { certificate_chain: { inline_bytes: Buffer.from('[redacted]').toString('base64') } },
      },
    },
  ]
  for (const { name, given, expect } of cases)
    it(`lack ${name}`, () => {
      assert.deepEqual(toRedactedJson(given), expect)
      const bytes = redactedBytes(given)
      assert.deepEqual(toJson({ ...given, bytes }), expect)
      for (const text of [KEY, 'secretsecret', Buffer.from(KEY).toString('base64')])
        assert.equal(Buffer.from(bytes).includes(text), false)
    })

  it('keep the file of a key', () => {
    const given = secret({ certificate_chain: { filename: '/c' }, private_key: { filename: '/k' } })
    assert.deepEqual(toRedactedJson(given), toJson(given))
  })

  it('without keys are the very bytes', () => {
    const given = encodeResource(TYPE_URL.cluster, { name: 'c' })
    assert.equal(redactedBytes(given), given.bytes)
    assert.deepEqual(toRedactedJson(given), { name: 'c' })
  })

  it('know every field of a secret: a new one needs a rule in redact.ts', () => {
    const names = (type: string) => Object.keys(lookupType(`envoy.extensions.transport_sockets.tls.v3.${type}`).fields)
    assert.deepEqual(names('Secret'), ['name', 'tls_certificate', 'validation_context'])
    assert.deepEqual(names('TlsCertificate'), ['certificate_chain', 'private_key', 'watched_directory'])
  })
})
