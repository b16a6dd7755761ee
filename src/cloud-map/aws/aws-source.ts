/**
 * The services of a real AWS Cloud Map, polled: those that somebody watches and no others, each by its revision first and in full when that has
 * changed. The last good answer stays in use whatever happens.
 */
import type { Logger } from '../../http/logger.js'
import { placeKey, type ServicePlace } from '../../model/cloud-map/discovery.js'
import type { Discovered, EndpointSource } from '../endpoint-source.js'
import type { DiscoveryAnswer } from './answer.js'
import type { DiscoveryCalls } from './calls.js'
import type { Clock } from './clock.js'
import { CallFailure, parseFailure, type FailureKind } from './failure.js'
import { OutageLog } from './outage-log.js'
import { nextAttempt, nextPoll } from './poll-times.js'
import { PolledService, type PollState } from './polled-service.js'
import { RequestGate } from './request-gate.js'

export type DiscoveryOperation = 'DiscoverInstancesRevision' | 'DiscoverInstances'

export interface AwsSourceOptions {
  readonly calls: DiscoveryCalls
  readonly clock: Clock
  readonly logger: Logger
  /** Between two polls of a service. Milliseconds. */
  readonly intervalMillis: number
  /** Between two full answers for a service with health checks: its revision does not tell of health (cloud-map-api.md section 8). Milliseconds. */
  readonly healthIntervalMillis: number
  /** Requests per second, of all services together. */
  readonly rate: number
  /** From 0 up to 1. */
  readonly random?: () => number
  /** Milliseconds since the epoch. */
  readonly time?: () => number
  /** A request is over. */
  readonly onCall?: (operation: DiscoveryOperation, result: 'ok' | FailureKind, seconds: number) => void
  /** Endpoints of a service have changed. */
  readonly onChanged?: () => void
}

export interface PollStatus {
  readonly state: PollState
  /** Of the answer in use, or how long there has been none. */
  readonly ageMillis: number
}

const CONCURRENCY = 32
const REQUEST_TIMEOUT_MILLIS = 10_000
/** After a denied or unknown revision. */
const WITHOUT_REVISION_MILLIS = 600_000
/** What nobody watches is kept so long for Envoys that come back, but not polled. */
const LINGER_MILLIS = 60_000
/** Answers older than so many intervals are stale even when nothing has failed. */
const LATE_INTERVALS = 4
const WITHOUT_REVISION: ReadonlySet<FailureKind> = new Set(['denied', 'unsupported', 'garbage'])

export class AwsSource implements EndpointSource {
  readonly #options: AwsSourceOptions
  readonly #services = new Map<string, PolledService>()
  readonly #gate: RequestGate
  readonly #outage: OutageLog
  readonly #stopping = new AbortController()

  constructor(options: AwsSourceOptions) {
    const { rate, clock, logger } = options
    this.#options = options
    this.#gate = new RequestGate({ rate, clock, concurrency: CONCURRENCY })
    this.#outage = new OutageLog(logger, clock)
  }

  find(place: ServicePlace): Discovered {
    const service = this.#services.get(placeKey(place)) ?? new PolledService(place, this.#options.clock.now())
    return service.discovered
  }

  watch(place: ServicePlace, onChange: (changedAt: number) => void): () => void {
    const key = placeKey(place)
    const service = this.#services.get(key) ?? new PolledService(place, this.#options.clock.now())
    this.#services.set(key, service)
    const own = (changedAt: number): void => onChange(changedAt)
    if (service.listeners.size === 0) this.#schedule(service, 0)
    service.listeners.add(own)
    return () => {
      if (service.listeners.delete(own) && service.listeners.size === 0) this.#leave(key, service)
    }
  }

  /** What was true before is never known for sure here. */
  sync(): Promise<void> {
    return Promise.resolve()
  }

  polls(): boolean {
    return true
  }

  trouble(place: ServicePlace): string | undefined {
    return this.#services.get(placeKey(place))?.trouble(this.#options.clock.now(), this.#lateMillis)
  }

  /** Requests that wait for the rate, or for others to be over. */
  get waiting(): number {
    return this.#gate.waiting
  }

  /** Of every service that is polled. */
  statuses(): PollStatus[] {
    const now = this.#options.clock.now()
    return this.#watched.map((service) => ({
      state: service.state(now, this.#lateMillis),
      ageMillis: service.age(now),
    }))
  }

  /** Ends everything under way. */
  stop(): void {
    this.#stopping.abort()
    this.#gate.close()
    for (const { cancel } of this.#services.values()) cancel?.()
    this.#options.calls.close()
  }

  get #watched(): PolledService[] {
    return [...this.#services.values()].filter(({ listeners }) => listeners.size > 0)
  }

  get #lateMillis(): number {
    return LATE_INTERVALS * this.#options.intervalMillis
  }

  #leave(key: string, service: PolledService): void {
    service.cancel?.()
    service.cancel = this.#options.clock.after(LINGER_MILLIS, () => this.#services.delete(key))
    this.#noteOutage()
  }

  #schedule(service: PolledService, millis: number): void {
    service.cancel?.()
    if (this.#stopping.signal.aborted) return
    service.cancel = this.#options.clock.after(millis, () => void this.#poll(service))
  }

  async #poll(service: PolledService): Promise<void> {
    if (service.polling) return
    service.polling = true
    let changed = false
    try {
      changed = await this.#ask(service)
    } catch (error) {
      changed = this.#fail(service, parseFailure(error))
    } finally {
      service.polling = false
    }
    if (this.#stopping.signal.aborted) return
    this.#noteOutage()
    if (changed) this.#tell(service)
    if (service.listeners.size > 0) this.#schedule(service, this.#delay(service))
  }

  /** Returns whether anything has changed. */
  async #ask(service: PolledService): Promise<boolean> {
    const { clock, healthIntervalMillis } = this.#options
    const { place } = service
    if (!service.needsAll(clock.now(), healthIntervalMillis)) {
      const revision = await this.#askRevision(service)
      if (revision !== undefined && !service.takeRevision(revision, clock.now())) return false
    }
    // Traffic waits for whoever has changed or was never heard of.
    const answer = await this.#call<DiscoveryAnswer>(
      'DiscoverInstances',
      (signal) => this.#options.calls.instances(place, signal),
      true,
    )
    return service.takeAnswer(answer, clock.now())
  }

  /** Undefined when this may not be asked for: then the instances are. */
  async #askRevision(service: PolledService): Promise<number | undefined> {
    const { calls, clock } = this.#options
    try {
      return await this.#call('DiscoverInstancesRevision', (signal) => calls.revision(service.place, signal))
    } catch (error) {
      const { kind } = parseFailure(error)
      if (!WITHOUT_REVISION.has(kind)) throw error
      service.withoutRevisionUntil = clock.now() + WITHOUT_REVISION_MILLIS
      return undefined
    }
  }

  #call<T>(operation: DiscoveryOperation, request: (signal: AbortSignal) => Promise<T>, urgent = false): Promise<T> {
    return this.#gate.run(
      async () => {
        const { clock, onCall } = this.#options
        const started = clock.now()
        const finish = (result: 'ok' | FailureKind): void => onCall?.(operation, result, (clock.now() - started) / 1000)
        try {
          const answer = await this.#limit(request)
          finish('ok')
          return answer
        } catch (error) {
          const failure = parseFailure(error)
          if (!this.#stopping.signal.aborted) finish(failure.kind)
          throw failure
        }
      },
      { urgent },
    )
  }

  /** Credentials are waited for as well, whose providers take no signal. */
  #limit<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    const { signal } = this.#stopping
    const end = (): void => controller.abort()
    signal.addEventListener('abort', end)
    return new Promise<T>((resolve, reject) => {
      const cancel = this.#options.clock.after(REQUEST_TIMEOUT_MILLIS, () => {
        reject(new CallFailure('timeout', `no answer within ${REQUEST_TIMEOUT_MILLIS / 1000} s`))
        end()
      })
      void request(controller.signal)
        .then(resolve, reject)
        .finally(() => {
          cancel()
          signal.removeEventListener('abort', end)
        })
    })
  }

  /** Returns whether anything has changed. */
  #fail(service: PolledService, failure: CallFailure): boolean {
    if (failure.kind !== 'notFound') {
      if (!this.#stopping.signal.aborted) service.takeFailure(failure)
      return false
    }
    const isNews = service.takeAbsence(this.#options.clock.now())
    if (isNews) this.#options.logger.warn(service.place, `${failure.message}; its endpoints are none`)
    return isNews
  }

  #noteOutage(): void {
    const watched = this.#watched
    const failing = watched.filter(({ failures }) => failures > 0)
    this.#outage.note(failing.length, watched.length, failing.at(-1)?.failure)
  }

  #tell({ listeners }: PolledService): void {
    const { time = Date.now, onChanged } = this.#options
    onChanged?.()
    const now = time()
    for (const listener of [...listeners]) listener(now)
  }

  #delay({ failures, answered }: PolledService): number {
    const { intervalMillis, random = Math.random } = this.#options
    return failures > 0 ? nextAttempt(intervalMillis, failures, answered, random()) : nextPoll(intervalMillis, random())
  }
}
