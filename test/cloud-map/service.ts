/** A Cloud Map API in process, over a store in memory, with a clock and ids that a test can foresee. */
import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import type { CloudMapQuotas } from '../../src/cloud-map/context.js'
import { Registry } from '../../src/cloud-map/registry.js'
import { addCloudMapRoutes } from '../../src/cloud-map/routes.js'
import { buildHttpServer } from '../../src/http/server.js'
import { openStore } from '../../src/store/open-store.js'
import type { Store } from '../../src/store/store.js'

export const ACCOUNT = '123456789012'
export const REGION = 'us-west-2'
export const START = Date.UTC(2022, 3, 6, 12, 45, 50, 72)

export type Input = Readonly<Record<string, unknown>>

/** A namespace, a service or an instance: which members are there depends on the operation. */
export interface Item {
  readonly [member: string]: unknown
  readonly Id: string
  readonly Arn: string
  readonly InstanceId: string
  readonly Attributes: Readonly<Record<string, string>>
  readonly HealthStatus: string
}

export interface Operation {
  readonly Id: string
  readonly Type: string
  readonly Status: string
  readonly CreateDate: number
  readonly UpdateDate: number
  readonly Targets: Readonly<Record<string, string>>
}

/** Any answer. */
export interface Body {
  readonly [member: string]: unknown
  readonly OperationId: string
  readonly Operation: Operation
  readonly Namespace: Item
  readonly Service: Item
  readonly Instance: Item
  readonly Namespaces: readonly Item[]
  readonly Services: readonly Item[]
  readonly Instances: readonly Item[]
  readonly Operations: readonly Operation[]
  readonly InstancesRevision: number
  readonly Status: Readonly<Record<string, string>>
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly NextToken?: string
  readonly __type: string
  readonly Message: string
}

export interface Answer {
  readonly status: number
  readonly body: Body
  readonly code: string | undefined
  readonly revision: number | undefined
}

export interface CloudMapService {
  readonly app: FastifyInstance
  readonly store: Store
  readonly registry: Registry
  readonly clock: { now: number }
  readonly errors: unknown[]
  readonly call: (operation: string, input?: Input) => Promise<Answer>
  /** Demands a result. */
  readonly make: (operation: string, input?: Input) => Promise<Body>
  /** Demands an exception, and gives its body. */
  readonly refuse: (code: string, operation: string, input?: Input) => Promise<Body>
  close(): Promise<void>
}

export const TARGET = 'Route53AutoNaming_v20170314.'

export async function openCloudMap(quotas: CloudMapQuotas = {}): Promise<CloudMapService> {
  const clock = { now: START }
  const errors: unknown[] = []
  const quiet = (): void => undefined
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void errors.push(fields) }
  const store = await openStore('sqlite::memory:', { now: () => clock.now })
  const registry = new Registry(store)
  let ids = 0
  let requests = 0
  const app = buildHttpServer({ logger, uuid: () => `request-${++requests}` })
  const randomText = (length: number): string => String(++ids).padStart(length, '0')
  const context = { store, registry, account: ACCOUNT, region: REGION, quotas, randomText }
  addCloudMapRoutes(app, { ...context, logger, principalOf: (text = 'anonymous') => text })
  const call = async (operation: string, input: Input = {}): Promise<Answer> => {
    const headers = { 'x-amz-target': TARGET + operation, 'content-type': 'application/x-amz-json-1.1' }
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload: JSON.stringify(input) })
    const revision = answer.headers['x-meshkeeper-revision']
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1')
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
    registry,
    clock,
    errors,
    call,
    make: async (operation, input) => {
      const answer = await call(operation, input)
      assert.equal(answer.status, 200, `${operation}: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    refuse: async (code, operation, input) => {
      const answer = await call(operation, input)
      assert.deepEqual([answer.status, answer.code, answer.body.__type], [400, code, code], JSON.stringify(answer.body))
      assert.notEqual(answer.body.Message, '')
      return answer.body
    },
    close: async () => {
      await app.close()
      await store.close()
    },
  }
}

/** Makes a namespace and gives its id. */
export async function makeNamespace(
  { make }: CloudMapService,
  name = 'ns',
  kind = 'Http',
  more: Input = {},
): Promise<string> {
  const { OperationId } = await make(`Create${kind}Namespace`, {
    Name: name,
    ...(kind === 'PrivateDns' && { Vpc: 'vpc' }),
    ...more,
  })
  const { Operation } = await make('GetOperation', { OperationId })
  return Operation.Targets['NAMESPACE']!
}

/** Makes a service and gives its id. */
export async function makeService({ make }: CloudMapService, namespace: string, more: Input = {}): Promise<string> {
  const { Service } = await make('CreateService', { Name: 's', NamespaceId: namespace, ...more })
  return Service.Id
}
