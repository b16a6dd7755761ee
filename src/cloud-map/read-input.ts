/** Reads the input of one operation: what its schema does not know is dropped, the rest is checked. */
import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import type { JsonObject } from '../http/body.js'
import { invalidInput } from '../model/cloud-map/errors.js'
import { prune } from '../model/prune.js'
import { describeViolations } from '../model/violation.js'

/** Compiling takes a while, so a process does it once for each schema, when the first request needs it. */
const validators = new WeakMap<TObject, ReturnType<typeof compile>>()

function compile(schema: TObject) {
  return Compile(schema)
}

/** Throws InvalidInput with the first problems. */
export function readInput(schema: TObject, raw: JsonObject): unknown {
  const validator = validators.get(schema) ?? compile(schema)
  validators.set(schema, validator)
  const input = prune(schema, raw)
  if (!validator.Check(input)) throw invalidInput(describeViolations(schema, validator.Errors(input)))
  return input
}
