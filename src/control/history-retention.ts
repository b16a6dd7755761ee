/** Removes what the log of changes has kept for longer than it is told to. */
import type { Store } from '../store/store.js'
import type { Logger } from './logger.js'

export interface RetentionOptions {
  readonly store: Store
  readonly logger: Logger
  /** How long a change is kept, in milliseconds; 0: for ever. */
  readonly retentionMillis: number
  /** Calls `work` once after so many milliseconds; returns the way to prevent it. */
  readonly after: (millis: number, work: () => void) => () => void
}

const INTERVAL_MILLIS = 10 * 60_000
/** Between two pages: other writers come first. */
const PAUSE_MILLIS = 200

/** Looks again and again; any number of replicas may do so at once. Returns the way to stop. */
export function followRetention({ store, logger, retentionMillis, after }: RetentionOptions): () => void {
  if (retentionMillis === 0) return () => undefined
  let stopped = false
  let failed = false
  let removed = 0
  let cancel = after(PAUSE_MILLIS, look)

  /** Returns how long to wait for the next look, in milliseconds. */
  async function trim(): Promise<number> {
    try {
      const rows = await store.trimLog(retentionMillis)
      failed = false
      removed += rows
      if (rows > 0) return PAUSE_MILLIS
      if (removed > 0) logger.info({ rows: removed }, 'changes beyond --history-retention were removed from the log')
      removed = 0
    } catch (error) {
      if (!failed) logger.warn({ err: error }, 'cannot remove old changes from the log; trying again')
      failed = true
    }
    return INTERVAL_MILLIS
  }

  function look(): void {
    void trim().then((millis) => {
      if (!stopped) cancel = after(millis, look)
    })
  }

  return () => {
    stopped = true
    cancel()
  }
}
