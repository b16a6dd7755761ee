/** The operations on services (cloud-map-api.md section 6). */
import { CloudMapError, invalidInput } from '../model/cloud-map/errors.js'
import { formatCloudMapArn } from '../model/cloud-map/identifiers.js'
import type { ById, CreateServiceRequest, UpdateServiceRequest } from '../model/cloud-map/requests.js'
import type { Namespace, Service } from '../model/cloud-map/resource.js'
import { checkService, checkServiceChange, checkTags } from '../model/cloud-map/rules.js'
import type { DnsConfig, HealthCheckConfig, ServiceType } from '../model/cloud-map/shapes.js'
import type { ReadTransaction } from '../store/store.js'
import type { CloudMapContext, CloudMapHandler } from './context.js'
import { requireNamespace, requireService } from './find.js'
import { parseTags } from './tags.js'
import { formatService } from './wire.js'
import { finish, write } from './write.js'

const ID_LENGTH = 16

/** Makes a service at once; the same request with the same CreatorRequestId answers the one that it made. */
export const createService: CloudMapHandler<CreateServiceRequest> = (context, call) => {
  const { account } = context
  return write(context, call, async (tx) => {
    const { input } = call
    const namespaceId = input.NamespaceId ?? input.DnsConfig?.NamespaceId
    if (namespaceId === undefined) throw invalidInput([{ path: 'NamespaceId', message: 'is required' }])
    const namespace = await requireNamespace(tx, namespaceId)
    const problems = [...checkService(input, namespace), ...checkTags(input.Tags ?? [])]
    if (problems.length > 0) throw invalidInput(problems)
    const service = buildService(context, namespace, input, tx.now)
    const rival = await findNamesake(tx, namespace, service.name)
    if (!rival) {
      await tx.cloudMap.putService(service)
      return { Service: formatService(service, 0, account) }
    }
    if (!isRepeated(rival, service)) throw alreadyExists(rival, namespace)
    const counts = await tx.cloudMap.counts('instance', [rival.id])
    return { Service: formatService(rival, counts.get(rival.id) ?? 0, account) }
  })
}

/** DNS does not tell upper from lower case. */
async function findNamesake({ cloudMap }: ReadTransaction, { id, type }: Namespace, name: string) {
  const namesakes = await cloudMap.servicesNamed(id, name)
  return type === 'HTTP' ? namesakes.find((service) => service.name === name) : namesakes[0]
}

function isRepeated(known: Service, asked: Service): boolean {
  const { id, arn, createdAt, attributes } = asked
  const same = JSON.stringify({ ...known, id, arn, createdAt, attributes }) === JSON.stringify(asked)
  return asked.creatorRequestId !== undefined && same
}

function alreadyExists({ id, arn, name, creatorRequestId }: Service, namespace: Namespace): CloudMapError {
  return new CloudMapError('ServiceAlreadyExists', `Namespace ${namespace.name} has a service ${name} already`, {
    CreatorRequestId: creatorRequestId,
    ServiceId: id,
    ServiceArn: arn,
  })
}

function buildService(
  { account, region, randomText }: CloudMapContext,
  namespace: Namespace,
  input: CreateServiceRequest,
  now: number,
): Service {
  const id = `srv-${randomText(ID_LENGTH)}`
  const { Description: description, CreatorRequestId: creatorRequestId } = input
  const { HealthCheckConfig: healthCheck, HealthCheckCustomConfig: custom } = input
  const dnsConfig = completeDns(input.DnsConfig, namespace)
  return {
    id,
    arn: formatCloudMapArn('service', id, { region, account }),
    namespaceId: namespace.id,
    name: input.Name,
    type: serviceType(dnsConfig),
    ...(description !== undefined && { description }),
    ...(creatorRequestId !== undefined && { creatorRequestId }),
    ...(dnsConfig && { dnsConfig }),
    ...(healthCheck && { healthCheckConfig: completeHealthCheck(healthCheck) }),
    // The threshold is 1 whatever was asked for.
    ...(custom && { healthCheckCustomConfig: { FailureThreshold: 1 } }),
    createdAt: now,
    attributes: {},
    tags: parseTags(input.Tags ?? []),
  }
}

/** A service with records is found by DNS and by DiscoverInstances, one without by the latter alone. */
function serviceType(dnsConfig: DnsConfig | undefined): ServiceType {
  return dnsConfig?.DnsRecords.length ? 'DNS_HTTP' : 'HTTP'
}

function completeDns(config: DnsConfig | undefined, { id }: Namespace): DnsConfig | undefined {
  return (
    config && { NamespaceId: id, RoutingPolicy: config.RoutingPolicy ?? 'MULTIVALUE', DnsRecords: config.DnsRecords }
  )
}

function completeHealthCheck({ Type, ResourcePath, FailureThreshold = 1 }: HealthCheckConfig): HealthCheckConfig {
  return { Type, ...(Type !== 'TCP' && { ResourcePath: ResourcePath ?? '/' }), FailureThreshold }
}

/** Replaces records and health check: what the request leaves out is gone, the custom health check apart. */
export const updateService: CloudMapHandler<UpdateServiceRequest> = (context, call) =>
  write(context, call, async (tx) => {
    const { Id: idOrArn, Service: change } = call.input
    const service = await requireService(tx, idOrArn)
    const namespace = await requireNamespace(tx, service.namespaceId)
    const problems = checkServiceChange(change, service, namespace)
    if (problems.length > 0) throw invalidInput(problems)
    const { dnsConfig: oldDns } = service
    const { Description: description, DnsConfig: dns, HealthCheckConfig: healthCheck } = change
    const dnsConfig = dns && oldDns && { ...oldDns, DnsRecords: dns.DnsRecords }
    await tx.cloudMap.putService({
      ...withoutChecks(service),
      type: serviceType(dnsConfig),
      ...(description !== undefined && { description }),
      ...(dnsConfig && { dnsConfig }),
      ...(healthCheck && { healthCheckConfig: completeHealthCheck(healthCheck) }),
    })
    return finish(context, tx, 'UPDATE_SERVICE', { serviceId: service.id, namespaceId: namespace.id })
  })

function withoutChecks(service: Service): Service {
  const gone = ['dnsConfig', 'healthCheckConfig']
  return Object.fromEntries(Object.entries(service).filter(([name]) => !gone.includes(name))) as unknown as Service
}

export const deleteService: CloudMapHandler<ById> = (context, call) =>
  write(context, call, async (tx) => {
    const { id, name } = await requireService(tx, call.input.Id)
    const [instance] = await tx.cloudMap.instances(id, { limit: 1 })
    if (instance)
      throw new CloudMapError(
        'ResourceInUse',
        `Service ${name} has instances: deregister ${instance.id} and all others first`,
      )
    await tx.cloudMap.removeService(id)
    return {}
  })

export const getService: CloudMapHandler<ById> = async ({ store, account }, { input }) => {
  const body = await store.read(async (tx) => {
    const service = await requireService(tx, input.Id)
    const counts = await tx.cloudMap.counts('instance', [service.id])
    return formatService(service, counts.get(service.id) ?? 0, account)
  })
  return { body: { Service: body } }
}
