/**
 * How the shapes of App Mesh's model are written down as schemas (app-mesh-api.md section 9): each carries its App Mesh name as `title`,
 * so that rules and tests can be tables by shape name, wherever in a spec the shape stands.
 */
import Type, { type TObject, type TProperties, type TSchema } from 'typebox'

/** Bounds of a number, both inclusive. */
export interface Bounds {
  readonly minimum?: number
  readonly maximum?: number
}

/** A 32-bit signed integer. */
export function integer({ minimum = -2147483648, maximum = 2147483647 }: Bounds = {}) {
  return Type.Integer({ minimum, maximum })
}

/** Smithy's long, as far as JSON numbers are exact: up to 2^53 - 1. A greater one would be stored as another number. */
export function long({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Bounds = {}) {
  return Type.Integer({ minimum, maximum })
}

/** An App Mesh structure. */
export function shape<Members extends TProperties>(title: string, members: Members): TObject<Members> {
  return Type.Object(members, { title })
}

/**
 * A structure of which exactly one member must be there. A plain object of optional members, so that it is read like any other;
 * the rules check the number, because a schema's anyOf cannot say clearly what is wrong.
 */
export function union<Members extends TProperties>(title: string, members: Members): TObject<Members> {
  return Type.Object(members, { title, exactlyOne: true })
}

/** True for the schemas that `union` made. */
export function isUnion(schema: TSchema): boolean {
  return 'exactlyOne' in schema
}
