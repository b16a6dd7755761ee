/** Walks a request along its schema and applies every rule that belongs to a shape, a union or a text. */
import type { TSchema } from 'typebox'
import type { Problem } from '../problem.js'
import { isRecord, type SchemaParts } from '../prune.js'
import { isUnion } from '../schema.js'
import { joinPath } from '../violation.js'
import { GATEWAY_RULES } from './gateway.js'
import { LISTENER_RULES } from './listener.js'
import { MATCH_RULES } from './match.js'
import { NODE_RULES } from './node.js'
import { POLICY_RULES } from './policy.js'
import { ROUTE_RULES } from './route.js'
import { demandOne, type ShapeRule } from './shape-rule.js'
import { TAG_RULES } from './tag.js'
import { checkText } from './text.js'
import { TLS_RULES } from './tls.js'

const RULES = groupByTitle([
  ...TAG_RULES,
  ...NODE_RULES,
  ...LISTENER_RULES,
  ...ROUTE_RULES,
  ...GATEWAY_RULES,
  ...MATCH_RULES,
  ...POLICY_RULES,
  ...TLS_RULES,
])

/** What is wrong in `value`, which has passed `schema`, as far as it shows without looking at other resources. */
export function checkShapes(schema: TSchema, value: unknown, path: string): Problem[] {
  if (typeof value === 'string') return checkText(value, path)
  const { title = '', properties = {}, items } = schema as SchemaParts
  if (Array.isArray(value)) {
    return items ? value.flatMap((item, index) => checkShapes(items, item, joinPath(path, index))) : []
  }
  if (!isRecord(value)) return []
  return [
    ...(isUnion(schema) ? demandOne(value, Object.keys(properties), path) : []),
    ...(RULES.get(title) ?? []).flatMap(({ check }) => check(value, path)),
    ...Object.entries(properties).flatMap(([name, member]) => checkShapes(member, value[name], joinPath(path, name))),
  ]
}

function groupByTitle(rules: readonly ShapeRule[]): ReadonlyMap<string, readonly ShapeRule[]> {
  const groups = new Map<string, ShapeRule[]>()
  for (const rule of rules) groups.set(rule.title, [...(groups.get(rule.title) ?? []), rule])
  return groups
}
