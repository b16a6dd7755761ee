/** Writes Cloud Map through its API, in as few words as a test can bear. */
import assert from 'node:assert/strict'

export interface CloudMapAnswer {
  readonly body: Readonly<Record<string, unknown>>
  /** Of a write. */
  readonly revision: number
}

export class CloudMapWriter {
  readonly #api: string

  constructor(api: string) {
    this.#api = api
  }

  async call(operation: string, input: object): Promise<CloudMapAnswer> {
    const response = await fetch(this.#api, {
      method: 'POST',
      headers: { 'x-amz-target': `Route53AutoNaming_v20170314.${operation}` },
      body: JSON.stringify(input),
    })
    const body = (await response.json()) as CloudMapAnswer['body']
    assert.equal(response.status, 200, JSON.stringify(body))
    return { body, revision: Number(response.headers.get('x-meshkeeper-revision')) }
  }

  /** Makes a namespace and gives its id. */
  async namespace(kind: 'Http' | 'PrivateDns', Name: string): Promise<string> {
    const { body } = await this.call(`Create${kind}Namespace`, { Name, ...(kind === 'PrivateDns' && { Vpc: 'vpc-1' }) })
    const { body: done } = await this.call('GetOperation', { OperationId: body['OperationId'] })
    const { Targets } = done['Operation'] as { readonly Targets: { readonly NAMESPACE: string } }
    return Targets.NAMESPACE
  }

  /** Makes a service with a custom health check, and gives its id. */
  async service(NamespaceId: string, Name: string, more: object = {}): Promise<string> {
    const { body } = await this.call('CreateService', { Name, NamespaceId, HealthCheckCustomConfig: {}, ...more })
    return (body['Service'] as { readonly Id: string }).Id
  }

  register(ServiceId: string, InstanceId: string, Attributes: Readonly<Record<string, string>>) {
    return this.call('RegisterInstance', { ServiceId, InstanceId, Attributes })
  }

  deregister(ServiceId: string, InstanceId: string): Promise<CloudMapAnswer> {
    return this.call('DeregisterInstance', { ServiceId, InstanceId })
  }

  report(ServiceId: string, InstanceId: string, Status: 'HEALTHY' | 'UNHEALTHY'): Promise<CloudMapAnswer> {
    return this.call('UpdateInstanceCustomHealthStatus', { ServiceId, InstanceId, Status })
  }
}
