/** Files that people have, and what is said about each. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { createAuthority, issueCertificate, type Issued } from '../../src/certs/authority.js'
import { CertificateError } from '../../src/certs/certificate-error.js'
import { buildMaterial, formatMaterial, warningsOf, type MaterialFiles } from '../../src/certs/material.js'
import { AUTHORITY_ARN, CERTIFICATE_ARN, makeAuthority, makeLeaf } from './material.js'

const at = (file: string, content: string | Buffer) => ({ file, content: Buffer.from(content) })
const DAY = 86_400_000

describe('key material', () => {
  let root: Issued
  let leaf: Awaited<ReturnType<typeof makeLeaf>>
  let other: Awaited<ReturnType<typeof makeLeaf>>
  let ca: string
  let otherCa: string
  before(async () => {
    root = await makeAuthority()
    const stranger = await makeAuthority('stranger')
    leaf = await makeLeaf(root, 'server.local')
    other = await makeLeaf(root, 'other.local')
    ca = String(root.certificate)
    otherCa = String(stranger.certificate)
  })

  describe('is taken', () => {
    const TAKEN: { name: string; arn?: string; given: () => MaterialFiles; count: number }[] = [
      { name: 'from three files', given: () => three(leaf.leaf, ca, leaf.key), count: 2 },
      { name: 'from one file', given: () => ({ certificate: at('all', leaf.leaf + ca + leaf.key) }), count: 2 },
      { name: 'without its chain', given: () => ({ certificate: at('c', leaf.leaf + leaf.key) }), count: 1 },
      {
        name: 'with text around it',
        given: () => three(`Bag\n${leaf.leaf}\nmore\n`, ca, `EC\r\n${leaf.key}`),
        count: 2,
      },
      { name: 'of an authority', arn: AUTHORITY_ARN, given: () => ({ certificate: at('ca', ca) }), count: 1 },
      {
        name: 'of two authorities',
        arn: AUTHORITY_ARN,
        given: () => ({ certificate: at('ca', ca + otherCa) }),
        count: 2,
      },
    ]
    for (const { name, arn = CERTIFICATE_ARN, given, count } of TAKEN)
      it(name, () => {
        const material = buildMaterial(arn, given())
        assert.equal(material.certificates.length, count)
        const again = buildMaterial(arn, { certificate: at('again', formatMaterial(material)) })
        assert.equal(again.chain, material.chain)
      })
  })

  it('is looked for in one pass, whatever stands there', () => {
    const started = process.cpuUsage()
    const certificate = at('c', '-----BEGIN A-----'.repeat(60_000) + '-----END B-----'.repeat(2))
    assert.throws(() => buildMaterial(CERTIFICATE_ARN, { certificate }), /ends in the middle of a PEM block/)
    const { user } = process.cpuUsage(started)
    assert.ok(user < 2_000_000, `took ${user} µs`)
  })

  const three = (certificate: string, chain: string, key: string): MaterialFiles => ({
    certificate: at('c.pem', certificate),
    chain: at('chain.pem', chain),
    privateKey: at('key.pem', key),
  })
  const keyed = (key: string | Buffer): MaterialFiles => ({
    certificate: at('c.pem', leaf.leaf),
    privateKey: at('key.pem', key),
  })
  const ecKey = (options: object): string =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      ...options,
    }) as string
  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'secret' }
  const rsa = (modulusLength: number): string =>
    generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

  const REFUSED: { name: string; arn?: string; given: () => MaterialFiles; expect: RegExp }[] = [
    {
      name: 'a key of another certificate',
      given: () => keyed(other.key),
      expect: /key\.pem: the private key does not belong to the certificate CN=server\.local in c\.pem/,
    },
    {
      name: 'an encrypted key',
      given: () => keyed(ecKey(encrypted)),
      expect: /key\.pem: the private key is encrypted.*openssl pkey/,
    },
    {
      name: 'a key encrypted in the old way',
      given: () => keyed(ecKey({ type: 'sec1', ...encrypted })),
      expect: /key\.pem: the private key is encrypted/,
    },
    {
      name: 'a damaged key',
      given: () => keyed(leaf.key.replace(/[A-Za-z]{12}/, 'AAAAAAAAAAAA')),
      expect: /key\.pem: the private key (cannot be read|does not belong)/,
    },
    { name: 'a short RSA key', given: () => keyed(rsa(1024)), expect: /the RSA key has 1024 bits; Envoy takes 2048/ },
    {
      name: 'an Ed25519 key',
      given: () => keyed(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
      expect: /Envoy takes RSA and ECDSA keys, not ed25519/,
    },
    { name: 'no key', given: () => ({ certificate: at('c.pem', leaf.chain) }), expect: /c\.pem holds no private key/ },
    { name: 'two keys', given: () => keyed(leaf.key + leaf.key), expect: /key\.pem holds more than one private key/ },
    { name: 'a certificate in the place of the key', given: () => keyed(ca), expect: /key\.pem holds no private key/ },
    {
      name: 'a key in the place of the certificate',
      given: () => three(leaf.key, ca, leaf.key),
      expect: /c\.pem holds no certificate/,
    },
    {
      name: 'a chain that begins with the authority',
      given: () => ({ certificate: at('c.pem', ca + leaf.leaf), privateKey: at('key.pem', leaf.key) }),
      expect: /the private key does not belong/,
    },
    {
      name: 'a chain of another authority',
      given: () => three(leaf.leaf, otherCa, leaf.key),
      expect:
        /chain\.pem: the chain is out of order: certificate 1 \(CN=server\.local\) was not issued by 2 \(CN=stranger\); its issuer is not in the chain/,
    },
    {
      name: 'a chain in the wrong order',
      given: () => three(leaf.leaf, otherCa + ca, leaf.key),
      expect: /was not issued by 2 \(CN=stranger\); its issuer is certificate 3/,
    },
    {
      name: 'an issuer that is no authority',
      given: () => three(leaf.leaf, other.leaf, leaf.key),
      expect: /out of order/,
    },
    {
      name: 'half a file',
      given: () => keyed(leaf.key.slice(0, 80)),
      expect: /key\.pem ends in the middle of a PEM block/,
    },
    { name: 'an empty file', given: () => keyed(''), expect: /key\.pem is empty/ },
    { name: 'text', given: () => keyed('hello'), expect: /key\.pem is not PEM/ },
    {
      name: 'DER',
      given: () => ({ certificate: at('c.der', root.certificate.raw) }),
      expect: /c\.der is not PEM but DER or PKCS #12: convert it/,
    },
    {
      name: 'a signing request',
      given: () => ({
        certificate: at('c.csr', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'),
      }),
      expect: /signing request/,
    },
    {
      name: 'a leaf as an authority',
      arn: AUTHORITY_ARN,
      given: () => ({ certificate: at('ca.pem', leaf.leaf) }),
      expect: /ca\.pem: certificate 1 \(CN=server\.local\) is no CA certificate/,
    },
    {
      name: 'the key of an authority',
      arn: AUTHORITY_ARN,
      given: () => ({ certificate: at('ca.pem', ca), privateKey: at('key.pem', leaf.key) }),
      expect: /key\.pem holds a private key: an authority is known/,
    },
    {
      name: 'another ARN',
      arn: 'arn:aws:iam::123456789012:server-certificate/x',
      given: () => keyed(leaf.key),
      expect: /names no certificate/,
    },
  ]
  for (const { name, arn = CERTIFICATE_ARN, given, expect } of REFUSED)
    it(`is refused: ${name}`, () => {
      assert.throws(
        () => buildMaterial(arn, given()),
        (error: unknown) => {
          assert.ok(error instanceof CertificateError)
          assert.match(error.message, expect)
          for (const line of (leaf.key + other.key)
            .split('\n')
            .filter((each) => each.length > 20 && !each.startsWith('-----')))
            assert.equal(error.message.includes(line), false, 'no key is quoted')
          return true
        },
      )
    })

  it('is refused when the issuer has the right name and another key', async () => {
    const impostor = await createAuthority({ name: 'test CA', days: 1 })
    // Without key identifiers only the signature tells them apart.
    const forged = three(leaf.leaf, String(impostor.certificate), leaf.key)
    assert.throws(() => buildMaterial(CERTIFICATE_ARN, forged), /was not (issued by|signed with)/)
  })

  for (const { name, days, now, expect } of [
    { name: 'for nothing while it is young', days: 30, now: 0, expect: [] },
    { name: 'when it ends soon', days: 30, now: 20 * DAY, expect: [/certificate 1 .*expires on \d{4}-/] },
    { name: 'when it has ended', days: 30, now: 31 * DAY, expect: [/certificate 1 .*expired on/] },
    { name: 'when it has not begun', days: 30, now: -DAY, expect: [/not valid before/, /not valid before/] },
  ])
    it(`warns ${name}`, async () => {
      const authority = await createAuthority({ name: 'long', days: 3650 })
      const issued = await issueCertificate(authority, { names: ['a'], days })
      const key = issued.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
      const files = three(String(issued.certificate), String(authority.certificate), key)
      const warnings = warningsOf(buildMaterial(CERTIFICATE_ARN, files), Date.now() + now)
      assert.equal(warnings.length, expect.length, warnings.join())
      expect.forEach((pattern, index) => assert.match(warnings[index] ?? '', pattern))
    })

  it('is what openssl verifies', () => {
    const result = execFileSync('openssl', ['x509', '-noout', '-ext', 'subjectAltName,extendedKeyUsage'], {
      input: leaf.leaf,
    })
    assert.match(String(result), /DNS:server\.local/)
    assert.match(String(result), /TLS Web Client Authentication/)
  })
})
