/** Rules for the parts of a request beside its spec (app-mesh-api.md sections 4, 5 and 7.10). */
import type { Problem } from '../problem.js'
import type { TagRef } from '../tag.js'
import { demand } from './shape-rule.js'

/** The members that any input may have, as far as there are rules for them. */
export interface Envelope {
  readonly clientToken?: string
  readonly meshOwner?: string
  readonly tags?: readonly TagRef[]
}

/** What is wrong with an input outside of its spec, names included. */
export function checkEnvelope({ clientToken, meshOwner, tags = [] }: Envelope): Problem[] {
  return [
    ...demand(clientToken === undefined || CLIENT_TOKEN.test(clientToken), 'clientToken', TOKEN_FORM),
    ...demand(meshOwner === undefined || ACCOUNT.test(meshOwner), 'meshOwner', 'must be an account of 12 digits'),
    ...checkTagKeys(tags),
  ]
}

function checkTagKeys(tags: readonly TagRef[]): Problem[] {
  const seen = new Set<string>()
  return tags.flatMap(({ key }, index) => {
    const unique = !seen.has(key)
    seen.add(key)
    return demand(unique, `tags[${index}].key`, `must not be given twice: ${key}`)
  })
}

const CLIENT_TOKEN = /^[A-Za-z0-9_-]{1,36}$/
const TOKEN_FORM = 'must have 1 to 36 characters, each a letter, a digit, - or _'
const ACCOUNT = /^\d{12}$/
