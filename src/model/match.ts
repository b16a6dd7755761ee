/** What routes and gateway routes match on in a request. */
import Type, { type Static } from 'typebox'
import { long, shape, union } from './schema.js'

export const HeaderName = Type.String({ minLength: 1, maxLength: 50 })
export type HeaderName = Static<typeof HeaderName>

export const HeaderMatch = Type.String({ minLength: 1, maxLength: 255 })
export type HeaderMatch = Static<typeof HeaderMatch>

/** From `start` (inclusive) to `end` (exclusive). */
export const MatchRange = shape('MatchRange', {
  end: long(),
  start: long(),
})
export type MatchRange = Static<typeof MatchRange>

/** Exactly one member. */
export const HeaderMatchMethod = union('HeaderMatchMethod', {
  exact: Type.Optional(HeaderMatch),
  prefix: Type.Optional(HeaderMatch),
  range: Type.Optional(MatchRange),
  regex: Type.Optional(HeaderMatch),
  suffix: Type.Optional(HeaderMatch),
})
export type HeaderMatchMethod = Static<typeof HeaderMatchMethod>

/** Exactly one member, by rule: the model does not mark it as a union. */
export const HttpPathMatch = union('HttpPathMatch', {
  exact: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  regex: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
export type HttpPathMatch = Static<typeof HttpPathMatch>

/** Without `exact` the parameter only has to be there. */
export const QueryParameterMatch = shape('QueryParameterMatch', {
  exact: Type.Optional(Type.String()),
})
export type QueryParameterMatch = Static<typeof QueryParameterMatch>

export const HttpQueryParameter = shape('HttpQueryParameter', {
  match: Type.Optional(QueryParameterMatch),
  name: Type.String(),
})
export type HttpQueryParameter = Static<typeof HttpQueryParameter>
