/** Where in the legal inputs of an operation each member of the model stands. Pure. */
import type { Model } from '../model.js'
import type { Input } from '../service.js'

/** The member is left out. */
export const ABSENT = Symbol('absent')

export type Path = readonly (string | number)[]

/** One place where a member stands in a legal input of an operation. */
export interface Place {
  readonly input: Input
  readonly path: Path
  readonly value: unknown
}

/** By `Shape.member`, `Shape.member[]` (the first item of a list, or entry of a map) and `Shape` (a structure). */
export type Places = ReadonlyMap<string, readonly Place[]>

export function findPlaces(model: Model, operation: string, inputs: readonly Input[]): Places {
  const places = new Map<string, Place[]>()
  const shape = model.operations[operation]?.input ?? ''
  for (const input of inputs) visit(model, places, shape, { input, path: [], value: input })
  return places
}

function visit(model: Model, places: Map<string, Place[]>, shape: string, place: Place): void {
  const add = (key: string, found: Place) => places.set(key, [...(places.get(key) ?? []), found])
  add(shape, place)
  for (const [name, member] of Object.entries(model.shapes[shape]?.members ?? {})) {
    const value = (place.value as Input)[name]
    if (value === undefined) continue
    const at: Place = { ...place, path: [...place.path, name], value }
    add(`${shape}.${name}`, at)
    const inside = member.items ? stepsInto(at) : [at]
    if (member.items && inside[0]) add(`${shape}.${name}[]`, inside[0])
    const { type } = member.items ?? member
    if (model.shapes[type]) for (const each of inside) visit(model, places, type, each)
  }
}

/** The items of a list, or the values of a map's entries. */
function stepsInto({ input, path, value }: Place): Place[] {
  const entries = Array.isArray(value) ? [...(value as unknown[]).entries()] : Object.entries(value as Input)
  return entries.map(([at, item]) => ({ input, path: [...path, at], value: item }))
}

/** `root` with the value at `path` replaced, or taken away where it is ABSENT. */
export function edit(root: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value
  if (Array.isArray(root))
    return (root as unknown[]).map((item, index) => (index === first ? edit(item, rest, value) : item))
  const { [first]: old, ...others } = root as Input
  const changed = edit(old, rest, value)
  return changed === ABSENT ? others : { ...others, [first]: changed }
}

/** As the service writes it. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}
