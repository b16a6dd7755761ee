/** JSON lines on standard error: standard output has the one ready line. */
import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from './options.js'

export type { Logger } from 'pino'

/** Wherever somebody logs whole headers or key material: what signs a request or speaks for a service must not stay in a log. */
const SECRETS = [
  ...['authorization', 'headers.authorization', 'headers["x-amz-security-token"]'],
  ...['privateKey', 'private_key', 'password'],
].flatMap((path) => [path, `*.${path}`])

/** A key in the text of an error, say. In a line of JSON its line ends are escaped. */
const PEM_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|(?="))/g

function withoutKeys(line: string): string {
  return line.includes('PRIVATE KEY-----') ? line.replace(PEM_KEY, '[redacted]') : line
}

export function buildLogger(level: LogLevel, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: withoutKeys },
    redact: { paths: SECRETS, censor: '[redacted]' },
  }
  // Synchronous, so that the last line before a crash is written too.
  return pino(options, stream ?? destination({ dest: 2, sync: true }))
}
