/** The reading statements of Cloud Map, written once for every driver. */
import type { Transaction } from 'kysely'
import type {
  CloudMapKind,
  CloudMapKinds,
  Instance,
  Namespace,
  Operation,
  Service,
} from '../model/cloud-map/resource.js'
import type { CloudMapChange, CloudMapImage, CloudMapReader, OperationQuery } from './cloud-map-store.js'
import type { ChangeRow, Schema } from './schema.js'
import type { PageRequest } from './store.js'

/** What the log calls the things of Cloud Map. */
export const CLOUD_MAP_KINDS: readonly CloudMapKind[] = ['namespace', 'service', 'instance']

export class SqlCloudMapReader implements CloudMapReader {
  protected readonly trx: Transaction<Schema>
  protected readonly now: number

  constructor(trx: Transaction<Schema>, now: number) {
    this.trx = trx
    this.now = now
  }

  async namespace(id: string): Promise<Namespace | undefined> {
    return first(await this.trx.selectFrom('cloud_map_namespace').select('body').where('id', '=', id).execute()) as
      Namespace | undefined
  }

  async namespaceByHttpName(httpName: string): Promise<Namespace | undefined> {
    const query = this.trx.selectFrom('cloud_map_namespace').select('body').where('http_name', '=', httpName)
    return first(await query.execute()) as Namespace | undefined
  }

  async namespacesNamed(name: string): Promise<Namespace[]> {
    const query = this.trx.selectFrom('cloud_map_namespace').select('body').where('name', '=', name).orderBy('id')
    return all(await query.execute()) as Namespace[]
  }

  async namespaces({ after = '', limit }: PageRequest): Promise<Namespace[]> {
    const query = this.trx.selectFrom('cloud_map_namespace').select('body').where('id', '>', after)
    return all(await query.orderBy('id').limit(limit).execute()) as Namespace[]
  }

  async service(id: string): Promise<Service | undefined> {
    return first(await this.trx.selectFrom('cloud_map_service').select('body').where('id', '=', id).execute()) as
      Service | undefined
  }

  async servicesNamed(namespaceId: string, name: string): Promise<Service[]> {
    const query = this.trx.selectFrom('cloud_map_service').select('body').where('namespace_id', '=', namespaceId)
    return all(await query.where('name_key', '=', name.toLowerCase()).orderBy('id').execute()) as Service[]
  }

  async services(namespaceId: string | undefined, { after = '', limit }: PageRequest): Promise<Service[]> {
    let query = this.trx.selectFrom('cloud_map_service').select('body').where('id', '>', after)
    if (namespaceId !== undefined) query = query.where('namespace_id', '=', namespaceId)
    return all(await query.orderBy('id').limit(limit).execute()) as Service[]
  }

  async instance(serviceId: string, id: string): Promise<Instance | undefined> {
    const query = this.trx.selectFrom('cloud_map_instance').select('body').where('service_id', '=', serviceId)
    return first(await query.where('id', '=', id).execute()) as Instance | undefined
  }

  async instances(serviceId: string, { after = '', limit }: PageRequest): Promise<Instance[]> {
    const query = this.trx.selectFrom('cloud_map_instance').select('body').where('service_id', '=', serviceId)
    return all(await query.where('id', '>', after).orderBy('id').limit(limit).execute()) as Instance[]
  }

  async counts(kind: 'service' | 'instance', parentIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (parentIds.length === 0) return new Map()
    const rows =
      kind === 'service'
        ? await this.trx
            .selectFrom('cloud_map_service')
            .select((eb) => ['namespace_id as parent', eb.fn.countAll<number | string>().as('total')])
            .where('namespace_id', 'in', parentIds)
            .groupBy('namespace_id')
            .execute()
        : await this.trx
            .selectFrom('cloud_map_instance')
            .select((eb) => ['service_id as parent', eb.fn.countAll<number | string>().as('total')])
            .where('service_id', 'in', parentIds)
            .groupBy('service_id')
            .execute()
    return new Map(rows.map(({ parent, total }) => [parent, Number(total)]))
  }

  async operation(id: string): Promise<Operation | undefined> {
    const query = this.trx.selectFrom('cloud_map_operation').select('body').where('id', '=', id)
    return first(await query.where('expires_at', '>', this.now).execute()) as Operation | undefined
  }

  async operations(wanted: OperationQuery, { after = '', limit }: PageRequest): Promise<Operation[]> {
    let query = this.trx.selectFrom('cloud_map_operation').select('body').where('id', '>', after)
    query = query.where('expires_at', '>', this.now)
    if (wanted.namespaceId !== undefined) query = query.where('namespace_id', '=', wanted.namespaceId)
    if (wanted.serviceId !== undefined) query = query.where('service_id', '=', wanted.serviceId)
    if (wanted.types) query = query.where('type', 'in', wanted.types)
    const [from, to] = wanted.updated ?? []
    if (from !== undefined) query = query.where('updated_at', '>=', from)
    if (to !== undefined) query = query.where('updated_at', '<=', to)
    return all(await query.orderBy('id').limit(limit).execute()) as Operation[]
  }

  async registration({ serviceId, id }: Instance): Promise<Operation | undefined> {
    const row = await this.trx
      .selectFrom('cloud_map_instance')
      .select('operation_id')
      .where('service_id', '=', serviceId)
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.operation_id ? this.operation(row.operation_id) : undefined
  }

  async expired(limit: number): Promise<Instance[]> {
    const query = this.trx.selectFrom('cloud_map_instance').select('body').where('expires_at', '<=', this.now)
    return all(await query.orderBy('expires_at').limit(limit).execute()) as Instance[]
  }
}

/** Everything of Cloud Map that `trx` sees, which is at `revision`. */
export async function selectCloudMap(trx: Transaction<Schema>, revision: number): Promise<CloudMapImage> {
  const services = await trx.selectFrom('cloud_map_service').select(['id', 'body', 'instances_revision']).execute()
  return {
    revision,
    namespaces: all(await trx.selectFrom('cloud_map_namespace').select('body').execute()) as Namespace[],
    services: all(services) as Service[],
    instances: all(await trx.selectFrom('cloud_map_instance').select('body').execute()) as Instance[],
    instanceRevisions: new Map(services.map(({ id, instances_revision }) => [id, instances_revision])),
  }
}

/** The rows of Cloud Map among the log after `revision`. A page never splits a revision, as in `selectChanges`. */
export async function selectCloudMapChanges(
  trx: Transaction<Schema>,
  revision: number,
  limit: number,
): Promise<CloudMapChange[]> {
  const ordered = trx.selectFrom('change').selectAll().orderBy('revision').orderBy('position')
  const ours = ordered.where('kind', 'in', CLOUD_MAP_KINDS)
  const rows = await ours.where('revision', '>', revision).limit(limit).execute()
  const last = rows.at(-1)
  if (last && rows.length === limit)
    rows.push(...(await ours.where('revision', '=', last.revision).where('position', '>', last.position).execute()))
  return rows.map(parseCloudMapChange)
}

export function parseCloudMapChange({
  kind,
  before,
  after,
  revision,
  time,
  principal,
  operation,
}: ChangeRow): CloudMapChange {
  return {
    revision,
    time,
    principal,
    operation,
    kind,
    ...(before !== null && { before: JSON.parse(before) as CloudMapKinds[CloudMapKind] }),
    ...(after !== null && { after: JSON.parse(after) as CloudMapKinds[CloudMapKind] }),
  } as CloudMapChange
}

type Bodies = readonly { readonly body: string }[]

function all(rows: Bodies): unknown[] {
  return rows.map(({ body }) => JSON.parse(body) as unknown)
}

function first(rows: Bodies): unknown {
  return all(rows)[0]
}
