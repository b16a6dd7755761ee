/** An App Mesh API in process, over a store in memory, with a clock and uids that a test can foresee. */
import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import { buildApi, type ApiOptions } from '../../src/api/api.js'
import { OPERATIONS, PREFIX } from '../../src/api/routes.js'
import type { ResourceMetadata } from '../../src/model/resource.js'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'
import { watchAnswers } from './answers.js'

export const ACCOUNT = '123456789012'
export const REGION = 'us-west-2'
export const START = Date.UTC(2022, 3, 6, 12, 45, 50, 72)

export type Input = Readonly<Record<string, unknown>>

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

export interface Answer {
  readonly status: number
  readonly body: Body
  /** Exception name of the header; undefined for a result. */
  readonly code: string | undefined
  /** x-meshkeeper-revision, where there is one. */
  readonly revision: number | undefined
}

export interface Service {
  readonly app: FastifyInstance
  readonly store: Store
  /** Errors that the service logged. */
  readonly errors: unknown[]
  /** What is wrong with its answers by the model, whoever asked: none when it closes, or `close` rejects. */
  readonly faults: string[]
  readonly clock: { now: number }
  /** Sends one operation as the AWS SDKs do. */
  readonly call: (operation: string, input?: Input) => Promise<Answer>
  /** Sends one operation and demands a result. */
  readonly make: (operation: string, input?: Input) => Promise<Body>
  close(): Promise<void>
}

export async function openService(options: Partial<ApiOptions> = {}): Promise<Service> {
  const clock = { now: START }
  const errors: unknown[] = []
  const faults: string[] = []
  let uids = 0
  const quiet = (): void => undefined
  const store = options.store ?? (await openStore('sqlite::memory:', { now: () => clock.now }))
  const app = buildApi({
    store,
    account: ACCOUNT,
    region: REGION,
    uuid: () => `00000000-0000-4000-8000-${String(++uids).padStart(12, '0')}`,
    logger: { debug: quiet, info: quiet, warn: quiet, error: (fields) => void errors.push(fields) },
    ...options,
  })
  watchAnswers(app, faults)
  const call = async (operation: string, input: Input = {}): Promise<Answer> => {
    const answer = await app.inject(buildRequest(operation, input))
    const revision = answer.headers['x-meshkeeper-revision']
    return {
      status: answer.statusCode,
      body: answer.json<Body>(),
      code: answer.headers['x-amzn-errortype'] as string | undefined,
      revision: revision === undefined ? undefined : Number(revision),
    }
  }
  return {
    app,
    store,
    errors,
    faults,
    clock,
    call,
    make: async (operation, input) => {
      const answer = await call(operation, input)
      assert.equal(answer.status, 200, `${operation}: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    close: async () => {
      await app.close()
      await store.close()
      assert.deepEqual(faults, [])
    },
  }
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
