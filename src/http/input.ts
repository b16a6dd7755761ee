/** Reads the input of one operation: what its schema does not know is dropped, the rest is checked by schema and by rule. */
import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Problem } from '../model/problem.js'
import { isRecord, prune } from '../model/prune.js'
import { describeViolations } from '../model/violation.js'
import type { JsonObject } from './body.js'

export interface InputRules {
  /** What is wrong with an input that has passed its schema. */
  readonly check: (schema: TObject, input: JsonObject) => Problem[]
  /** Makes the error of an input that has these problems. */
  readonly refuse: (problems: readonly Problem[]) => Error
}

/** Compiling takes a while, so a process does it once for each schema, when the first request needs it. */
const validators = new WeakMap<TObject, ReturnType<typeof compile>>()

function validatorOf(schema: TObject): ReturnType<typeof compile> {
  const validator = validators.get(schema) ?? compile(schema)
  validators.set(schema, validator)
  return validator
}

function compile(schema: TObject) {
  return Compile(schema)
}

/** The input in `raw`. Throws what `refuse` makes of its first problems. Equal inputs come out with equal JSON texts. */
export function readInput(schema: TObject, raw: JsonObject, { check, refuse }: InputRules): JsonObject {
  const validator = validatorOf(schema)
  const input = prune(schema, raw) as JsonObject
  if (countItems(input) > MOST_ITEMS) throw refuse([{ path: '', message: TOO_MANY_ITEMS }])
  const problems = validator.Check(input) ? check(schema, input) : describeViolations(schema, validator.Errors(input))
  if (problems.length > 0) throw refuse(problems)
  return input
}

/**
 * The models leave many lists without end. This is far beyond any mesh, and little enough to check, and later to translate, while others wait:
 * the collecting of violations alone takes seconds for a list that fills a body.
 */
const MOST_ITEMS = 5000
const TOO_MANY_ITEMS = `the lists of the request have more than ${MOST_ITEMS} items together`

/** Items of every list in `value`, those of lists in lists included; the count ends soon after it is too high. Requests may nest deeper than the stack is. */
function countItems(value: unknown): number {
  let total = 0
  const waiting = [value]
  for (let next = waiting.pop(); next !== undefined && total <= MOST_ITEMS; next = waiting.pop()) {
    if (Array.isArray(next)) total += next.length
    else if (!isRecord(next)) continue
    for (const member of Object.values(next)) if (typeof member === 'object') waiting.push(member)
  }
  return total
}
