/** Smithy's two integer widths as schemas, so that no number in a spec is wider than its type. */
import Type from 'typebox'

/** Bounds of a number, both inclusive. */
export interface Bounds {
  readonly minimum?: number
  readonly maximum?: number
}

/** A 32-bit signed integer. */
export function integer({ minimum = -2147483648, maximum = 2147483647 }: Bounds = {}) {
  return Type.Integer({ minimum, maximum })
}

/** Smithy's long, as far as JSON numbers are exact: whole numbers up to 2^53 - 1. A greater one would be stored as another number. */
export function long({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Bounds = {}) {
  return Type.Integer({ minimum, maximum })
}
