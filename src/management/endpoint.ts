/** One row of the table of endpoints: where it is found, what it reads, what it answers. Routes and the OpenAPI document follow from it. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { TSchema } from 'typebox'
import type { ManagementContext } from './context.js'

/** Every path begins with it. */
export const MANAGEMENT_PREFIX = '/meshkeeper/v1'

export interface Parameter {
  readonly schema: TSchema
  readonly description: string
}

export interface Call {
  readonly params: Readonly<Record<string, string>>
  /** Those that were given; each is in the endpoint's table. */
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  /** Of the request itself. */
  readonly protocol: 'http' | 'https'
}

export interface Endpoint {
  /** In metrics and in the log, e.g. `GetMeshResources`. */
  readonly operation: string
  /** Under the prefix, with `:name` for a segment. */
  readonly path: string
  /** What it answers, one sentence. */
  readonly summary: string
  readonly params?: Readonly<Record<string, Parameter>>
  readonly query?: Readonly<Record<string, Parameter>>
  readonly answer: TSchema
  /** Answered from what Envoys are given, which follows the store: waits until it has what was written before the request. */
  readonly follows?: true
  /** Throws ApiError. A stream is JSON that is made in pieces. */
  readonly handle: (context: ManagementContext, call: Call) => Promise<object | Readable>
}
