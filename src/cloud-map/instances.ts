/** The operations on instances (cloud-map-api.md section 7). */
import { checkAttributes, ATTRIBUTE, attributeOf } from '../model/cloud-map/attributes.js'
import { CloudMapError, invalidInput, limitExceeded } from '../model/cloud-map/errors.js'
import type {
  NamedInstance,
  RegisterInstanceRequest,
  UpdateInstanceCustomHealthStatusRequest,
} from '../model/cloud-map/requests.js'
import type { Attributes, Instance, Service } from '../model/cloud-map/resource.js'
import type { WriteTransaction } from '../store/store.js'
import type { CloudMapContext, CloudMapHandler } from './context.js'
import { requireInstance, requireNamespace, requireService } from './find.js'
import { formatInstance } from './wire.js'
import { buildOperation, finish, keepOperation, write } from './write.js'

/**
 * Registers an instance, or gives a registered one other attributes, all of them. An instance that is registered again as it is has reported: its
 * time to live begins anew, and nothing else happens. It keeps the health that was reported of it.
 */
export const registerInstance: CloudMapHandler<RegisterInstanceRequest> = (context, call) =>
  write(context, call, async (tx) => {
    const { ServiceId, InstanceId: id, CreatorRequestId: creatorRequestId, Attributes: attributes } = call.input
    const service = await requireService(tx, ServiceId)
    const { id: namespaceId, type } = await requireNamespace(tx, service.namespaceId)
    const problems = checkAttributes(attributes, service, type)
    if (problems.length > 0) throw invalidInput(problems)
    requireFewAttributes(context, attributes)
    const known = await tx.cloudMap.instance(service.id, id)
    const operation = buildOperation(context, 'REGISTER_INSTANCE', tx.now, {
      namespaceId,
      serviceId: service.id,
      instanceId: id,
    })
    if (known && hasSame(known.attributes, attributes)) {
      const earlier = await tx.cloudMap.registration(known)
      if (earlier) await tx.cloudMap.renewInstance(known)
      else {
        await keepOperation(tx, operation)
        await tx.cloudMap.putInstance(known, operation.id)
      }
      return { OperationId: (earlier ?? operation).id }
    }
    if (!known) await requireRoom(tx, context, service)
    const initial = attributeOf(attributes, ATTRIBUTE.initialHealth) === 'UNHEALTHY' ? 'UNHEALTHY' : 'HEALTHY'
    const health = known?.health ?? initial
    const request = creatorRequestId !== undefined && { creatorRequestId }
    await keepOperation(tx, operation)
    await tx.cloudMap.putInstance({ serviceId: service.id, id, ...request, attributes, health }, operation.id)
    return { OperationId: operation.id }
  })

function hasSame(known: Attributes, attributes: Attributes): boolean {
  const keys = Object.keys(known)
  if (keys.length !== Object.keys(attributes).length) return false
  return keys.every((key) => known[key] === attributeOf(attributes, key))
}

/** The pods of some charts have more labels than Cloud Map let instances have attributes: no limit unless one is set. */
function requireFewAttributes(
  { quotas: { instanceAttributes: limit } }: CloudMapContext,
  attributes: Attributes,
): void {
  const custom = Object.keys(attributes).filter((key) => !key.startsWith('AWS_') && key !== ATTRIBUTE.ttl)
  if (limit === undefined || custom.length <= limit) return
  throw invalidInput([{ path: 'Attributes', message: `must have at most ${limit} entries beside those of AWS` }])
}

async function requireRoom(
  { cloudMap }: WriteTransaction,
  { quotas }: CloudMapContext,
  { id }: Service,
): Promise<void> {
  const { instances: limit } = quotas
  if (limit === undefined) return
  const counts = await cloudMap.counts('instance', [id])
  if ((counts.get(id) ?? 0) >= limit) throw limitExceeded('instances per service', limit)
}

export const deregisterInstance: CloudMapHandler<NamedInstance> = (context, call) =>
  write(context, call, async (tx) => {
    const [service, instance] = await requireInstance(tx, call.input.ServiceId, call.input.InstanceId)
    await tx.cloudMap.removeInstance(service.id, instance.id)
    const targets = { namespaceId: service.namespaceId, serviceId: service.id, instanceId: instance.id }
    return finish(context, tx, 'DEREGISTER_INSTANCE', targets)
  })

export const getInstance: CloudMapHandler<NamedInstance> = async ({ store, account }, { input }) => {
  const [, instance] = await store.read((tx) => requireInstance(tx, input.ServiceId, input.InstanceId))
  return { body: { ResourceOwner: account, Instance: formatInstance(instance, account) } }
}

/** Applies at once. The same status again is a report: the time to live begins anew. */
export const updateInstanceCustomHealthStatus: CloudMapHandler<UpdateInstanceCustomHealthStatusRequest> = (
  context,
  call,
) =>
  write(context, call, async (tx) => {
    const { ServiceId, InstanceId, Status: health } = call.input
    const [service, instance] = await requireInstance(tx, ServiceId, InstanceId)
    if (!service.healthCheckCustomConfig)
      throw new CloudMapError('CustomHealthNotFound', `Service ${service.name} has no HealthCheckCustomConfig`)
    if (instance.health === health) await tx.cloudMap.renewInstance(instance)
    else await tx.cloudMap.putInstance({ ...instance, health } satisfies Instance)
    return {}
  })
