/** A Cloud Map API in process. */
import type { CloudMapQuotas } from '../../src/cloud-map/context.js'
import { Registry } from '../../src/cloud-map/registry.js'
import { addCloudMapRoutes } from '../../src/cloud-map/routes.js'
import { buildHttpServer } from '../../src/http/server.js'
import { ACCOUNT, openApi, REGION, type Answer as AnswerOf, type ApiService, type Input } from '../aws-api/service.js'
import { checkSentAnswer } from './answers.js'

export { ACCOUNT, REGION, type Input } from '../aws-api/service.js'

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

export type Answer = AnswerOf<Body>

export interface CloudMapService extends ApiService<Body> {
  readonly registry: Registry
}

const TARGET = 'Route53AutoNaming_v20170314.'

export async function openCloudMap(quotas: CloudMapQuotas = {}): Promise<CloudMapService> {
  let registry: Registry | undefined
  let ids = 0
  const service = await openApi<Body>({
    build: ({ store, logger, uuid }) => {
      registry = new Registry(store)
      const app = buildHttpServer({ logger, uuid })
      const randomText = (length: number): string => String(++ids).padStart(length, '0')
      const context = { store, registry, account: ACCOUNT, region: REGION, quotas, randomText }
      addCloudMapRoutes(app, { ...context, logger, principalOf: (text = 'anonymous') => text })
      return app
    },
    request: buildRequest,
    check: checkSentAnswer,
  })
  return { ...service, registry: registry! }
}

/** The HTTP request of one operation. */
export function buildRequest(operation: string, input: Input) {
  const headers = { 'x-amz-target': TARGET + operation, 'content-type': 'application/x-amz-json-1.1' }
  return { method: 'POST', url: '/', headers, payload: JSON.stringify(input) } as const
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
