/** A rule belongs to a shape of the model and is checked wherever in a request that shape stands. */
import type { Static, TSchema } from 'typebox'
import type { Problem } from '../problem.js'

export interface ShapeRule {
  /** The App Mesh name of the shape. */
  readonly title: string
  readonly check: (value: unknown, path: string) => readonly Problem[]
}

/** A rule for `schema`, a shape of the model. `check` may rely on its value having passed the schema. */
export function rule<Schema extends TSchema>(
  schema: Schema,
  check: (value: Static<Schema>, path: string) => readonly Problem[],
): ShapeRule {
  const { title } = schema as { readonly title?: string }
  if (title === undefined) throw new Error('a rule needs a shape that carries its name')
  return { title, check: (value, path) => check(value as Static<Schema>, path) }
}

/** The problem with `message` at `path` unless `holds`. */
export function demand(holds: boolean, path: string, message: string): Problem[] {
  return holds ? [] : [{ path, message }]
}

/** The members of `value` among `names` that are there. */
export function membersOf<Name extends string>(
  value: Readonly<Partial<Record<Name, unknown>>>,
  names: readonly Name[],
): Name[] {
  return names.filter((name) => value[name] !== undefined)
}

/** Demands that exactly one of `names` is there. */
export function demandOne<Name extends string>(
  value: Readonly<Partial<Record<Name, unknown>>>,
  names: readonly Name[],
  path: string,
): Problem[] {
  const given = membersOf(value, names)
  const found = given.length === 0 ? 'none is given' : `${given.join(' and ')} are given`
  const wanted =
    names.length === 1 ? `must have the member ${names[0] ?? ''}` : `must have exactly one of ${names.join(', ')}`
  return demand(given.length === 1, path, given.length === 0 && names.length === 1 ? wanted : `${wanted}; ${found}`)
}
