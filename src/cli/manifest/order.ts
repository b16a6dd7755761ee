/** One order of members for every spec, wherever it came from: equal specs are equal texts. */
import type { TSchema } from 'typebox'
import { isRecord, type SchemaParts } from '../../model/prune.js'
import type { Definition } from '../../model/resource.js'
import { CREATE_INPUTS } from '../access/kinds.js'

/** The spec with its members in the model's order; those that only a newer server knows come after them. */
export function orderSpec({ ref, spec }: Definition): Definition['spec'] {
  const { properties } = CREATE_INPUTS[ref.kind] as SchemaParts
  return orderMembers(properties?.['spec'], spec) as Definition['spec']
}

function orderMembers(schema: TSchema | undefined, value: unknown): unknown {
  const { properties = {}, items } = (schema ?? {}) as SchemaParts
  if (Array.isArray(value)) return value.map((item) => orderMembers(items, item))
  if (!isRecord(value)) return value
  const known = Object.keys(properties).filter((name) => Object.hasOwn(value, name))
  const others = Object.keys(value).filter((name) => !Object.hasOwn(properties, name))
  return Object.fromEntries(
    [...known, ...others.sort()].map((name) => [name, orderMembers(properties[name], value[name])]),
  )
}
