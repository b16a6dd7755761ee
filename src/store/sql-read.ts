/** The reading statements of the store, written once for every driver. */
import type { Transaction } from 'kysely'
import { refKey } from '../model/references.js'
import { KINDS, type Kind, type Resource, type ResourceRef, type Tag } from '../model/resource.js'
import { formatRef, parseChange, parseResource } from './rows.js'
import type { CloudMapReader } from './cloud-map-store.js'
import type { LogQuery, LogRow, Touch } from './log.js'
import type { RefColumns, ResourceRow, Schema } from './schema.js'
import { CLOUD_MAP_KINDS, SqlCloudMapReader } from './sql-cloud-map-read.js'
import { selectLog, selectOldestRevision, selectTouches } from './sql-log.js'
import type { Change, PageRequest, ReadTransaction, Scope, TokenRecord } from './store.js'

/** How long a client token is remembered, in milliseconds. */
export const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000

export class SqlReadTransaction implements ReadTransaction {
  protected readonly trx: Transaction<Schema>
  /** Milliseconds since the epoch, the same for the whole transaction. */
  readonly now: number

  constructor(trx: Transaction<Schema>, now: number) {
    this.trx = trx
    this.now = now
  }

  get cloudMap(): CloudMapReader {
    return new SqlCloudMapReader(this.trx, this.now)
  }

  async get<K extends Kind>(ref: ResourceRef<K>): Promise<Resource<K> | undefined> {
    const row = await this.row(ref)
    return row && (parseResource(row) as Resource<K>)
  }

  protected row(ref: ResourceRef): Promise<ResourceRow | undefined> {
    const columns: RefColumns = formatRef(ref)
    return this.trx
      .selectFrom('resource')
      .selectAll()
      .where((eb) => eb.and(columns))
      .executeTakeFirst()
  }

  async getByArn(arn: string): Promise<Resource | undefined> {
    const row = await this.trx.selectFrom('resource').selectAll().where('arn', '=', arn).executeTakeFirst()
    return row && parseResource(row)
  }

  async listMeshes(owner: string, page: PageRequest): Promise<Resource<'mesh'>[]> {
    let query = this.trx
      .selectFrom('resource')
      .selectAll()
      .where('kind', '=', 'mesh')
      .where('mesh_owner', '=', owner)
      .orderBy('mesh_name')
      .limit(page.limit)
    if (page.after !== undefined) query = query.where('mesh_name', '>', page.after)
    return (await query.execute()).map((row) => parseResource(row) as Resource<'mesh'>)
  }

  async list<K extends Exclude<Kind, 'mesh'>>(kind: K, scope: Scope, page: PageRequest): Promise<Resource<K>[]> {
    let query = this.trx
      .selectFrom('resource')
      .selectAll()
      .where('kind', '=', kind)
      .where('mesh_owner', '=', scope.meshOwner)
      .where('mesh_name', '=', scope.meshName)
      .where('parent_name', '=', scope.parentName ?? '')
      .orderBy('name')
      .limit(page.limit)
    if (page.after !== undefined) query = query.where('name', '>', page.after)
    return (await query.execute()).map((row) => parseResource(row) as Resource<K>)
  }

  async count(kind: Kind, scope: Scope | { readonly meshOwner: string }): Promise<number> {
    let query = this.trx
      .selectFrom('resource')
      .select((eb) => eb.fn.countAll<number | string>().as('total'))
      .where('kind', '=', kind)
      .where('mesh_owner', '=', scope.meshOwner)
    if ('meshName' in scope) {
      query = query.where('mesh_name', '=', scope.meshName)
      if (scope.parentName !== undefined) query = query.where('parent_name', '=', scope.parentName)
    }
    return Number((await query.executeTakeFirstOrThrow()).total)
  }

  async referrers(ref: ResourceRef): Promise<Resource[]> {
    const rows = await this.trx
      .selectFrom('reference')
      .innerJoin('resource', 'resource.arn', 'reference.from_arn')
      .selectAll('resource')
      .where('reference.target', '=', refKey(ref))
      .orderBy('resource.kind')
      .orderBy('resource.parent_name')
      .orderBy('resource.name')
      .execute()
    return rows.map(parseResource)
  }

  tags(arn: string): Promise<Tag[]> {
    return this.trx.selectFrom('tag').select(['key', 'value']).where('arn', '=', arn).orderBy('key').execute()
  }

  head(): Promise<number> {
    return selectHead(this.trx)
  }

  async mesh(place: Omit<Scope, 'parentName'>): Promise<Resource[]> {
    const all = this.trx.selectFrom('resource').selectAll().where('kind', 'in', KINDS)
    const rows = await all.where('mesh_owner', '=', place.meshOwner).where('mesh_name', '=', place.meshName).execute()
    return rows.map(parseResource)
  }

  async meshTags(place: Omit<Scope, 'parentName'>): Promise<ReadonlyMap<string, readonly Tag[]>> {
    const rows = await this.trx
      .selectFrom('resource')
      .innerJoin('tag', 'tag.arn', 'resource.arn')
      .select(['tag.arn', 'tag.key', 'tag.value'])
      .where('resource.kind', 'in', KINDS)
      .where('resource.mesh_owner', '=', place.meshOwner)
      .where('resource.mesh_name', '=', place.meshName)
      .orderBy('tag.arn')
      .orderBy('tag.key')
      .execute()
    const byArn = new Map<string, Tag[]>()
    for (const { arn, key, value } of rows) byArn.set(arn, [...(byArn.get(arn) ?? []), { key, value }])
    return byArn
  }

  log(query: LogQuery): Promise<LogRow[]> {
    return selectLog(this.trx, query)
  }

  touches(revision: number, limit: number): Promise<Touch[]> {
    return selectTouches(this.trx, revision, limit)
  }

  oldestRevision(): Promise<number | undefined> {
    return selectOldestRevision(this.trx)
  }

  async token(token: string): Promise<TokenRecord | undefined> {
    const row = await this.trx
      .selectFrom('client_token')
      .selectAll()
      .where('token', '=', token)
      .where('created_at', '>', this.now - TOKEN_LIFE_MS)
      .executeTakeFirst()
    return row && { operation: row.operation, arn: row.arn, requestHash: row.request_hash, revision: row.revision }
  }
}

/** The newest revision that `trx` sees. */
export async function selectHead(trx: Transaction<Schema>): Promise<number> {
  return (await trx.selectFrom('head').select('revision').where('id', '=', 1).executeTakeFirstOrThrow()).revision
}

/** Where a writer starts: the newest revision, and how many migrations a program must know to write here. */
export async function selectStart(trx: Transaction<Schema>): Promise<{ head: number; oldestReader: number }> {
  const start = trx.selectFrom('head').select(['revision as head', 'oldest_reader as oldestReader'])
  return start.where('id', '=', 1).executeTakeFirstOrThrow()
}

/** Whether the attempt `writeId` was committed as `revision`. */
export async function selectWritten(trx: Transaction<Schema>, revision: number, writeId: string): Promise<boolean> {
  const found = trx.selectFrom('change').select('position').where('revision', '=', revision)
  return (await found.where('write_id', '=', writeId).executeTakeFirst()) !== undefined
}

export async function selectAll(trx: Transaction<Schema>): Promise<Resource[]> {
  return (await trx.selectFrom('resource').selectAll().execute()).map(parseResource)
}

/** The first `limit` rows of App Mesh in the log after `revision`, and the rest of the last revision among them, however many rows that is. */
export async function selectChanges(trx: Transaction<Schema>, revision: number, limit: number): Promise<Change[]> {
  const all = trx.selectFrom('change').selectAll().orderBy('revision').orderBy('position')
  const ordered = all.where('kind', 'not in', CLOUD_MAP_KINDS)
  const rows = await ordered.where('revision', '>', revision).limit(limit).execute()
  const last = rows.at(-1)
  if (last && rows.length === limit)
    rows.push(...(await ordered.where('revision', '=', last.revision).where('position', '>', last.position).execute()))
  return rows.map(parseChange)
}
