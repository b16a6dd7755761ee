/** Time as the engine needs it, passed in so that tests hold it. */
export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number
  /** Calls `callback` once after `millis`; the result cancels it. */
  after(millis: number, callback: () => void): () => void
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: (millis, callback) => {
    const timer = setTimeout(callback, millis)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
