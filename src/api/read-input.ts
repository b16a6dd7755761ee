/** Reads the input of one operation: what its schema does not know is dropped, the rest is checked by schema and by rule. */
import type { Static, TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import type { JsonObject } from '../http/body.js'
import { badRequest } from '../model/errors.js'
import { prune } from '../model/prune.js'
import { checkInput } from '../model/rules.js'
import { describeViolations } from '../model/violation.js'

/** Throws BadRequestException with the first problems. Equal inputs come out with equal JSON texts. */
export type InputReader<S extends TObject> = (raw: JsonObject) => Static<S>

/** Compiles `schema`, once at start: every request is then checked by plain code. */
export function compileInput<S extends TObject>(schema: S): InputReader<S> {
  const validator = Compile(schema)
  return (raw) => {
    const input = prune(schema, raw)
    const problems = validator.Check(input)
      ? checkInput(schema, input)
      : describeViolations(schema, validator.Errors(input))
    if (problems.length > 0) throw badRequest(problems)
    return input as Static<S>
  }
}
