/** Holds every answer of the App Mesh API against the model: no member missing, none too many, each of its type and form. */
import type { FastifyInstance } from 'fastify'
import { MODEL, type Member } from './model.js'

/** Lists what is wrong with an answer of `operation`, each with the path of the member. */
export function checkAnswer(operation: string, status: number, body: unknown): string[] {
  const model = MODEL.operations[operation]
  if (!model) return [`${operation} is no operation of the model`]
  if (status !== 200) return checkFailure(operation, status, body)
  if (model.answer === undefined) return checkStructure('answer', {}, body)
  return [...checkMember('answer', { type: model.answer }, body), ...checkResource(operation, body)]
}

/**
 * Checks every answer that leaves `app` for an operation of the model, whoever asked. What is wrong is added to `faults`: an answer must
 * reach its test as it is.
 */
export function watchAnswers(app: FastifyInstance, faults: string[]): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const operation = (request.routeOptions.config as { operation?: string } | undefined)?.operation
    if (operation !== undefined) {
      const found = [
        ...checkHeaders(reply.getHeaders(), reply.statusCode),
        ...checkAnswer(operation, reply.statusCode, JSON.parse(String(payload))),
      ]
      faults.push(...found.map((fault) => `${operation} ${request.url}: ${fault}`))
    }
    done(null, payload)
  })
}

function checkHeaders(headers: Readonly<Record<string, unknown>>, status: number): string[] {
  return [
    ...demand(
      /^application\/json(;|$)/.test(String(headers['content-type'])),
      'the content type is not application/json',
    ),
    ...demand(/^[0-9a-f-]{36}$/.test(String(headers['x-amzn-requestid'])), 'there is no x-amzn-RequestId'),
    ...demand((headers['x-amzn-errortype'] !== undefined) === (status !== 200), 'x-amzn-ErrorType is for errors only'),
  ]
}

/** An error is one that the operation may have, at its status. */
function checkFailure(operation: string, status: number, body: unknown): string[] {
  const { __type: code = '', message, ...rest } = body as Readonly<Record<string, string>>
  const declared = MODEL.operations[operation]?.errors.includes(code) ?? false
  return [
    ...demand(declared, `${operation} has no error ${code} in the model`),
    ...demand(MODEL.errors[code]?.status === status, `${code} has not the status ${status}`),
    ...demand(typeof message === 'string' && message !== '', 'the error has no message'),
    ...demand(Object.keys(rest).length === 0, `the error has more members: ${Object.keys(rest).join(', ')}`),
  ]
}

/** What the types of the model do not say: metadata that fits the resource and the operation. */
function checkResource(operation: string, body: unknown): string[] {
  const { metadata, status } = body as { metadata?: Metadata; status?: { status?: string } }
  if (!metadata) return []
  const wanted = operation.startsWith('Delete') ? 'DELETED' : 'ACTIVE'
  return [
    ...demand(status?.status === wanted, `status is ${status?.status}, not ${wanted}`),
    ...demand(UUID.test(metadata.uid), `${metadata.uid} is no UUID`),
    ...demand(metadata.createdAt <= metadata.lastUpdatedAt, 'updated before it was created'),
    ...demand(metadata.arn.endsWith(`:${arnPath(body as Names)}`), `${metadata.arn} is not the ARN of the resource`),
  ]
}

interface Metadata {
  readonly arn: string
  readonly uid: string
  readonly createdAt: number
  readonly lastUpdatedAt: number
}

type Names = Readonly<Record<string, string | undefined>>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** app-mesh-api.md section 4. Names may have any character, so the path is made of them, not matched. */
const LEVELS = ['virtualNode', 'virtualRouter', 'virtualService', 'virtualGateway', 'route', 'gatewayRoute']

function arnPath(names: Names): string {
  const levels = LEVELS.flatMap((kind) => {
    const name = names[`${kind}Name`]
    return name === undefined ? [] : [`${kind}/${name}`]
  })
  return [`mesh/${names['meshName'] ?? ''}`, ...levels].join('/')
}

function checkMember(path: string, member: Member, value: unknown): string[] {
  const { type, items, enum: values } = member
  const check = SCALARS[type]
  if (items) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((item, index) => checkMember(`${path}[${index}]`, items, item))
  }
  if (!check) return checkStructure(path, MODEL.shapes[type]?.members ?? {}, value)
  const form = path.match(/\w+$/)?.[0] ?? ''
  return [
    ...demand(check(value), `${path} is no ${type}: ${JSON.stringify(value)}`),
    ...demand(!values || values.includes(value as string), `${path} is none of ${values?.join(', ')}`),
    ...demand(FORMS[form]?.test(String(value)) ?? true, `${path} has not the form of ${form}: ${String(value)}`),
  ]
}

function checkStructure(path: string, members: Readonly<Record<string, Member>>, value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`]
  const given = value as Readonly<Record<string, unknown>>
  const extra = Object.keys(given).filter((name) => !Object.hasOwn(members, name))
  return [
    ...extra.map((name) => `${path}.${name} is not in the model`),
    ...Object.entries(members).flatMap(([name, member]) => {
      const needed = member.required === true || ALWAYS_SENT.has(`${path}.${name}`)
      if (given[name] === undefined) return demand(!needed, `${path}.${name} is missing`)
      return checkMember(`${path}.${name}`, member, given[name])
    }),
  ]
}

/** The model does not require the status of a mesh; clients do. */
const ALWAYS_SENT = new Set(['answer.status.status'])

const SCALARS: Readonly<Record<string, ((value: unknown) => boolean) | undefined>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  long: Number.isSafeInteger,
  /** Epoch seconds, to the millisecond: neither milliseconds nor more digits than they have. */
  timestamp: (value) => typeof value === 'number' && value < 1e11 && /^\d+(\.\d{1,3})?$/.test(String(value)),
}

/** Forms of metadata, by the name of the member. */
const FORMS: Readonly<Record<string, RegExp | undefined>> = {
  arn: /^arn:aws:appmesh:[a-z0-9-]+:\d{12}:mesh\/./s,
  meshOwner: /^\d{12}$/,
  resourceOwner: /^\d{12}$/,
  version: /^[1-9]\d*$/,
}

function demand(holds: boolean, fault: string): string[] {
  return holds ? [] : [fault]
}
