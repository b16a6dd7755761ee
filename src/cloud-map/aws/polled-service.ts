/** What is known of one service of AWS Cloud Map: the last good answer, how old it is, and what went wrong since. */
import type { ServicePlace } from '../../model/cloud-map/discovery.js'
import type { Discovered } from '../endpoint-source.js'
import { MOST_INSTANCES, type DiscoveryAnswer } from './answer.js'
import type { CallFailure } from './failure.js'

/** `pending`: never answered. `stale`: the last good answer is in use, and newer ones do not come. */
export type PollState = 'ok' | 'pending' | 'stale' | 'notFound'

/** In a row. A replica of theirs that lags must not bring back instances that are gone; a service that was made anew may count from the start. */
const LOWER_REVISIONS = 3

export class PolledService {
  readonly place: ServicePlace
  readonly listeners = new Set<(changedAt: number) => void>()
  /** Failures in a row. */
  failures = 0
  /** Until then (clock reading) its revision is not asked for: that was denied. */
  withoutRevisionUntil = -Infinity
  /** Whether it is being asked about. */
  polling = false
  /** Ends the wait for the next poll, or for being forgotten. */
  cancel: (() => void) | undefined
  #discovered: Discovered | undefined
  #answer: DiscoveryAnswer | undefined
  #failure: CallFailure | undefined
  /** When AWS last said that `#discovered` is right. */
  #confirmedAt: number
  /** When it was last asked for in full. */
  #fullAt = -Infinity
  #lower = 0

  constructor(place: ServicePlace, now: number) {
    this.place = place
    this.#confirmedAt = now
  }

  get discovered(): Discovered {
    return this.#discovered ?? PENDING
  }

  /** Of the last poll. */
  get failure(): CallFailure | undefined {
    return this.#failure
  }

  get answered(): boolean {
    return this.#discovered !== undefined
  }

  /** Milliseconds since the last good answer, or since somebody began to wait for one. */
  age(now: number): number {
    return now - this.#confirmedAt
  }

  /** @param lateMillis the age of an answer above which it is stale, whatever the reason */
  state(now: number, lateMillis: number): PollState {
    if (!this.#discovered) return 'pending'
    if (this.failures > 0 || this.age(now) > lateMillis) return 'stale'
    return this.#discovered.known ? 'ok' : 'notFound'
  }

  /** What is wrong with the answer that is in use, in words for people. */
  trouble(now: number, lateMillis: number): string | undefined {
    const { namespaceName, serviceName } = this.place
    const service = `service ${serviceName} in namespace ${namespaceName}`
    const reason = this.#failure?.message
    const state = this.state(now, lateMillis)
    if (state === 'pending')
      return `there is no answer of AWS Cloud Map yet for ${service}, so that Envoys keep the endpoints that they have: ${reason ?? 'it is being asked'}`
    if (state === 'stale')
      return `the Cloud Map answer for ${service} is ${formatAge(this.age(now))} old: ${reason ?? 'more services are polled than --cloud-map-rate lets through'}`
    if (!this.#answer?.isCut) return undefined
    return `AWS Cloud Map tells of ${MOST_INSTANCES} instances at most: ${service} may have more, which get no traffic`
  }

  /** Whether the revision would not tell what has changed. Milliseconds. */
  needsAll(now: number, healthMillis: number): boolean {
    if (this.#answer?.revision === undefined || now < this.withoutRevisionUntil) return true
    return this.#answer.healthCounts && now - this.#fullAt >= healthMillis
  }

  /** Takes a revision. Returns whether the instances have to be asked for. */
  takeRevision(revision: number, now: number): boolean {
    if (this.#isOutdated(revision)) return false
    if (revision === this.#answer?.revision) this.#confirm(now)
    return revision !== this.#answer?.revision
  }

  /** Takes an answer. Returns whether `discovered` is another one now. */
  takeAnswer(answer: DiscoveryAnswer, now: number): boolean {
    if (answer.revision !== undefined && this.#isOutdated(answer.revision)) return false
    const same = this.#discovered?.known === true && this.#answer?.digest === answer.digest
    this.#answer = answer
    this.#fullAt = now
    this.#confirm(now)
    if (!same) this.#discovered = { known: true, instances: answer.instances }
    return !same
  }

  /** Takes the answer that there is no such service. Returns whether that is news. */
  takeAbsence(now: number): boolean {
    const isNews = this.#discovered?.known !== false
    this.#answer = undefined
    this.#confirm(now)
    const { namespaceName, serviceName } = this.place
    const reason = `AWS Cloud Map has no service ${serviceName} in namespace ${namespaceName}`
    if (isNews) this.#discovered = { known: false, reason }
    return isNews
  }

  takeFailure(failure: CallFailure): void {
    this.failures += 1
    this.#failure = failure
  }

  #confirm(now: number): void {
    this.#confirmedAt = now
    this.#lower = 0
    this.failures = 0
    this.#failure = undefined
  }

  #isOutdated(revision: number): boolean {
    const known = this.#answer?.revision
    if (known === undefined || revision >= known) this.#lower = 0
    else this.#lower += 1
    return this.#lower > 0 && this.#lower < LOWER_REVISIONS
  }
}

const PENDING: Discovered = { known: false, pending: true, reason: 'AWS Cloud Map has not answered yet' }

/** In steps of ten seconds, later of minutes: replicas tell each other of problems whenever their text changes. */
function formatAge(millis: number): string {
  const seconds = millis / 1000
  if (seconds < 10) return `${Math.floor(seconds)} s`
  return seconds < 600 ? `${Math.floor(seconds / 10) * 10} s` : `${Math.floor(seconds / 60)} min`
}
