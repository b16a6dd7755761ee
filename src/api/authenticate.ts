/** Who calls. Requests are taken signed or unsigned; the signature is not verified. */

/** The access key id that a request says it is signed with, or `anonymous`: the principal in the log. */
export function authenticate(authorization: string | undefined): string {
  return CREDENTIAL.exec(authorization ?? '')?.groups?.['keyId'] ?? 'anonymous'
}

/** Of `AWS4-HMAC-SHA256 Credential=AKID/date/region/appmesh/aws4_request, …` (app-mesh-api.md section 1.3). */
const CREDENTIAL = /^AWS4-[A-Z0-9-]+\s+(?:.*[\s,])?Credential=(?<keyId>\w{1,128})\//
