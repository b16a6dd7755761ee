/** Legal inputs of every operation, and where in them each member of the model stands. Pure. */
import { MODEL, type Member } from '../model.js'
import { ACCOUNT, REGION, type Input } from '../service.js'
import { CARRIERS, type Carrier } from './carriers.js'
import { textOf } from './limits.js'
import { ABSENT } from './probes.js'

export type Path = readonly (string | number)[]

/** One place where a member stands in a legal input of an operation. */
export interface Place {
  readonly input: Input
  readonly path: Path
  readonly value: unknown
}

/** By `Shape.member`, `Shape.member[]` (the first item of a list) and `Shape` (a structure). */
export type Places = ReadonlyMap<string, readonly Place[]>

export function findPlaces(operation: string): Places {
  const places = new Map<string, Place[]>()
  const shape = MODEL.operations[operation]?.input ?? ''
  for (const input of inputsOf(operation)) visit(places, shape, { input, path: [], value: input })
  return places
}

function visit(places: Map<string, Place[]>, shape: string, place: Place): void {
  const add = (key: string, found: Place) => places.set(key, [...(places.get(key) ?? []), found])
  add(shape, place)
  for (const [name, member] of Object.entries(MODEL.shapes[shape]?.members ?? {})) {
    const value = (place.value as Input)[name]
    if (value === undefined) continue
    const at: Place = { ...place, path: [...place.path, name], value }
    add(`${shape}.${name}`, at)
    const inside = member.items ? (value as unknown[]).map((item, index) => step(at, index, item)) : [at]
    if (member.items && inside[0]) add(`${shape}.${name}[]`, inside[0])
    const { type } = member.items ?? member
    if (MODEL.shapes[type]) for (const each of inside) visit(places, type, each)
  }
}

function step({ input, path }: Place, index: number, value: unknown): Place {
  return { input, path: [...path, index], value }
}

/** Every `Shape.member` that an input can have. */
export function reachableMembers(operations: readonly string[]): Map<string, Member> {
  const members = new Map<string, Member>()
  const reach = (shape: string): void => {
    for (const [name, member] of Object.entries(MODEL.shapes[shape]?.members ?? {})) {
      const key = `${shape}.${name}`
      if (members.has(key)) continue
      members.set(key, member)
      reach((member.items ?? member).type)
    }
  }
  for (const operation of operations) reach(MODEL.operations[operation]?.input ?? '')
  return members
}

/** Name that new resources get; `subject` is there. */
const NEW = 'new'
const SUBJECT = 'subject'

function inputsOf(operation: string): Input[] {
  const { input = '' } = MODEL.operations[operation] ?? {}
  const [, verb = '', title = ''] = /^(Create|Update|Describe|Delete)(\w+)$/.exec(operation) ?? []
  const name = verb === 'Create' ? NEW : SUBJECT
  const own = `${title.charAt(0).toLowerCase()}${title.slice(1)}Name`
  const members = Object.keys(MODEL.shapes[input]?.members ?? {})
  return carriersOf(operation, title).map(({ parent, spec }) => {
    const given: Input = { ...ANY_INPUT, clientToken: textOf('clientToken', 36), spec, ...parent, [own]: name }
    return Object.fromEntries(members.map((member) => [member, given[member]]))
  })
}

/** Of operations without a spec the first place is as good as any. */
function carriersOf(operation: string, title: string): readonly Carrier[] {
  const carriers = CARRIERS[title] ?? CARRIERS[operation.replace(/^List(\w+)s$/, '$1')] ?? [{ spec: {} }]
  return /^(Create|Update)/.test(operation) ? carriers : carriers.slice(0, 1)
}

/** What inputs have beside their own names. */
const ANY_INPUT: Input = {
  limit: 1,
  meshName: 'm',
  meshOwner: ACCOUNT,
  nextToken: '',
  resourceArn: `arn:aws:appmesh:${REGION}:${ACCOUNT}:mesh/m`,
  tagKeys: ['a'],
  tags: [{ key: 'a', value: 'b' }],
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
