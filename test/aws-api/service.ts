/** One of the APIs in process, over a store in memory, with a clock and ids that a test can foresee. */
import assert from 'node:assert/strict'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Logger } from '../../src/http/logger.js'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'
import { watchAnswers, type AnswerCheck } from './answers.js'

export const ACCOUNT = '123456789012'
export const REGION = 'us-west-2'
export const START = Date.UTC(2022, 3, 6, 12, 45, 50, 72)

export type Input = Readonly<Record<string, unknown>>

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
  /** Exception name of the header; undefined for a result. */
  readonly code: string | undefined
  /** x-meshkeeper-revision, where there is one. */
  readonly revision: number | undefined
}

export interface ApiService<Body> {
  readonly app: FastifyInstance
  readonly store: Store
  /** Errors that the service logged. */
  readonly errors: unknown[]
  /** What is wrong with its answers by the model, whoever asked: none when it closes, or `close` rejects. */
  readonly faults: string[]
  readonly clock: { now: number }
  /** Sends one operation as the AWS SDKs do. */
  readonly call: (operation: string, input?: Input) => Promise<Answer<Body>>
  /** Sends one operation and demands a result. */
  readonly make: (operation: string, input?: Input) => Promise<Body>
  /** Sends one operation and demands an exception; gives its body. */
  readonly refuse: (code: string, operation: string, input?: Input) => Promise<Body>
  close(): Promise<void>
}

/** What the service is made of. */
export interface Foundation {
  readonly store: Store
  readonly logger: Logger
  /** Makes request ids and uids. */
  readonly uuid: () => string
}

export interface ApiParts {
  /** One in memory when it is absent. */
  readonly store?: Store | undefined
  readonly build: (foundation: Foundation) => FastifyInstance
  readonly request: (operation: string, input: Input) => InjectOptions
  readonly check: AnswerCheck
}

export async function openApi<Body extends object>(parts: ApiParts): Promise<ApiService<Body>> {
  const clock = { now: START }
  const errors: unknown[] = []
  const faults: string[] = []
  let uids = 0
  const quiet = (): void => undefined
  const store = parts.store ?? (await openStore('sqlite::memory:', { now: () => clock.now }))
  const app = parts.build({
    store,
    uuid: () => `00000000-0000-4000-8000-${String(++uids).padStart(12, '0')}`,
    logger: { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void errors.push(fields) },
  })
  watchAnswers(app, faults, parts.check)
  const call = async (operation: string, input: Input = {}): Promise<Answer<Body>> => {
    const answer = await app.inject(parts.request(operation, input))
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
    refuse: async (code, operation, input) => {
      const { status, body, ...answer } = await call(operation, input)
      assert.notEqual(status, 200, `${operation}: ${JSON.stringify(body)}`)
      assert.equal(answer.code, code, JSON.stringify(body))
      return body
    },
    close: async () => {
      await app.close()
      await store.close()
      assert.deepEqual(faults, [])
    },
  }
}
