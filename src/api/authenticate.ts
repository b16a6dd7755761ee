/** Who calls. Requests are taken signed or unsigned; the signature is not verified. */

/** The access key id that a request says it is signed with, or `anonymous`: the principal in the log. */
export function authenticate(authorization = ''): string {
  const keyId = SIGNED.test(authorization) ? CREDENTIAL.exec(authorization)?.[1] : undefined
  return keyId ?? 'anonymous'
}

/**
 * Of `AWS4-HMAC-SHA256 Credential=AKID/date/region/appmesh/aws4_request, …` (app-mesh-api.md section 1.3). Two expressions, each with one way
 * only to match: a header of 32 KiB must not take a second.
 */
const SIGNED = /^AWS4-[A-Z0-9-]+\s/
const CREDENTIAL = /[\s,]Credential=(\w{1,128})\//
