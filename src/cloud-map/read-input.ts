/** Reads the input of one operation of Cloud Map. */
import type { TObject } from 'typebox'
import type { JsonObject } from '../http/body.js'
import * as http from '../http/input.js'
import { invalidInput } from '../model/cloud-map/errors.js'
import { checkTexts } from '../model/rules/text.js'

/** Throws InvalidInput with the first problems. */
export function readInput(schema: TObject, raw: JsonObject): JsonObject {
  return http.readInput(schema, raw, { check: (_, input) => checkTexts(input, ''), refuse: invalidInput })
}
