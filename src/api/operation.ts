/** One row of the routes table: an operation of the API, where it is found, what it reads and what it does. */
import type { TObject } from 'typebox'
import type { Handler } from './context.js'

export interface Operation {
  /** App Mesh's name for it, e.g. `CreateVirtualNode`. */
  readonly name: string
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** Under the API's prefix, with `:member` where a path segment is a member of the input. */
  readonly path: string
  readonly input: TObject
  readonly handle: Handler
}
