/** What one request may cost. Names of 255 characters reach 3060 bytes percent-encoded, three of them fit one request line. */
export const LIMITS = {
  /** Bytes of a request body. A spec with 50 backends and 10 listeners stays under 100 KiB; one event loop parses and checks for everybody. */
  bodyBytes: 256 * 1024,
  /** Bytes of the request line and headers together. */
  headerBytes: 32 * 1024,
  /** Characters of one percent-encoded path segment. */
  segmentLength: 4096,
  /** Milliseconds for a TLS handshake or the headers, then for the whole request, to arrive. */
  headersTimeoutMillis: 15_000,
  requestTimeoutMillis: 30_000,
  /** Longer than the idle pools of the AWS SDKs and of usual load balancers (60 s), so that they close first. */
  keepAliveMillis: 75_000,
} as const
