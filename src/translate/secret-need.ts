/** Key material that an Envoy fetches by name on its ADS stream: the certificates that a mesh names by ARN. */

/**
 * One `Secret` resource that the proxy's listeners or clusters refer to. `name` is the SDS name (`names.ts`). Who holds the material, and whether
 * this Envoy may have it, is decided elsewhere.
 */
export type SecretNeed = CertificateNeed | ValidationNeed

/** A certificate chain with its private key, of an ACM certificate. */
export interface CertificateNeed {
  readonly kind: 'certificate'
  readonly name: string
  readonly arn: string
}

/** The trusted CA certificates, of one or more ACM Private CA authorities. Public: no key is in it. */
export interface ValidationNeed {
  readonly kind: 'validation'
  readonly name: string
  readonly arns: readonly string[]
}
