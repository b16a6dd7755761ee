/** Waiting on what a real system shows: short polls with a deadline, never a fixed sleep. */
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 25

export interface Patience {
  /** What is waited for, in the words of the failure. */
  readonly what: string
  readonly timeoutMs?: number
}

/**
 * The first value of `probe` that is neither undefined nor false. A probe that throws counts as "not yet"; its last error becomes the cause
 * when the deadline (10 s unless told) passes.
 */
export async function eventually<T>(
  { what, timeoutMs = 10_000 }: Patience,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const value = await probe()
      if (value !== undefined && value !== false) return value
      last = undefined
    } catch (error) {
      last = error
    }
    if (Date.now() > deadline) {
      const detail = last instanceof Error ? `: ${last.message}` : ''
      throw new Error(`${what}: not within ${timeoutMs} ms${detail}`, { cause: last })
    }
    await delay(POLL_MS)
  }
}
