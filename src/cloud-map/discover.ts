/** Discovery (cloud-map-api.md section 8): answered from memory, which is brought up to date before every answer. */
import { checkKeys, hasAttributes } from '../model/cloud-map/attributes.js'
import { invalidInput, namespaceNotFound, serviceNotFound } from '../model/cloud-map/errors.js'
import type { DiscoverInstancesRequest, DiscoverInstancesRevisionRequest } from '../model/cloud-map/requests.js'
import { isHealthy, type Instance, type Service } from '../model/cloud-map/resource.js'
import type { HealthStatusFilter } from '../model/cloud-map/shapes.js'
import type { CloudMapContext, CloudMapHandler } from './context.js'
import type { RegisteredService } from './registry.js'

/** Instances that are answered without MaxResults. */
const PAGE = 100

export const discoverInstances: CloudMapHandler<DiscoverInstancesRequest> = async (context, { input }) => {
  const { NamespaceName, ServiceName, MaxResults = PAGE, HealthStatus = 'HEALTHY_OR_ELSE_ALL' } = input
  const { QueryParameters: query = {}, OptionalParameters: optional = {} } = input
  const problems = [...checkKeys(query, 'QueryParameters'), ...checkKeys(optional, 'OptionalParameters')]
  if (problems.length > 0) throw invalidInput(problems)
  const { service, instances, instancesRevision } = await requireRegistered(context, input)
  const matching = [...instances.values()].filter(({ attributes }) => hasAttributes(attributes, query))
  const preferred = matching.filter(({ attributes }) => hasAttributes(attributes, optional))
  const chosen = chooseByHealth(service, preferred.length > 0 ? preferred : matching, HealthStatus)
  const Instances = shuffle(chosen)
    .slice(0, MaxResults)
    .map((instance) => ({
      InstanceId: instance.id,
      NamespaceName,
      ServiceName,
      HealthStatus: healthStatus(service, instance),
      Attributes: instance.attributes,
    }))
  return { body: { Instances, InstancesRevision: instancesRevision } }
}

export const discoverInstancesRevision: CloudMapHandler<DiscoverInstancesRevisionRequest> = async (
  context,
  { input },
) => {
  const { instancesRevision } = await requireRegistered(context, input)
  return { body: { InstancesRevision: instancesRevision } }
}

/** The service by the HttpName of its namespace and its name. Throws NamespaceNotFound or ServiceNotFound. */
async function requireRegistered(
  { registry, account }: CloudMapContext,
  { NamespaceName, ServiceName, OwnerAccount = account }: DiscoverInstancesRevisionRequest,
): Promise<RegisteredService> {
  await registry.sync()
  const namespace = OwnerAccount === account ? registry.namespace(NamespaceName) : undefined
  if (!namespace) throw namespaceNotFound(NamespaceName)
  const found = registry.service(namespace, ServiceName)
  if (!found) throw serviceNotFound(ServiceName)
  return found
}

/** Services without a health check of any kind know nothing of it. */
function hasHealth({ healthCheckConfig, healthCheckCustomConfig }: Service): boolean {
  return healthCheckConfig !== undefined || healthCheckCustomConfig !== undefined
}

/** What the API calls the health of an instance. */
export function healthStatus(service: Service, instance: Instance): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' {
  if (!hasHealth(service)) return 'UNKNOWN'
  return isHealthy(service, instance) ? 'HEALTHY' : 'UNHEALTHY'
}

function chooseByHealth(
  service: Service,
  instances: readonly Instance[],
  filter: HealthStatusFilter,
): readonly Instance[] {
  if (!hasHealth(service) || filter === 'ALL') return instances
  const healthy = instances.filter((instance) => isHealthy(service, instance))
  if (filter === 'UNHEALTHY') return instances.filter((instance) => !isHealthy(service, instance))
  return filter === 'HEALTHY' || healthy.length > 0 ? healthy : instances
}

/** In any order, so that callers who take the first few share the load. */
export function shuffle<T>(items: readonly T[]): T[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    const moved = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = moved
  }
  return shuffled
}
