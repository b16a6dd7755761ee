/** What can go wrong with a call of AWS Cloud Map, as far as it makes a difference here. */

export type FailureKind =
  'notFound' | 'throttled' | 'denied' | 'unsupported' | 'credentials' | 'timeout' | 'garbage' | 'error'

/** A call that was not answered, or not with what was asked for. `message` is for people. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure'
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}

/** By the name of the exception: those of Cloud Map (cloud-map-api.md section 9), of the protocol, and of the SDK itself. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  NamespaceNotFound: 'notFound',
  ServiceNotFound: 'notFound',
  RequestLimitExceeded: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  UnauthorizedOperation: 'denied',
  UnknownOperationException: 'unsupported',
  UnsupportedOperationException: 'unsupported',
  NotImplemented: 'unsupported',
  CredentialsProviderError: 'credentials',
  ExpiredTokenException: 'credentials',
  IncompleteSignature: 'credentials',
  InvalidClientTokenId: 'credentials',
  InvalidSignatureException: 'credentials',
  MissingAuthenticationToken: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  TokenProviderError: 'credentials',
  UnrecognizedClientException: 'credentials',
  AbortError: 'timeout',
  TimeoutError: 'timeout',
  SyntaxError: 'garbage',
}

/** By the status of an answer whose exception has no meaning here. */
const STATUS_KINDS: Readonly<Record<number, FailureKind>> = { 429: 'throttled', 403: 'denied', 501: 'unsupported' }

const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])

/** Sorts whatever the SDK throws. */
export function parseFailure(thrown: unknown): CallFailure {
  if (thrown instanceof CallFailure) return thrown
  const { name, message } = thrown instanceof Error ? thrown : { name: '', message: String(thrown) }
  const { httpStatusCode = 0 } =
    (thrown as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {}
  const { code = '' } = thrown as { readonly code?: string }
  // The SDK calls that a timeout too.
  const known = CUT.has(code) ? 'error' : Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  const kind = known ?? STATUS_KINDS[httpStatusCode] ?? 'error'
  return new CallFailure(kind, describe(kind, name, message.trim()), thrown)
}

function describe(kind: FailureKind, name: string, message: string): string {
  if (kind === 'credentials') return `AWS credentials are missing or not accepted: ${message || name}`
  if (kind === 'garbage') return 'the answer is not one of Cloud Map'
  if (message === '' || message === name || message === 'UnknownError') return name || 'unknown error'
  return name === '' || name === 'Error' ? message : `${name}: ${message}`
}
