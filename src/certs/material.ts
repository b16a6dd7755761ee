/** What an ARN stands for: a certificate with its key, or the certificates of an authority. Checked, and never a key in text. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import { kindOf, type MaterialKind } from './arn.js'
import { CertificateError } from './certificate-error.js'
import { checkAuthorities, checkChain, checkKey, listKeyWarnings, listWarnings } from './chain.js'
import { parsePem, type PemFile } from './pem.js'

export interface Material {
  readonly arn: string
  readonly kind: MaterialKind
  /** A chain, leaf first; an authority's own certificate, then those that issued it. */
  readonly certificates: readonly X509Certificate[]
  /** PEM of `certificates`. */
  readonly chain: string
  /** Of an ACM certificate. A KeyObject does not show its content, whoever prints it. */
  readonly privateKey?: KeyObject
}

export interface MaterialFiles {
  readonly certificate: PemFile
  readonly chain?: PemFile
  readonly privateKey?: PemFile
}

/** The material of `arn`, from PEM files that fit together. A key may also stand in the file of its certificate. Throws CertificateError. */
export function buildMaterial(arn: string, files: MaterialFiles): Material {
  const kind = kindOf(arn)
  if (!kind) throw new CertificateError(`${arn} names no certificate and no certificate authority`)
  const own = parsePem(files.certificate)
  if (own.certificates.length === 0) throw new CertificateError(`${files.certificate.file} holds no certificate`)
  const chain = files.chain && parsePem(files.chain).certificates
  if (chain?.length === 0) throw new CertificateError(`${files.chain?.file ?? ''} holds no certificate`)
  const keyFile = files.privateKey ?? files.certificate
  const { keys } = files.privateKey ? parsePem(files.privateKey) : own
  const certificates = [...own.certificates, ...(chain ?? [])]
  const material = { arn, kind, certificates, chain: certificates.map(String).join('') }
  return CHECK[kind](material, keys, { cert: files.certificate.file, chain: files.chain?.file, key: keyFile.file })
}

interface FileNames {
  readonly cert: string
  readonly chain: string | undefined
  readonly key: string
}

const CHECK: Record<MaterialKind, (material: Material, keys: readonly KeyObject[], names: FileNames) => Material> = {
  certificate: (material, [privateKey, ...others], names) => {
    const [leaf] = material.certificates
    if (!privateKey || !leaf) throw new CertificateError(`${names.key} holds no private key`)
    if (others.length > 0) throw new CertificateError(`${names.key} holds more than one private key`)
    checkKey(leaf, privateKey, names)
    checkChain(material.certificates, names.chain ?? names.cert)
    return { ...material, privateKey }
  },
  authority: (material, [key], names) => {
    if (key)
      throw new CertificateError(
        `${names.key} holds a private key: an authority is known by its certificate alone, and its key belongs nowhere near the Envoys`,
      )
    checkAuthorities(material.certificates, names.cert)
    // Without a chain these may be several authorities side by side, as while one replaces another.
    if (names.chain !== undefined) checkChain(material.certificates, names.chain)
    return material
  },
}

/** One PEM text with all of a material, the key last. Secret, when there is a key. */
export function formatMaterial({ chain, privateKey }: Material): string {
  return chain + (privateKey ? (privateKey.export({ type: 'pkcs8', format: 'pem' }) as string) : '')
}

/** What an operator should know of it. `now` in milliseconds since the epoch. */
export function warningsOf({ certificates, privateKey }: Material, now: number): string[] {
  return [...listWarnings(certificates, now), ...(privateKey ? listKeyWarnings(privateKey) : [])]
}

/** When the first of its certificates ends, milliseconds since the epoch. */
export function expiryOf({ certificates }: Material): number {
  return Math.min(...certificates.map(({ validTo }) => Date.parse(validTo)))
}
