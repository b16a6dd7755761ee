/** App Mesh's model as its publisher wrote it down, in our own form: what tests hold the service against, never made from its code. */
import { readFileSync } from 'node:fs'

export interface Member {
  /** A scalar, `list`, or the name of a structure. */
  readonly type: string
  readonly required?: boolean
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly items?: Member
}

export interface Shape {
  readonly union?: boolean
  readonly members: Readonly<Record<string, Member>>
}

export interface OperationModel {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** Under the prefix of the API, with `{member}` where a segment is a member of the input. */
  readonly path: string
  /** The members of the input that stand in the query. */
  readonly query: readonly string[]
  readonly input: string
  /** The shape of the whole answer; absent where it is an empty object. */
  readonly answer?: string
  readonly errors: readonly string[]
}

export interface ErrorModel {
  readonly status: number
  readonly fault: 'client' | 'server'
}

interface Model {
  readonly errors: Readonly<Record<string, ErrorModel>>
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
}

const fixture = new URL('../fixtures/app-mesh-model.json', import.meta.url)

export const MODEL = JSON.parse(readFileSync(fixture, 'utf8')) as Model

/** The structure that a member has, itself or in its items; undefined for scalars and lists of them. */
export function shapeOf({ type, items }: Member): Shape | undefined {
  return items ? shapeOf(items) : MODEL.shapes[type]
}
