/** An App Mesh API in process. */
import assert from 'node:assert/strict'
import { buildApi, type ApiOptions } from '../../src/api/api.js'
import { OPERATIONS, PREFIX } from '../../src/api/routes.js'
import type { ResourceMetadata } from '../../src/model/resource.js'
import { ACCOUNT, openApi, REGION, type Answer as AnswerOf, type ApiService, type Input } from '../aws-api/service.js'
import { checkSentAnswer } from './answers.js'

export { ACCOUNT, REGION, START, type Input } from '../aws-api/service.js'

/** The members of any answer (its times in seconds): which of them are there depends on the operation, and on whether it was refused. */
export interface Body {
  readonly [member: string]: unknown
  readonly metadata: ResourceMetadata
  readonly spec: Input
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  readonly nextToken?: string
  readonly __type: string
  readonly message: string
}

export type Answer = AnswerOf<Body>
export type Service = ApiService<Body>

export function openService(options: Partial<ApiOptions> = {}): Promise<Service> {
  return openApi<Body>({
    store: options.store,
    build: (foundation) => buildApi({ ...foundation, account: ACCOUNT, region: REGION, ...options }),
    request: buildRequest,
    check: checkSentAnswer,
  })
}

const QUERY_MEMBERS = new Set(['meshOwner', 'limit', 'nextToken', 'resourceArn'])

/** The HTTP request of one operation: members in its path, in the query, and the rest in the body. */
export function buildRequest(operation: string, input: Input) {
  const found = OPERATIONS.find(({ name }) => name === operation)
  assert.ok(found, `no operation ${operation}`)
  const rest = { ...input }
  const take = (name: string): unknown => {
    const value = rest[name]
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a member that goes into the path must not be in the body, not even as undefined
    delete rest[name]
    return value
  }
  const path = found.path.replace(/:(\w+)/g, (_, name: string) => escape(String(take(name))))
  const members = Object.keys(input).filter((name) => QUERY_MEMBERS.has(name))
  const query = members.map((name) => `${name}=${escape(String(take(name)))}`).join('&')
  const url = `${PREFIX}${path}${query && `?${query}`}`
  return { method: found.method, url, ...(found.method === 'PUT' && { payload: rest }) }
}

/** As boto3 and the JavaScript SDK percent-encode a path segment. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
