/** An orderly end: every step gets its time, none can hold up the rest for ever. */
import type { Logger } from './logger.js'

export interface Step {
  readonly name: string
  readonly run: () => Promise<void>
}

/** What a step still gets when the ones before it have used up the grace: the store must have its chance. */
const LEAST_MS = 1000

/** Runs the steps one after the other within about `graceMs`. One that fails or hangs is logged and left behind. */
export async function runSteps(steps: readonly Step[], graceMs: number, logger: Logger): Promise<void> {
  const deadline = performance.now() + graceMs
  for (const { name, run } of steps) {
    const budget = Math.max(deadline - performance.now(), LEAST_MS)
    try {
      await within(budget, run())
    } catch (error) {
      logger.warn({ step: name, err: error }, 'a step of the shutdown did not end well')
    }
  }
}

/** Settles like `work`, or rejects after `budgetMs`. */
export async function within<T>(budgetMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${Math.round(budgetMs)} ms`)), budgetMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Resolves with the first SIGTERM or SIGINT; `onSecond` is called for the next one, by somebody who will not wait. */
export function waitForSignal(onSecond: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = true
    for (const signal of SIGNALS)
      process.on(signal, () => {
        if (first) resolve(signal)
        else onSecond()
        first = false
      })
  })
}
