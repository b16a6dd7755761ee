/** Holds answers against a model: no member missing, none too many, each of its type and form. */
import type { FastifyInstance } from 'fastify'
import { operationOf } from '../../src/http/operation.js'
import type { Member, Model } from './model.js'

export interface AnswerRules {
  readonly model: Model
  /** Whether answers always have `Shape.member`, though the model does not require it. */
  readonly isSent: (key: string) => boolean
  /** By the name of the member, wherever it is. */
  readonly forms: Readonly<Record<string, RegExp | undefined>>
}

export interface SentAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** Lists what is wrong with an answer of `operation`, each with the path of the member. */
export type AnswerCheck = (operation: string, answer: SentAnswer) => string[]

/**
 * Checks every answer that leaves `app` for an operation, whoever asked. What is wrong is added to `faults`: an answer must reach its test as it is.
 */
export function watchAnswers(app: FastifyInstance, faults: string[], check: AnswerCheck): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const operation = operationOf(request)
    if (operation !== undefined) {
      const body = JSON.parse(String(payload)) as unknown
      const found = check(operation, { status: reply.statusCode, headers: reply.getHeaders(), body })
      faults.push(...found.map((fault) => `${operation} ${request.url}: ${fault}`))
    }
    done(null, payload)
  })
}

/** Lists what is wrong with `value` as a structure; a shape that the model does not name is one without members. */
export function checkStructure(rules: AnswerRules, path: string, shape: string | undefined, value: unknown): string[] {
  if (!isObject(value)) return [`${path} is no object`]
  const members = (shape !== undefined && rules.model.shapes[shape]?.members) || {}
  const extra = Object.keys(value).filter((name) => !Object.hasOwn(members, name))
  return [
    ...extra.map((name) => `${path}.${name} is not in the model`),
    ...Object.entries(members).flatMap(([name, member]) => {
      const needed = member.required === true || rules.isSent(`${shape}.${name}`)
      if (value[name] === undefined) return demand(!needed, `${path}.${name} is missing`)
      return checkMember(rules, `${path}.${name}`, member, value[name])
    }),
  ]
}

function checkMember(rules: AnswerRules, path: string, member: Member, value: unknown): string[] {
  const { type, items } = member
  if (type === 'map') return checkMap(rules, path, member, value)
  if (items) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((item, index) => checkMember(rules, `${path}[${index}]`, items, item))
  }
  return SCALARS[type] ? checkScalar(rules, path, member, value) : checkStructure(rules, path, type, value)
}

function checkMap(rules: AnswerRules, path: string, { keys, items }: Member, value: unknown): string[] {
  if (!isObject(value) || !keys || !items) return [`${path} is no map`]
  return Object.entries(value).flatMap(([key, item]) => [
    ...checkScalar(rules, `${path}{${key}}`, keys, key),
    ...checkMember(rules, `${path}{${key}}`, items, item),
  ])
}

function checkScalar({ forms }: AnswerRules, path: string, { type, enum: values }: Member, value: unknown): string[] {
  const form = path.match(/\w+$/)?.[0] ?? ''
  return [
    ...demand(SCALARS[type]?.(value) === true, `${path} is no ${type}: ${JSON.stringify(value)}`),
    ...demand(!values || values.includes(value as string), `${path} is none of ${values?.join(', ')}`),
    ...demand(forms[form]?.test(String(value)) ?? true, `${path} has not the form of ${form}: ${String(value)}`),
  ]
}

const SCALARS: Readonly<Record<string, ((value: unknown) => boolean) | undefined>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  long: Number.isSafeInteger,
  /** Epoch seconds, to the millisecond: neither milliseconds nor more digits than they have. */
  timestamp: (value) => typeof value === 'number' && value < 1e11 && /^\d+(\.\d{1,3})?$/.test(String(value)),
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function demand(holds: boolean, fault: string): string[] {
  return holds ? [] : [fault]
}
