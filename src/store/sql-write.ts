/** The writing statements of the store, written once for every driver. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { referencesOf, refKey } from '../model/references.js'
import type { Resource, ResourceRef, Tag } from '../model/resource.js'
import { formatLogged, formatRef, formatResource, parseResource } from './rows.js'
import type { ChangeRow, Schema } from './schema.js'
import { SqlCloudMapWriter, type LoggedColumns } from './sql-cloud-map-write.js'
import { SqlReadTransaction, TOKEN_LIFE_MS } from './sql-read.js'
import type { Author, TokenRecord, WriteTransaction } from './store.js'

/** Expired tokens that one write takes away: more than a write can add, so they never pile up, and never many at once. */
const TOKENS_PRUNED = 100

/** What one transaction did to one resource, whatever the number of steps. */
interface Touched {
  readonly ref: ResourceRef
  readonly before: string | null
  after: string | null
  tags?: { readonly before: string; after: string }
}

export class SqlWriteTransaction extends SqlReadTransaction implements WriteTransaction {
  readonly revision: number
  /** Names this attempt in the log. */
  readonly writeId: string = randomUUID()
  /** By ARN, in the order of first touch. */
  readonly #touched = new Map<string, Touched>()
  readonly #tokens: string[] = []
  readonly #cloudMap: SqlCloudMapWriter

  constructor(trx: Transaction<Schema>, now: number, revision: number) {
    super(trx, now)
    this.revision = revision
    this.#cloudMap = new SqlCloudMapWriter(trx, now, revision)
  }

  override get cloudMap(): SqlCloudMapWriter {
    return this.#cloudMap
  }

  async put(resource: Resource): Promise<void> {
    const { arn } = resource.metadata
    const row = formatResource(resource)
    const touched = await this.#touch(resource.ref, arn)
    const { kind, mesh_owner, mesh_name, parent_name, name, ...values } = row
    await this.trx
      .insertInto('resource')
      .values({ kind, mesh_owner, mesh_name, parent_name, name, ...values })
      .onConflict((oc) => oc.columns(['kind', 'mesh_owner', 'mesh_name', 'parent_name', 'name']).doUpdateSet(values))
      .execute()
    await this.#putReferences(resource)
    touched.after = formatLogged(resource)
  }

  async #putReferences(resource: Resource): Promise<void> {
    const from_arn = resource.metadata.arn
    await this.trx.deleteFrom('reference').where('from_arn', '=', from_arn).execute()
    for (const target of new Set(referencesOf(resource).map(refKey)))
      await this.trx.insertInto('reference').values({ from_arn, target }).execute()
  }

  async remove(ref: ResourceRef): Promise<void> {
    const row = await this.row(ref)
    if (!row) throw new Error(`there is no ${ref.kind} ${ref.name} to remove`)
    const touched = await this.#touch(ref, row.arn)
    await this.trx
      .deleteFrom('resource')
      .where((eb) => eb.and(formatRef(ref)))
      .execute()
    touched.after = null
    delete touched.tags
  }

  async setTags(arn: string, tags: readonly Tag[]): Promise<void> {
    const resource = await this.getByArn(arn)
    if (!resource) throw new Error(`there is no ${arn} to tag`)
    const touched = await this.#touch(resource.ref, arn)
    const before = touched.tags?.before ?? JSON.stringify(await this.tags(arn))
    await this.trx.deleteFrom('tag').where('arn', '=', arn).execute()
    for (const { key, value } of tags) await this.trx.insertInto('tag').values({ arn, key, value }).execute()
    touched.tags = { before, after: JSON.stringify(await this.tags(arn)) }
  }

  async rememberToken(token: string, record: Omit<TokenRecord, 'revision'>): Promise<void> {
    const { operation, arn, requestHash: request_hash } = record
    const values = { operation, arn, request_hash, revision: this.revision, created_at: this.now }
    await this.#pruneTokens()
    await this.trx
      .insertInto('client_token')
      .values({ token, ...values })
      .onConflict((oc) => oc.column('token').doUpdateSet(values))
      .execute()
    this.#tokens.push(token)
  }

  async #pruneTokens(): Promise<void> {
    await this.trx
      .deleteFrom('client_token')
      .where('token', 'in', (eb) =>
        eb
          .selectFrom('client_token')
          .select('token')
          .where('created_at', '<=', this.now - TOKEN_LIFE_MS)
          .orderBy('created_at')
          .limit(TOKENS_PRUNED),
      )
      .execute()
  }

  /** Writes the log and moves the head. Returns the revision of the transaction: the old head when nothing has changed. */
  async finish(author: Author): Promise<number> {
    const rows = this.#changes(author)
    if (rows.length === 0) {
      const head = this.revision - 1
      for (const token of this.#tokens)
        await this.trx.updateTable('client_token').set({ revision: head }).where('token', '=', token).execute()
      return head
    }
    for (const row of rows) await this.trx.insertInto('change').values(row).execute()
    await this.trx.updateTable('head').set({ revision: this.revision }).where('id', '=', 1).execute()
    return this.revision
  }

  #changes({ principal, operation }: Author): ChangeRow[] {
    const logged = [...this.#loggedResources(), ...this.#cloudMap.changes()]
    return logged.map((columns, position) => ({
      tags_before: null,
      tags_after: null,
      ...columns,
      revision: this.revision,
      position,
      time: this.now,
      principal,
      operation,
      write_id: position === 0 ? this.writeId : null,
    }))
  }

  #loggedResources(): (LoggedColumns & Pick<ChangeRow, 'tags_before' | 'tags_after'>)[] {
    const changed = [...this.#touched].filter(
      ([, { before, after, tags }]) => before !== after || tags?.before !== tags?.after,
    )
    return changed.map(([arn, { ref, before, after, tags }]) => ({
      ...formatRef(ref),
      arn,
      before,
      after,
      tags_before: tags?.before ?? null,
      tags_after: tags?.after ?? null,
    }))
  }

  /** The record of what happens to a resource, which starts with the resource as the transaction found it. */
  async #touch(ref: ResourceRef, arn: string): Promise<Touched> {
    const known = this.#touched.get(arn)
    if (known) return known
    const row = await this.row(ref)
    const before = row ? formatLogged(parseResource(row)) : null
    const touched: Touched = { ref, before, after: before }
    this.#touched.set(arn, touched)
    return touched
  }
}

/** Changes pages and leaves nothing: SQLite does not write a value that is there already. */
export async function writeInVain(trx: Transaction<Schema>): Promise<void> {
  const token = randomUUID()
  const values = { operation: '', arn: '', request_hash: '', revision: 0, created_at: 0 }
  await trx
    .insertInto('client_token')
    .values({ token, ...values })
    .execute()
  await trx.deleteFrom('client_token').where('token', '=', token).execute()
}
