/** The order in which resources are listed. */
import { KINDS, type Kind } from '../model/resource.js'

/** Of the kinds: what others live in comes before them. */
export const KIND_ORDER = Object.fromEntries(KINDS.map((kind, index) => [kind, index])) as Record<Kind, number>

/** By UTF-16 units, as everywhere: never a locale's order. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
