/** Rules of certificate chains and keys, checked before anything reaches an Envoy: there, a listener would fail with them. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import { CertificateError } from './certificate-error.js'

/** Leaf first, every certificate signed by the next, which is an authority. Throws CertificateError. */
export function checkChain(certificates: readonly X509Certificate[], file: string): void {
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1]
    if (!issuer) return
    const [number, next] = [`certificate ${index + 1} (${nameOf(certificate)})`, `${index + 2} (${nameOf(issuer)})`]
    if (!certificate.checkIssued(issuer)) {
      const found = certificates.findIndex((other) => other !== certificate && certificate.checkIssued(other))
      const hint = found < 0 ? 'its issuer is not in the chain' : `its issuer is certificate ${found + 1}`
      throw new CertificateError(
        `${file}: the chain is out of order: ${number} was not issued by ${next}; ${hint}. Put the certificate first, then the one that issued it, and so on`,
      )
    }
    if (!issuer.ca) throw new CertificateError(`${file}: certificate ${next} issues another, but is no CA certificate`)
    if (!certificate.verify(issuer.publicKey))
      throw new CertificateError(`${file}: ${number} was not signed with the key of certificate ${next}`)
  }
}

/** Throws CertificateError unless `key` belongs to `certificate` and Envoy takes keys of that kind. */
export function checkKey(certificate: X509Certificate, key: KeyObject, files: { cert: string; key: string }): void {
  const problem = describeKeyProblem(key)
  if (problem !== undefined) throw new CertificateError(`${files.key}: ${problem}`)
  if (!certificate.checkPrivateKey(key))
    throw new CertificateError(
      `${files.key}: the private key does not belong to the certificate ${nameOf(certificate)} in ${files.cert}`,
    )
}

const LEAST_RSA_BITS = 2048
const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1']

/** BoringSSL's and Envoy's limits for the certificates of a server. */
function describeKeyProblem({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details = {},
}: KeyObject): string | undefined {
  const { modulusLength = 0, namedCurve = '' } = details
  if (type === 'rsa')
    return modulusLength < LEAST_RSA_BITS
      ? `the RSA key has ${modulusLength} bits; Envoy takes ${LEAST_RSA_BITS} or more`
      : undefined
  if (type === 'ec')
    return CURVES.includes(namedCurve) ? undefined : `Envoy does not take keys on the curve ${namedCurve}`
  return `Envoy takes RSA and ECDSA keys, not ${type ?? 'this kind'}`
}

/** Every certificate is an authority's. Throws CertificateError. */
export function checkAuthorities(certificates: readonly X509Certificate[], file: string): void {
  for (const [index, certificate] of certificates.entries())
    if (!certificate.ca)
      throw new CertificateError(
        `${file}: certificate ${index + 1} (${nameOf(certificate)}) is no CA certificate: its basic constraints do not say so`,
      )
}

const DAY = 86_400_000
const SOON_DAYS = 14

/** What is not wrong, but will be, or looks like a mistake. `now` in milliseconds since the epoch. */
export function listWarnings(certificates: readonly X509Certificate[], now: number): string[] {
  return certificates.flatMap((certificate, index) => {
    const name = `certificate ${index + 1} (${nameOf(certificate)})`
    const [begins, ends] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
    if (now > ends) return [`${name} expired on ${dateOf(ends)}`]
    if (now < begins) return [`${name} is not valid before ${dateOf(begins)}`]
    if (ends - now < SOON_DAYS * DAY) return [`${name} expires on ${dateOf(ends)}`]
    return []
  })
}

/** Envoys took ECDSA keys on P-256 only for long (envoy #10855). */
export function listKeyWarnings({ asymmetricKeyDetails: { namedCurve = '' } = {} }: KeyObject): string[] {
  return namedCurve === '' || namedCurve === CURVES[0]
    ? []
    : [`older Envoys do not take keys on the curve ${namedCurve}`]
}

/** A certificate that signs itself ends every chain. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey)
}

/** The subject in one line. */
export function nameOf({ subject }: X509Certificate): string {
  // Node's types say string, but a certificate need not have a subject.
  return ((subject as string | undefined) ?? '').split('\n').reverse().join(', ') || 'without a subject'
}

function dateOf(millis: number): string {
  return Number.isNaN(millis) ? 'an unknown date' : new Date(millis).toISOString().slice(0, 10)
}
