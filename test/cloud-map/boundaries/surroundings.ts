/** What the legal inputs need: namespaces, services, an instance and an operation with ids that are known beforehand. */
import type { Namespace, Service } from '../../../src/model/cloud-map/resource.js'
import type { NamespaceType } from '../../../src/model/cloud-map/shapes.js'
import { ACCOUNT, REGION, type CloudMapService } from '../service.js'

const SCOPE = `arn:aws:servicediscovery:${REGION}:${ACCOUNT}:`
const MADE = { createdAt: 1, tags: {} }

const namespace = (id: string, type: NamespaceType): Namespace => {
  const zone = type !== 'HTTP' && { hostedZoneId: 'Z1' }
  return { id, arn: `${SCOPE}namespace/${id}`, name: `${id}.local`, httpName: `${id}.local`, type, ...zone, ...MADE }
}

const NAMESPACES: readonly Namespace[] = [
  namespace('ns-http', 'HTTP'),
  namespace('ns-empty', 'HTTP'),
  namespace('ns-private', 'DNS_PRIVATE'),
  namespace('ns-public', 'DNS_PUBLIC'),
]

const service = (name: string, namespaceId: string, more: Partial<Service>): Service => {
  const id = `srv-${name}`
  return { id, arn: `${SCOPE}service/${id}`, namespaceId, name, type: 'HTTP', attributes: {}, ...MADE, ...more }
}

const answered = (name: string, ...types: ('A' | 'AAAA' | 'SRV' | 'CNAME')[]): Service => {
  const DnsRecords = types.map((Type) => ({ Type, TTL: 60 }))
  const dnsConfig = { NamespaceId: 'ns-public', RoutingPolicy: 'WEIGHTED', DnsRecords } as const
  return service(name, 'ns-public', { type: 'DNS_HTTP', dnsConfig })
}

const SERVICES: readonly Service[] = [
  service('custom', 'ns-http', { healthCheckCustomConfig: { FailureThreshold: 1 } }),
  answered('both', 'A', 'AAAA'),
  answered('srv', 'SRV'),
  answered('cname', 'CNAME'),
]

export const SERVICE_ARN = `${SCOPE}service/srv-custom`

const INSTANCE = { serviceId: 'srv-custom', id: 'i', attributes: {}, health: 'HEALTHY' } as const
const OPERATION = {
  id: 'op',
  type: 'REGISTER_INSTANCE',
  status: 'SUCCESS',
  createdAt: 1,
  updatedAt: 1,
  namespaceId: 'ns-http',
  serviceId: 'srv-custom',
  instanceId: 'i',
} as const
const DAY_MILLIS = 24 * 3600_000

export async function makeSurroundings(service: CloudMapService): Promise<void> {
  await resetSurroundings(service)
  await service.store.write({ principal: 'test', operation: 'Make' }, ({ cloudMap }) =>
    cloudMap.putOperation(OPERATION, DAY_MILLIS),
  )
}

/** Makes the surroundings as they were at first, operations apart, and takes away whatever else there is. */
export async function resetSurroundings({ store }: CloudMapService): Promise<void> {
  const { namespaces, services, instances } = await store.cloudMapImage()
  await store.write({ principal: 'test', operation: 'Reset' }, async ({ cloudMap }) => {
    for (const { serviceId, id } of instances) await cloudMap.removeInstance(serviceId, id)
    for (const { id } of services) await cloudMap.removeService(id)
    for (const { id } of namespaces) await cloudMap.removeNamespace(id)
    for (const each of NAMESPACES) await cloudMap.putNamespace(each)
    for (const each of SERVICES) await cloudMap.putService(each)
    await cloudMap.putInstance(INSTANCE)
  })
}
