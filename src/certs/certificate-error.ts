/** Key material that cannot be used: the message names the file and the rule, and never quotes what is in a key. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}
