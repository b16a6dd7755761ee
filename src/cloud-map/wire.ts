/** The things of Cloud Map as its API writes them: PascalCase, times in seconds (cloud-map-api.md section 3). */
import type { Instance, Namespace, Operation, Service } from '../model/cloud-map/resource.js'

/** Of GetNamespace; a listing has the same without the CreatorRequestId. */
export function formatNamespace(namespace: Namespace, serviceCount: number, account: string): Record<string, unknown> {
  const { hostedZoneId, soaTtl } = namespace
  const dns = hostedZoneId !== undefined && {
    HostedZoneId: hostedZoneId,
    ...(soaTtl !== undefined && { SOA: { TTL: soaTtl } }),
  }
  return {
    Id: namespace.id,
    Arn: namespace.arn,
    ResourceOwner: account,
    Name: namespace.name,
    Type: namespace.type,
    Description: namespace.description,
    ServiceCount: serviceCount,
    Properties: { ...(dns && { DnsProperties: dns }), HttpProperties: { HttpName: namespace.httpName } },
    CreateDate: namespace.createdAt / 1000,
  }
}

/** Of a listing; GetService and CreateService add to it. */
export function formatServiceSummary(
  service: Service,
  instanceCount: number,
  account: string,
): Record<string, unknown> {
  return {
    Id: service.id,
    Arn: service.arn,
    ResourceOwner: account,
    Name: service.name,
    Type: service.type,
    Description: service.description,
    InstanceCount: instanceCount,
    DnsConfig: service.dnsConfig,
    HealthCheckConfig: service.healthCheckConfig,
    HealthCheckCustomConfig: service.healthCheckCustomConfig,
    CreateDate: service.createdAt / 1000,
    CreatedByAccount: account,
  }
}

export function formatService(service: Service, instanceCount: number, account: string): Record<string, unknown> {
  const { namespaceId: NamespaceId, creatorRequestId: CreatorRequestId } = service
  return { ...formatServiceSummary(service, instanceCount, account), NamespaceId, CreatorRequestId }
}

/** Attributes exactly as they were given: clients compare them (cloud-map-api.md section 7). */
export function formatInstanceSummary({ id, attributes }: Instance, account: string): Record<string, unknown> {
  return { Id: id, Attributes: attributes, CreatedByAccount: account }
}

export function formatInstance(instance: Instance, account: string): Record<string, unknown> {
  return { ...formatInstanceSummary(instance, account), CreatorRequestId: instance.creatorRequestId }
}

/** UpdateDate is there always: the Kubernetes controller ends without it (clients.md section 3). */
export function formatOperation(operation: Operation, account: string): Record<string, unknown> {
  const { id, type, status, createdAt, updatedAt, namespaceId, serviceId, instanceId } = operation
  return {
    Id: id,
    OwnerAccount: account,
    Type: type,
    Status: status,
    CreateDate: createdAt / 1000,
    UpdateDate: updatedAt / 1000,
    Targets: targetsOf(type, { NAMESPACE: namespaceId, SERVICE: serviceId, INSTANCE: instanceId }),
  }
}

type Targets = Readonly<Record<'NAMESPACE' | 'SERVICE' | 'INSTANCE', string | undefined>>

/** What it was done to; where that is, is known here as well but not told. */
function targetsOf(type: Operation['type'], { NAMESPACE, SERVICE, INSTANCE }: Targets): Partial<Targets> {
  if (type.endsWith('_NAMESPACE')) return { NAMESPACE }
  return type === 'UPDATE_SERVICE' ? { SERVICE } : { SERVICE, INSTANCE }
}
