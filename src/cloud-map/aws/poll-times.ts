/** When a service is asked about again. All times in milliseconds. */

/** By this part of the interval, either way, so that services (and replicas) spread over it. */
const JITTER = 0.1
const LONGEST_BACKOFF = 60_000
/** While nothing is known of a service its traffic waits: then the first repetitions come sooner than the interval. */
const IMPATIENT = 1000

/** @param random from 0 up to 1 */
export function nextPoll(interval: number, random: number): number {
  return interval * (1 - JITTER + 2 * JITTER * random)
}

/**
 * Doubles with each failure in a row, up to a minute (or the interval, if that is longer), and lies anywhere in the upper half of that.
 * @param failures in a row, at least 1
 * @param answered whether there is an answer that can be used meanwhile
 */
export function nextAttempt(interval: number, failures: number, answered: boolean, random: number): number {
  const base = answered ? 2 * interval : Math.min(interval, IMPATIENT)
  const ceiling = Math.min(Math.max(LONGEST_BACKOFF, interval), base * 2 ** Math.min(failures - 1, 20))
  return ceiling * (0.5 + 0.5 * random)
}
