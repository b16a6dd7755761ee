/** JSON lines on standard error: standard output has the one ready line. */
import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from './options.js'

export type { Logger } from 'pino'

/** Wherever somebody logs whole headers: what signs a request must not stay in a log. */
const SECRETS = ['authorization', 'headers.authorization', 'headers["x-amz-security-token"]'].flatMap((path) => [
  path,
  `*.${path}`,
])

export function buildLogger(level: LogLevel, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRETS, censor: '[redacted]' },
  }
  // Synchronous, so that the last line before a crash is written too.
  return pino(options, stream ?? destination({ dest: 2, sync: true }))
}
