/** From what a request names to the thing that it means. */
import { instanceNotFound, namespaceNotFound, serviceNotFound } from '../model/cloud-map/errors.js'
import { parseIdOrArn, type Identified } from '../model/cloud-map/identifiers.js'
import type { Instance, Namespace, Service } from '../model/cloud-map/resource.js'
import type { ReadTransaction } from '../store/store.js'

/** The namespace with this id or ARN. Throws NamespaceNotFound. */
export async function requireNamespace({ cloudMap }: ReadTransaction, idOrArn: string): Promise<Namespace> {
  const found = matching('namespace', idOrArn, await cloudMap.namespace(parseIdOrArn('namespace', idOrArn)))
  if (!found) throw namespaceNotFound(idOrArn)
  return found
}

/** The service with this id or ARN. Throws ServiceNotFound. */
export async function requireService({ cloudMap }: ReadTransaction, idOrArn: string): Promise<Service> {
  const found = matching('service', idOrArn, await cloudMap.service(parseIdOrArn('service', idOrArn)))
  if (!found) throw serviceNotFound(idOrArn)
  return found
}

/** Throws ServiceNotFound or InstanceNotFound. */
export async function requireInstance(
  tx: ReadTransaction,
  serviceId: string,
  id: string,
): Promise<[Service, Instance]> {
  const service = await requireService(tx, serviceId)
  const instance = await tx.cloudMap.instance(service.id, id)
  if (!instance) throw instanceNotFound(id, service.name)
  return [service, instance]
}

/** An ARN must be that of what it leads to, region and account included. */
function matching<T extends { readonly id: string; readonly arn: string }>(
  kind: Identified,
  text: string,
  found: T | undefined,
): T | undefined {
  return found && (parseIdOrArn(kind, text) === text || found.arn === text) ? found : undefined
}
