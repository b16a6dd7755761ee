/** Durations as people write them in options: 500ms, 10s, 1.5m, 1h, 90d. */

const SHORTEST_INTERVAL_MILLIS = 100

/** Between two questions: not too short. Milliseconds. */
export function parseInterval(text: string): number {
  const millis = parseDuration(text)
  if (millis < SHORTEST_INTERVAL_MILLIS) throw new Error(`"${text}" is too short: use at least 100ms`)
  return millis
}

const SHORTEST_RETENTION_MILLIS = 3_600_000

/** 0: for ever. Milliseconds. */
export function parseRetention(text: string): number {
  const millis = parseMillis(text)
  if (millis > 0 && millis < SHORTEST_RETENTION_MILLIS)
    throw new Error(`"${text}" is too short: use at least 1h, or 0s for ever`)
  return millis
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Timers of Node that are set to more than 24.8 days end at once; some here are set to a little more than they are told. */
const LONGEST_MILLIS = 20 * 86_400_000

/** Of something to be waited for. Milliseconds. Throws an Error whose message names what is wrong with the text. */
export function parseDuration(text: string): number {
  const millis = parseMillis(text)
  if (millis > LONGEST_MILLIS) throw new Error(`"${text}" is too long: use at most 20d`)
  return millis
}

function parseMillis(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? []
  const factor = UNITS[unit]
  if (amount === undefined || factor === undefined) throw new Error(`"${text}" is no duration: use 500ms, 10s or 1m`)
  return Math.round(Number(amount) * factor)
}
