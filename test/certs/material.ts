/** Key material made on the spot. */
import { buildMaterial, type Material } from '../../src/certs/material.js'
import { createAuthority, formatKey, issueCertificate, type Issued } from '../../src/certs/authority.js'

export const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/one'
export const OTHER_ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/two'
export const AUTHORITY_ARN = 'arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/ca'

export const makeAuthority = (name = 'test CA'): Promise<Issued> => createAuthority({ name, days: 365 })

/** A certificate for `names` with the authority at the end of its chain, both as PEM. */
export async function makeLeaf(
  authority: Issued,
  ...names: string[]
): Promise<{ chain: string; key: string; leaf: string }> {
  const { certificate, privateKey } = await issueCertificate(authority, { names, days: 30 })
  const leaf = String(certificate)
  return { chain: leaf + String(authority.certificate), key: formatKey(privateKey), leaf }
}

export function certificateMaterial(arn: string, { chain, key }: { chain: string; key: string }): Material {
  return buildMaterial(arn, { certificate: { file: 'leaf', content: Buffer.from(chain + key) } })
}

export function authorityMaterial(arn: string, { certificate }: Issued): Material {
  return buildMaterial(arn, { certificate: { file: 'ca', content: Buffer.from(String(certificate)) } })
}
