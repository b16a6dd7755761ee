/** A private certificate authority for people without one: its own certificate, and those that it issues. */
import 'reflect-metadata'
import { KeyObject, randomBytes, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
  type JsonGeneralName,
} from '@peculiar/x509'

cryptoProvider.set(webcrypto)

/** A certificate and its key. */
export interface Issued {
  readonly certificate: NodeCertificate
  readonly privateKey: KeyObject
}

/** ECDSA on P-256: the one kind that every Envoy takes, and fast. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000
/** Clocks differ: a certificate is valid a little before it is made. */
const LEEWAY_MS = 5 * 60_000

export interface AuthorityOptions {
  /** Common name. */
  readonly name: string
  readonly days: number
}

/** A self-signed authority that issues nothing but leaves. */
export async function createAuthority({ name, days }: AuthorityOptions): Promise<Issued> {
  const keys = await generateKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(days),
    name: new Name([{ CN: [name] }]),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: toNode(certificate), privateKey: KeyObject.from(keys.privateKey) }
}

export interface LeafOptions {
  /** DNS names, addresses and URIs: each becomes a subject alternative name of its kind. */
  readonly names: readonly string[]
  readonly days: number
}

/** A certificate for servers and clients, signed by `authority`. It ends no later than that. Throws when the key does not fit. */
export async function issueCertificate(authority: Issued, { names, days }: LeafOptions): Promise<Issued> {
  const keys = await generateKeys()
  const issuer = new X509Certificate(authority.certificate.raw)
  const { notBefore, notAfter, serialNumber } = validity(days)
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension(names.map(generalName)),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer),
  ]
  const certificate = await X509CertificateGenerator.create({
    serialNumber,
    notBefore,
    notAfter: notAfter > issuer.notAfter ? issuer.notAfter : notAfter,
    subject: new Name([{ CN: [commonName(names)] }]),
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await toWebKey(authority.privateKey),
    signingAlgorithm: signingAlgorithm(authority.privateKey),
    extensions,
  })
  return { certificate: toNode(certificate), privateKey: KeyObject.from(keys.privateKey) }
}

/** X.520 allows 64 characters; the names that count are the alternative ones. */
function commonName(names: readonly string[]): string {
  return (names[0] ?? '').slice(0, 64)
}

function generalName(value: string): JsonGeneralName {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return { type: 'url', value }
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(value) || value.includes(':')) return { type: 'ip', value }
  return { type: 'dns', value }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

function validity(days: number): { notBefore: Date; notAfter: Date; serialNumber: string } {
  const now = Date.now()
  // 127 random bits, positive.
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  return {
    notBefore: new Date(now - LEEWAY_MS),
    notAfter: new Date(now + days * DAY),
    serialNumber: serial.toString('hex'),
  }
}

function signingAlgorithm(key: KeyObject): { readonly name: string; readonly hash: string } {
  return key.asymmetricKeyType === 'rsa' ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : ALGORITHM
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

function toWebKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? '']
  const algorithm = curve === undefined ? signingAlgorithm(key) : { name: 'ECDSA', namedCurve: curve }
  const der = key.export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

function toNode(certificate: X509Certificate): NodeCertificate {
  return new NodeCertificate(Buffer.from(certificate.rawData))
}

/** PEM of a key, to be written where only its owner can read it. */
export function formatKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string
}
