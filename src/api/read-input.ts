/** Reads the input of one operation of App Mesh, with the rules of its model. */
import type { TObject } from 'typebox'
import type { JsonObject } from '../http/body.js'
import { readInput } from '../http/input.js'
import { badRequest } from '../model/errors.js'
import { checkInput } from '../model/rules.js'
import type { Input } from './context.js'

/** Throws BadRequestException with the first problems. Equal inputs come out with equal JSON texts. */
export type InputReader = (raw: JsonObject) => Input

export function compileInput(schema: TObject): InputReader {
  return (raw) => readInput(schema, raw, { check: checkInput, refuse: badRequest })
}
