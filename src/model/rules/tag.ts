/** Rules for tags (app-mesh-api.md section 5). */
import { TagRef } from '../tag.js'
import { demand, rule } from './shape-rule.js'

export const TAG_RULES = [
  rule(TagRef, ({ key }, path) =>
    demand(!/^aws:/i.test(key), `${path}.key`, 'must not begin with aws:, which is reserved'),
  ),
]
