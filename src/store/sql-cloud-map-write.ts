/** The writing statements of Cloud Map, written once for every driver. */
import type { Transaction } from 'kysely'
import { ATTRIBUTE, attributeOf } from '../model/cloud-map/attributes.js'
import { formatInstancePlace } from '../model/cloud-map/identifiers.js'
import type { CloudMapKind, Instance, Namespace, Operation, Service } from '../model/cloud-map/resource.js'
import type { CloudMapWriter } from './cloud-map-store.js'
import type { ChangeRow, Schema } from './schema.js'
import { SqlCloudMapReader } from './sql-cloud-map-read.js'

/** Operations past their time that one write takes away: more than it adds. */
const OPERATIONS_PRUNED = 10

/** What one transaction did to one thing, whatever the number of steps. */
interface Touched {
  readonly kind: CloudMapKind
  readonly parent: string
  readonly id: string
  readonly arn: string
  readonly before: string | null
  after: string | null
}

/** The columns of the log that tell what was changed, and how. */
export type LoggedColumns = Pick<
  ChangeRow,
  'kind' | 'mesh_owner' | 'mesh_name' | 'parent_name' | 'name' | 'arn' | 'before' | 'after'
>

export class SqlCloudMapWriter extends SqlCloudMapReader implements CloudMapWriter {
  readonly #revision: number
  readonly #touched = new Map<string, Touched>()

  constructor(trx: Transaction<Schema>, now: number, revision: number) {
    super(trx, now)
    this.#revision = revision
  }

  async putNamespace(namespace: Namespace): Promise<void> {
    const { id, name, httpName, arn } = namespace
    const touched = this.#touch('namespace', '', id, arn, await this.namespace(id))
    const values = { name, http_name: httpName, body: JSON.stringify(namespace) }
    await this.trx
      .insertInto('cloud_map_namespace')
      .values({ id, ...values })
      .onConflict((oc) => oc.column('id').doUpdateSet(values))
      .execute()
    touched.after = values.body
  }

  async removeNamespace(id: string): Promise<void> {
    const namespace = demand(await this.namespace(id), `namespace ${id}`)
    const touched = this.#touch('namespace', '', id, namespace.arn, namespace)
    await this.trx.deleteFrom('cloud_map_namespace').where('id', '=', id).execute()
    touched.after = null
  }

  async putService(service: Service): Promise<void> {
    const { id, namespaceId, name, arn } = service
    const touched = this.#touch('service', namespaceId, id, arn, await this.service(id))
    const values = { namespace_id: namespaceId, name_key: name.toLowerCase(), body: JSON.stringify(service) }
    await this.trx
      .insertInto('cloud_map_service')
      .values({ id, instances_revision: this.#revision, ...values })
      .onConflict((oc) => oc.column('id').doUpdateSet(values))
      .execute()
    touched.after = values.body
  }

  async removeService(id: string): Promise<void> {
    const service = demand(await this.service(id), `service ${id}`)
    const touched = this.#touch('service', service.namespaceId, id, service.arn, service)
    await this.trx.deleteFrom('cloud_map_service').where('id', '=', id).execute()
    touched.after = null
  }

  async putInstance(instance: Instance, operationId?: string): Promise<void> {
    const { serviceId, id } = instance
    const before = await this.instance(serviceId, id)
    const touched = await this.#touchInstance(serviceId, id, before)
    const values = {
      expires_at: this.#expiry(instance),
      body: JSON.stringify(instance),
      ...(operationId !== undefined && { operation_id: operationId }),
    }
    await this.trx
      .insertInto('cloud_map_instance')
      .values({ service_id: serviceId, id, ...values })
      .onConflict((oc) => oc.columns(['service_id', 'id']).doUpdateSet(values))
      .execute()
    touched.after = values.body
    if (JSON.stringify(before?.attributes) !== JSON.stringify(instance.attributes)) await this.#raise(serviceId)
  }

  async removeInstance(serviceId: string, id: string): Promise<void> {
    const instance = demand(await this.instance(serviceId, id), `instance ${id}`)
    const touched = await this.#touchInstance(serviceId, id, instance)
    await this.trx.deleteFrom('cloud_map_instance').where('service_id', '=', serviceId).where('id', '=', id).execute()
    touched.after = null
    await this.#raise(serviceId)
  }

  async renewInstance(instance: Instance): Promise<void> {
    const { serviceId, id } = instance
    const expires_at = this.#expiry(instance)
    if (expires_at === null) return
    await this.trx
      .updateTable('cloud_map_instance')
      .set({ expires_at })
      .where('service_id', '=', serviceId)
      .where('id', '=', id)
      .execute()
  }

  async putOperation(operation: Operation, lifeMillis: number): Promise<void> {
    const { id, type, namespaceId = '', serviceId = '', updatedAt } = operation
    await this.#pruneOperations()
    const found = { namespace_id: namespaceId, service_id: serviceId, updated_at: updatedAt }
    const body = JSON.stringify(operation)
    await this.trx
      .insertInto('cloud_map_operation')
      .values({ id, type, ...found, expires_at: this.now + lifeMillis, body })
      .execute()
  }

  /** What was changed, for the log. */
  changes(): LoggedColumns[] {
    return [...this.#touched.values()]
      .filter(({ before, after }) => before !== after)
      .map(({ kind, parent, id, arn, before, after }) => {
        return { kind, mesh_owner: '', mesh_name: '', parent_name: parent, name: id, arn, before, after }
      })
  }

  /** The instances of the service have changed. */
  async #raise(serviceId: string): Promise<void> {
    const instances_revision = this.#revision
    await this.trx.updateTable('cloud_map_service').set({ instances_revision }).where('id', '=', serviceId).execute()
  }

  #expiry({ attributes }: Instance): number | null {
    const ttl = attributeOf(attributes, ATTRIBUTE.ttl)
    return ttl === undefined ? null : this.now + Number(ttl) * 1000
  }

  async #pruneOperations(): Promise<void> {
    await this.trx
      .deleteFrom('cloud_map_operation')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('cloud_map_operation')
          .select('id')
          .where('expires_at', '<=', this.now)
          .orderBy('expires_at')
          .limit(OPERATIONS_PRUNED),
      )
      .execute()
  }

  async #touchInstance(serviceId: string, id: string, before: Instance | undefined): Promise<Touched> {
    const service = demand(await this.service(serviceId), `service ${serviceId}`)
    return this.#touch('instance', serviceId, id, formatInstancePlace(service.arn, id), before)
  }

  #touch(kind: CloudMapKind, parent: string, id: string, arn: string, found: object | undefined): Touched {
    const known = this.#touched.get(arn)
    if (known) return known
    const before = found === undefined ? null : JSON.stringify(found)
    const touched: Touched = { kind, parent, id, arn, before, after: before }
    this.#touched.set(arn, touched)
    return touched
  }
}

function demand<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`there is no ${what}`)
  return found
}
