import assert from 'node:assert/strict'
import { refuseKeys } from '../../src/control/secret-access.js'
import type { Peer } from '../../src/xds/resource-source.js'
import { isLoopback, readIdentity } from '../../src/xds/peer.js'
import { nodeRef } from './world.js'
import { ACCOUNT } from '../translate/mesh.js'

const POLICY = { allowUnauthenticated: false, account: ACCOUNT }
const NOW = 1000

const named = (uris: string[], commonName?: string): Peer => ({
  address: '10.0.0.1:1',
  identity: { uris, ...(commonName !== undefined && { commonName }), expires: NOW + 1 },
})

describe('private keys of mesh/m/virtualNode/a', () => {
  const CASES: { name: string; peer: Peer; expect: RegExp | undefined }[] = [
    { name: 'a local peer', peer: { address: 'unix', local: true }, expect: undefined },
    { name: 'a peer that may be anywhere', peer: { address: '172.17.0.1:1' }, expect: /without a client certificate/ },
    { name: 'a SPIFFE id', peer: named(['spiffe://any/mesh/m/virtualNode/a']), expect: undefined },
    {
      name: 'a SPIFFE id with the owner',
      peer: named([`spiffe://any/mesh/m@${ACCOUNT}/virtualNode/a`]),
      expect: undefined,
    },
    { name: 'a SPIFFE id with escapes', peer: named(['spiffe://any/mesh/m/virtualNode/%61']), expect: undefined },
    { name: 'an ARN', peer: named([`arn:aws:appmesh:us-east-1:${ACCOUNT}:mesh/m/virtualNode/a`]), expect: undefined },
    { name: 'one of several URIs', peer: named(['https://x', 'spiffe://t/mesh/m/virtualNode/a']), expect: undefined },
    { name: 'a common name', peer: named([], 'mesh/m/virtualNode/a'), expect: undefined },
    { name: 'a common name beside a URI', peer: named(['https://x'], 'mesh/m/virtualNode/a'), expect: /names "https/ },
    { name: 'another node', peer: named(['spiffe://t/mesh/m/virtualNode/b']), expect: /not mesh\/m\/virtualNode\/a/ },
    { name: 'another mesh', peer: named(['spiffe://t/mesh/n/virtualNode/a']), expect: /not mesh/ },
    { name: 'another owner', peer: named(['spiffe://t/mesh/m@999999999999/virtualNode/a']), expect: /not mesh/ },
    { name: 'another kind', peer: named(['spiffe://t/mesh/m/virtualGateway/a']), expect: /not mesh/ },
    { name: 'a path before it', peer: named(['spiffe://t/x/mesh/m/virtualNode/a']), expect: /not mesh/ },
    { name: 'a trust domain with a path in it', peer: named(['spiffe:///mesh/m/virtualNode/a']), expect: /not mesh/ },
    { name: 'nobody', peer: named([]), expect: /names nobody/ },
    {
      name: 'a certificate that has expired since',
      peer: { address: '', identity: { uris: ['spiffe://t/mesh/m/virtualNode/a'], expires: NOW - 1 } },
      expect: /has expired/,
    },
    {
      name: 'a certificate that was not accepted',
      peer: { address: '', unverified: 'CERT_HAS_EXPIRED' },
      expect: /CERT_HAS_EXPIRED/,
    },
  ]
  for (const { name, peer, expect } of CASES)
    it(`${expect ? 'are refused to' : 'go to'} ${name}`, () => {
      const refusal = refuseKeys(peer, nodeRef('a'), POLICY, NOW)
      if (expect) assert.match(refusal ?? '', expect)
      else assert.equal(refusal, undefined)
    })

  it('go to anybody if the operator says so', () =>
    assert.equal(refuseKeys({ address: '' }, nodeRef('a'), { ...POLICY, allowUnauthenticated: true }, NOW), undefined))
})

describe('peers', () => {
  for (const { address, expect } of [
    { address: '127.0.0.1', expect: true },
    { address: '127.255.0.9', expect: true },
    { address: '::1', expect: true },
    { address: '::ffff:127.0.0.1', expect: true },
    { address: '::FFFF:127.0.0.1', expect: true },
    { address: '172.17.0.1', expect: false },
    { address: '::ffff:10.0.0.1', expect: false },
    { address: '127.0.0.1.example', expect: false },
    { address: 'localhost', expect: false },
    { address: '', expect: false },
  ])
    it(`${address || 'no address'} is ${expect ? '' : 'not '}loopback`, () => assert.equal(isLoopback(address), expect))

  const certificate = (subjectaltname: string | undefined, CN?: string | string[]) =>
    readIdentity({ subject: { CN }, subjectaltname, valid_to: 'Jan  1 00:00:00 2030 GMT' } as never)

  it('are known by the URIs of their certificate, one by one', () => {
    const { uris, expires } = certificate('DNS:a, URI:spiffe://t/a, IP Address:10.0.0.1, URI:spiffe://t/b')
    assert.deepEqual(uris, ['spiffe://t/a', 'spiffe://t/b'])
    assert.equal(expires, Date.UTC(2030, 0, 1))
  })
  it('cannot hide a URI in another name', () => assert.deepEqual(certificate('DNS:"x, URI:spiffe://t/a"').uris, []))
  it('may have quotes in a name', () =>
    assert.deepEqual(certificate(String.raw`URI:"spiffe://t/a,b\"c", URI:d`).uris, ['spiffe://t/a,b"c', 'd']))
  it('have a common name only if it is one', () => {
    assert.equal(certificate(undefined, 'a').commonName, 'a')
    assert.equal(certificate(undefined, ['a', 'b']).commonName, undefined)
  })
})
