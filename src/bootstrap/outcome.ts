import type { Problem } from '../model/problem.js'

/** What a step yields: its value, or the one problem that keeps it from having one. */
export type Outcome<T extends object> = T | Problem

export function isProblem(outcome: object): outcome is Problem {
  return 'path' in outcome && 'message' in outcome
}
