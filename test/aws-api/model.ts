/** An API's model as its publisher wrote it down, in our own form: what tests hold the service against, never made from its code. */
import { readFileSync } from 'node:fs'

export interface Member {
  /** A scalar, `list`, `map`, or the name of a structure. */
  readonly type: string
  readonly required?: boolean
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  /** Of a list its items, of a map the values of its entries. */
  readonly items?: Member
  /** Of a map. */
  readonly keys?: Member
}

export interface Shape {
  readonly union?: boolean
  readonly members: Readonly<Record<string, Member>>
}

export interface OperationModel {
  readonly input: string
  /** The shape of the whole answer; absent where it is an empty object. */
  readonly answer?: string
  readonly errors: readonly string[]
}

export interface ErrorModel {
  readonly status: number
  readonly fault: 'client' | 'server'
  /** What the exception has beside its message. */
  readonly members?: readonly string[]
}

export interface Model<Operation extends OperationModel = OperationModel> {
  readonly errors: Readonly<Record<string, ErrorModel>>
  readonly operations: Readonly<Record<string, Operation>>
  readonly shapes: Readonly<Record<string, Shape>>
}

/** @param name of a fixture, such as `app-mesh-model` */
export function readModel<Operation extends OperationModel>(name: string): Model<Operation> {
  const fixture = new URL(`../fixtures/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(fixture, 'utf8')) as Model<Operation>
}

/** Every `Shape.member` that one of `shapes` can have, whatever is inside of it. */
export function reachableMembers(model: Model, shapes: readonly string[]): Map<string, Member> {
  const members = new Map<string, Member>()
  const reach = (shape: string): void => {
    for (const [name, member] of Object.entries(model.shapes[shape]?.members ?? {})) {
      const key = `${shape}.${name}`
      if (members.has(key)) continue
      members.set(key, member)
      reach((member.items ?? member).type)
    }
  }
  for (const shape of shapes) reach(shape)
  return members
}
