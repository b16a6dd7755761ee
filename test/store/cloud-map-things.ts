/** Small things of Cloud Map for the store's tests. */
import type { CustomHealth, Instance, Namespace, Operation, Service } from '../../src/model/cloud-map/resource.js'
import type { CloudMapChange, CloudMapWriter } from '../../src/store/cloud-map-store.js'
import type { Author, Store } from '../../src/store/store.js'

export const REGISTRATION: Author = { principal: 'AKIDEXAMPLE', operation: 'RegisterInstance' }

const arnOf = (kind: string, id: string): string => `arn:aws:servicediscovery:us-east-1:000000000000:${kind}/${id}`

export const namespace = (id: string, more: Partial<Namespace> = {}): Namespace => ({
  ...{ id, arn: arnOf('namespace', id), name: `${id}.local`, httpName: `${id}.local`, type: 'HTTP' },
  ...{ createdAt: 1700000000000, tags: {}, ...more },
})

export const mapService = (id: string, namespaceId: string, more: Partial<Service> = {}): Service => ({
  ...{ id, arn: arnOf('service', id), namespaceId, name: id, type: 'HTTP', createdAt: 1700000000000 },
  ...{ attributes: {}, tags: {}, ...more },
})

export const instance = (
  serviceId: string,
  id: string,
  attributes: Instance['attributes'] = {},
  health: CustomHealth = 'HEALTHY',
): Instance => ({ serviceId, id, attributes, health })

export const operation = (id: string, more: Partial<Operation> = {}): Operation => ({
  ...{ id, type: 'REGISTER_INSTANCE', status: 'SUCCESS', createdAt: 1700000000000, updatedAt: 1700000000000, ...more },
})

/** One write of Cloud Map; gives its revision. */
export async function writeMap(store: Store, work: (map: CloudMapWriter) => Promise<unknown>): Promise<number> {
  return (await store.write(REGISTRATION, ({ cloudMap }) => work(cloudMap))).revision
}

/** A namespace `ns` with a service `srv`: revision 1 of an empty store. */
export function fillPlace(store: Store): Promise<number> {
  return writeMap(store, async (map) => {
    await map.putNamespace(namespace('ns'))
    await map.putService(mapService('srv', 'ns'))
  })
}

/** What the log says that there is, by kind and id: replaying it must give the image. */
export function replayMap(changes: readonly CloudMapChange[]): Map<string, object> {
  const things = new Map<string, object>()
  for (const { kind, before, after } of changes) {
    const thing = after ?? before
    if (!thing) continue
    const key = [kind, 'serviceId' in thing ? thing.serviceId : '', thing.id].join(' ')
    if (after) things.set(key, after)
    else things.delete(key)
  }
  return things
}
