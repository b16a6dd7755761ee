/** Holds every answer of the Cloud Map API against the model. */
import { checkStructure, demand, type AnswerRules, type SentAnswer } from '../aws-api/answers.js'
import { MODEL } from './model.js'

/** The model requires nothing of answers: all is sent but what was not given, or does not apply. */
const NOT_ALWAYS = new Set([
  'CreatorRequestId',
  'Description',
  'DnsConfig',
  'DnsProperties',
  'ErrorCode',
  'ErrorMessage',
  'HealthCheckConfig',
  'HealthCheckCustomConfig',
  'NextToken',
  'ResourcePath',
  'SOA',
])

const RULES: AnswerRules = {
  model: MODEL,
  isSent: (key) => !NOT_ALWAYS.has(key.replace(/^\w+\./, '')),
  forms: {
    Arn: /^arn:aws:servicediscovery:[a-z0-9-]+:\d{12}:(namespace\/ns|service\/srv)-[a-z0-9]+$/,
    CreatedByAccount: /^\d{12}$/,
    HostedZoneId: /^Z[A-Z0-9]+$/,
    OperationId: /^[a-z0-9]{32}-[a-z0-9]{8}$/,
    OwnerAccount: /^\d{12}$/,
    ResourceOwner: /^\d{12}$/,
    ServiceArn: /^arn:aws:servicediscovery:[a-z0-9-]+:\d{12}:service\/srv-[a-z0-9]+$/,
  },
}

/** Of the protocol, whatever the operation (cloud-map-api.md section 9). */
const PROTOCOL_ERRORS: Readonly<Record<string, number | undefined>> = {
  AccessDeniedException: 403,
  InternalServerErrorException: 500,
  SerializationException: 400,
  ServiceUnavailableException: 503,
  UnknownOperationException: 400,
}

/** Lists what is wrong with an answer of `operation`, its headers included. */
export function checkSentAnswer(operation: string, { status, headers, body }: SentAnswer): string[] {
  return [...checkHeaders(headers, status), ...checkAnswer(operation, status, body)]
}

/** Lists what is wrong with an answer of `operation`, each with the path of the member. */
export function checkAnswer(operation: string, status: number, body: unknown): string[] {
  if (status !== 200) return checkFailure(operation, status, body)
  const model = MODEL.operations[operation]
  if (!model) return [`${operation} is no operation of the model`]
  return checkStructure(RULES, 'answer', model.answer, body)
}

function checkHeaders(headers: Readonly<Record<string, unknown>>, status: number): string[] {
  return [
    ...demand(headers['content-type'] === 'application/x-amz-json-1.1', 'the content type is another one'),
    ...demand(/^[0-9a-f-]{36}$/.test(String(headers['x-amzn-requestid'])), 'there is no x-amzn-RequestId'),
    ...demand((headers['x-amzn-errortype'] !== undefined) === (status !== 200), 'x-amzn-ErrorType is for errors only'),
  ]
}

/** An error is one of the protocol, or one that the operation may have, at its status. */
function checkFailure(operation: string, status: number, body: unknown): string[] {
  const { __type: code = '', Message: message, ...rest } = body as Readonly<Record<string, string>>
  const { errors = [] } = MODEL.operations[operation] ?? {}
  const declared = errors.includes(code) || Object.hasOwn(PROTOCOL_ERRORS, code)
  const members = MODEL.errors[code]?.members ?? []
  const extra = Object.keys(rest).filter((name) => !members.includes(name))
  return [
    ...demand(declared, `${operation} has no error ${code} in the model`),
    ...demand((MODEL.errors[code]?.status ?? PROTOCOL_ERRORS[code]) === status, `${code} has not the status ${status}`),
    ...demand(typeof message === 'string' && message !== '', 'the error has no message'),
    ...demand(extra.length === 0, `the error has more members: ${extra.join(', ')}`),
  ]
}
