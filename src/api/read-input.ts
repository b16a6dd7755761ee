/** Reads the input of one operation: what its schema does not know is dropped, the rest is checked by schema and by rule. */
import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import type { JsonObject } from '../http/body.js'
import { badRequest } from '../model/errors.js'
import { prune } from '../model/prune.js'
import { checkInput } from '../model/rules.js'
import { describeViolations } from '../model/violation.js'
import type { Input } from './context.js'

/** Throws BadRequestException with the first problems. Equal inputs come out with equal JSON texts. */
export type InputReader = (raw: JsonObject) => Input

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

/** The reader for `schema`, compiled so that every request is checked by plain code. */
export function compileInput(schema: TObject): InputReader {
  return (raw) => {
    const validator = validatorOf(schema)
    const input = prune(schema, raw)
    const problems = validator.Check(input)
      ? checkInput(schema, input)
      : describeViolations(schema, validator.Errors(input))
    if (problems.length > 0) throw badRequest(problems)
    return input as Input
  }
}
