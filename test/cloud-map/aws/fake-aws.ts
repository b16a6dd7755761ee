/** An AWS Cloud Map as far as discovery goes (awsJson1_1 over HTTP), which also throttles, fails, hangs, lags and talks nonsense. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeInstance {
  readonly id: string
  readonly attributes: Readonly<Record<string, string>>
  readonly health?: string
}

interface FakeService {
  revision: number
  instances: readonly FakeInstance[]
}

interface Input {
  readonly NamespaceName: string
  readonly ServiceName: string
  readonly HealthStatus?: string
  readonly MaxResults?: number
}

export interface FakeCall {
  readonly operation: string
  readonly input: Input
  readonly host: string
}

export type Fault =
  | { readonly kind: 'exception'; readonly code: string; readonly status?: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'text'; readonly text: string; readonly status?: number }

export class FakeAws {
  readonly calls: FakeCall[] = []
  /** What answers instead, by operation or `*`. */
  readonly faults = new Map<string, Fault>()
  readonly #services = new Map<string, FakeService>()
  readonly #server: Server
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = []

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async start(): Promise<FakeAws> {
    const fake = new FakeAws()
    fake.#server.listen(0, '127.0.0.1')
    await once(fake.#server, 'listening')
    return fake
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Replaces the instances of a service, with a new revision. */
  register(namespace: string, service: string, ...instances: readonly FakeInstance[]): void {
    const revision = (this.#services.get(`${namespace}/${service}`)?.revision ?? 0) + 1
    this.#services.set(`${namespace}/${service}`, { revision, instances })
  }

  /** Replaces them without a new revision, as changes of health do. */
  report(namespace: string, service: string, ...instances: readonly FakeInstance[]): void {
    this.#services.get(`${namespace}/${service}`)!.instances = instances
  }

  remove(namespace: string, service: string): void {
    this.#services.delete(`${namespace}/${service}`)
  }

  /** Resolves once `holds`, which is looked at with every call. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }))
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const operation = String(request.headers['x-amz-target']).replace('Route53AutoNaming_v20170314.', '')
    const input = JSON.parse(body) as Input
    this.calls.push({ operation, input, host: request.headers.host ?? '' })
    const fault = this.faults.get(operation) ?? this.faults.get('*')
    if (fault) answerWith(fault, response)
    else this.#answer(operation, input, response)
    for (const { resolve } of this.#waiting.filter(({ holds }) => holds())) resolve()
    this.#waiting = this.#waiting.filter(({ holds }) => !holds())
  }

  #answer(operation: string, input: Input, response: ServerResponse): void {
    const { NamespaceName, ServiceName, HealthStatus, MaxResults = 100 } = input
    const service = this.#services.get(`${NamespaceName}/${ServiceName}`)
    if (!service) return send(response, 400, { __type: 'ServiceNotFound', Message: `no ${ServiceName}` })
    const { revision: InstancesRevision } = service
    if (operation === 'DiscoverInstancesRevision') return send(response, 200, { InstancesRevision })
    const Instances = service.instances
      .filter(({ health }) => HealthStatus !== 'HEALTHY' || health !== 'UNHEALTHY')
      .slice(0, MaxResults)
      .map(({ id, attributes, health = 'UNKNOWN' }) => ({
        ...{ InstanceId: id, NamespaceName, ServiceName },
        ...{ HealthStatus: health, Attributes: attributes },
      }))
      .reverse()
    send(response, 200, { Instances, InstancesRevision })
  }
}

function answerWith(fault: Fault, response: ServerResponse): void {
  if (fault.kind === 'cut') response.destroy()
  if (fault.kind === 'exception') send(response, fault.status ?? 400, { __type: fault.code, Message: 'a fault' })
  if (fault.kind === 'text') response.writeHead(fault.status ?? 200).end(fault.text)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
}
