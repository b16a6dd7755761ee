/** Holds every answer of the App Mesh API against the model, and the metadata of resources against what they are of. */
import { checkStructure, demand, type AnswerRules, type SentAnswer } from '../aws-api/answers.js'
import { MODEL } from './model.js'

const RULES: AnswerRules = {
  model: MODEL,
  /** Clients need it. */
  isSent: (key) => key === 'MeshStatus.status',
  forms: {
    arn: /^arn:aws:appmesh:[a-z0-9-]+:\d{12}:mesh\/./s,
    meshOwner: /^\d{12}$/,
    resourceOwner: /^\d{12}$/,
    version: /^[1-9]\d*$/,
  },
}

/** Lists what is wrong with an answer of `operation`, its headers included. */
export function checkSentAnswer(operation: string, { status, headers, body }: SentAnswer): string[] {
  return [...checkHeaders(headers, status), ...checkAnswer(operation, status, body)]
}

/** Lists what is wrong with an answer of `operation`, each with the path of the member. */
export function checkAnswer(operation: string, status: number, body: unknown): string[] {
  const model = MODEL.operations[operation]
  if (!model) return [`${operation} is no operation of the model`]
  if (status !== 200) return checkFailure(operation, status, body)
  return [
    ...checkStructure(RULES, 'answer', model.answer, body),
    ...(model.answer === undefined ? [] : checkResource(operation, body)),
  ]
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
