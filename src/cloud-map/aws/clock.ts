/** Time as the poller needs it, passed in so that tests hold it. */
export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number
  /** Calls `callback` once after `millis`; the result cancels it. */
  after(millis: number, callback: () => void): () => void
}
