/** Removes instances whose time to live is over: those with the attribute MESHKEEPER_TTL that have stopped reporting. */
import type { Logger } from '../http/logger.js'
import type { Instance } from '../model/cloud-map/resource.js'
import type { Store } from '../store/store.js'

export interface ExpiryOptions {
  readonly store: Store
  readonly logger: Logger
  /** Milliseconds between two looks. */
  readonly intervalMillis?: number
  /** Calls `work` once after so many milliseconds; returns the way to prevent it. */
  readonly after: (millis: number, work: () => void) => () => void
}

const INTERVAL_MILLIS = 1000
/** Instances of one write: others must not wait long behind it. */
const MOST_AT_ONCE = 500
const AUTHOR = { principal: 'meshkeeper', operation: 'ExpireInstances' }

/** Removes what has expired by the store's clock, and returns it. Any number of replicas may do so at once. */
export async function removeExpired(store: Store): Promise<readonly Instance[]> {
  const due = await store.read(({ cloudMap }) => cloudMap.expired(1))
  if (due.length === 0) return []
  const { result } = await store.write(AUTHOR, async ({ cloudMap }) => {
    const expired = await cloudMap.expired(MOST_AT_ONCE)
    for (const { serviceId, id } of expired) await cloudMap.removeInstance(serviceId, id)
    return expired
  })
  return result
}

/** Looks again and again. Returns the way to stop. */
export function followExpiry({ store, logger, intervalMillis = INTERVAL_MILLIS, after }: ExpiryOptions): () => void {
  let stopped = false
  let failed = false
  let cancel = after(intervalMillis, look)
  function look(): void {
    removeExpired(store)
      .then(
        (expired) => {
          if (expired.length > 0) logger.info({ instances: expired.map(({ id }) => id) }, 'instances expired')
          if (failed) logger.info({}, 'instances that stop reporting are removed again')
          failed = false
        },
        (error: unknown) => {
          if (!failed) logger.warn({ err: error }, 'cannot look for expired instances; trying again')
          failed = true
        },
      )
      .finally(() => {
        if (!stopped) cancel = after(intervalMillis, look)
      })
      .catch(() => undefined)
  }
  return () => {
    stopped = true
    cancel()
  }
}
