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

/**
 * The trusted CA certificates. Public: no key is in it. `arns` are ACM Private CA authorities as a client policy lists them, or the one ACM
 * certificate of a listener whose callers have no policy: those trust the authority at the end of its chain (envoy-config.md section 3.8).
 */
export interface ValidationNeed {
  readonly kind: 'validation'
  readonly name: string
  readonly arns: readonly string[]
}
