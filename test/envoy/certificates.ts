/** Certificate authorities and certificates made on the spot, for tests. */
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralName,
  type X509Certificate,
} from '@peculiar/x509'
import { webcrypto } from 'node:crypto'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR = 3_600_000

/** A certificate and its key, PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly privateKey: string
}

export interface Issue {
  /** DNS names and URIs. */
  readonly names?: readonly string[]
  /** It has run out an hour ago. */
  readonly expired?: boolean
}

export class Authority {
  readonly #certificate: X509Certificate
  readonly #keys: webcrypto.CryptoKeyPair
  #serial = 1

  private constructor(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#certificate = certificate
    this.#keys = keys
  }

  static async create(name: string): Promise<Authority> {
    const keys = await generateKeys()
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: `CN=${name}`,
      ...validity(),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    })
    return new Authority(certificate, keys)
  }

  /** PEM. */
  get certificate(): string {
    return this.#certificate.toString('pem')
  }

  async issue({ names = [], expired = false }: Issue): Promise<KeyPair> {
    const keys = await generateKeys()
    const certificate = await X509CertificateGenerator.create({
      serialNumber: String(++this.#serial).padStart(4, '0'),
      subject: `CN=${++this.#serial}.test`,
      issuer: this.#certificate.subject,
      ...validity(expired ? -HOUR : HOUR),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: names.length > 0 ? [new SubjectAlternativeNameExtension(names.map(generalName))] : [],
    })
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
    const lines = pkcs8.match(/.{1,64}/g) ?? []
    const privateKey = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
    return { certificate: certificate.toString('pem'), privateKey }
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

function validity(remaining = HOUR): { notBefore: Date; notAfter: Date } {
  const now = Date.now()
  return { notBefore: new Date(now - 24 * HOUR), notAfter: new Date(now + remaining) }
}

function generalName(value: string): JsonGeneralName {
  return { type: value.includes('://') ? 'url' : 'dns', value }
}
