/**
 * The numbered migrations. Each one is applied once, in order, together with its record and in one transaction, so an interrupted upgrade leaves
 * the store as it was. A migration that has been released is never edited: the next one corrects it.
 *
 * Replicas of two versions run on one store during an upgrade. A migration that only adds (tables, columns that may be null or have a default) leaves
 * older programs at work; one that takes away or changes the meaning of something says with `oldestReader` which programs can still work, and
 * comes a release after the last program that needs the old form. Older ones refuse to start on it, and those that run refuse to write.
 */
import { sql, type CreateTableBuilder, type Transaction } from 'kysely'
import { createCloudMapTables } from './cloud-map-tables.js'
import { number, textColumn, type Column } from './columns.js'
import { createReplicaTables } from './sql-replica-board.js'
import type { MigrationRow, Schema } from './schema.js'
import type { SqlDriver } from './sql-driver.js'
import { StoreUnavailableError } from './store.js'

export interface Migration {
  readonly name: string
  /** How many migrations a program must know to work with the store after this one; absent when every program can that worked before. */
  readonly oldestReader?: number
  readonly up: (trx: Transaction<Schema>, byteCollation: string) => Promise<void>
}

export const MIGRATIONS: readonly Migration[] = [
  { name: 'first tables', up: createFirstTables },
  { name: 'oldest reader, write ids', up: addOldestReader },
  { name: 'cloud map', up: createCloudMapTables },
  { name: 'replicas', up: createReplicaTables },
  { name: 'history', up: indexLog },
]

/** The migration that made the column which says who may work with the store. */
const OLDEST_READER_SINCE = 2

/**
 * Brings the store to the newest schema. Throws StoreUnavailableError when a newer program than this one has changed it in a way that this one cannot
 * work with. Returns the names of what it applied.
 */
export async function migrate(
  driver: SqlDriver,
  now: () => number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<string[]> {
  return driver.db.transaction().execute(async (trx) => {
    await driver.lock(trx)
    await createTable(trx, 'migration')
      .ifNotExists()
      .addColumn('number', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute()
    const done = await trx.selectFrom('migration').select(['number', 'name']).orderBy('number').execute()
    await refuseStrangers(trx, done, migrations)
    const pending = migrations.slice(done.length)
    for (const [index, { name, up }] of pending.entries()) {
      await up(trx, driver.byteCollation)
      const number = done.length + index + 1
      await trx.insertInto('migration').values({ number, name, applied_at: now() }).execute()
    }
    const oldest = Math.max(0, ...pending.map(({ oldestReader = 0 }) => oldestReader))
    if (oldest > 0)
      await trx.updateTable('head').set({ oldest_reader: oldest }).where('oldest_reader', '<', oldest).execute()
    return pending.map(({ name }) => name)
  })
}

type Done = Pick<MigrationRow, 'number' | 'name'>

/** What is known here must be there as it is known here; what is not known must leave room for programs like this one. */
async function refuseStrangers(trx: Transaction<Schema>, done: Done[], known: readonly Migration[]): Promise<void> {
  const other = done.find(
    ({ number, name }, index) => number !== index + 1 || (index < known.length && name !== known[index]?.name),
  )
  const stranger = done[known.length]
  const newest = done.at(-1)?.number ?? 0
  const readable = stranger && newest >= OLDEST_READER_SINCE && (await selectOldestReader(trx)) <= known.length
  const refused = other ?? (readable ? undefined : stranger)
  if (refused)
    throw new StoreUnavailableError(
      `the store was written by a newer meshkeeper: its migration ${refused.number} (${refused.name}) is not known here; run that version, or restore an older backup`,
    )
}

async function selectOldestReader(trx: Transaction<Schema>): Promise<number> {
  return (await trx.selectFrom('head').select('oldest_reader').where('id', '=', 1).executeTakeFirstOrThrow())
    .oldest_reader
}

/** Types the name: a table that the schema does not have does not compile. */
function createTable<T extends keyof Schema>(trx: Transaction<Schema>, name: T): CreateTableBuilder<T> {
  return trx.schema.createTable(name)
}

async function createFirstTables(trx: Transaction<Schema>, byteCollation: string): Promise<void> {
  const text = textColumn(byteCollation)
  await createResourceTables(trx, text)
  await createLogTables(trx, text)
}

async function createResourceTables(trx: Transaction<Schema>, text: Column): Promise<void> {
  await createTable(trx, 'resource')
    .addColumn('kind', 'text', text)
    .addColumn('mesh_owner', 'text', text)
    .addColumn('mesh_name', 'text', text)
    .addColumn('parent_name', 'text', text)
    .addColumn('name', 'text', text)
    .addColumn('arn', 'text', (column) => text(column).unique())
    .addColumn('uid', 'text', text)
    .addColumn('version', 'bigint', number)
    .addColumn('created_at', 'bigint', number)
    .addColumn('updated_at', 'bigint', number)
    .addColumn('resource_owner', 'text', text)
    .addColumn('spec', 'text', text)
    .addPrimaryKeyConstraint('resource_key', ['kind', 'mesh_owner', 'mesh_name', 'parent_name', 'name'])
    .execute()

  await createTable(trx, 'reference')
    .addColumn('from_arn', 'text', (column) => text(column).references('resource.arn').onDelete('cascade'))
    .addColumn('target', 'text', text)
    .addPrimaryKeyConstraint('reference_key', ['from_arn', 'target'])
    .execute()
  await trx.schema.createIndex('reference_target').on('reference').column('target').execute()

  await createTable(trx, 'tag')
    .addColumn('arn', 'text', (column) => text(column).references('resource.arn').onDelete('cascade'))
    .addColumn('key', 'text', text)
    .addColumn('value', 'text', text)
    .addPrimaryKeyConstraint('tag_key', ['arn', 'key'])
    .execute()
}

async function createLogTables(trx: Transaction<Schema>, text: Column): Promise<void> {
  await createTable(trx, 'change')
    .addColumn('revision', 'bigint', number)
    .addColumn('position', 'integer', number)
    .addColumn('time', 'bigint', number)
    .addColumn('principal', 'text', text)
    .addColumn('operation', 'text', text)
    .addColumn('kind', 'text', text)
    .addColumn('mesh_owner', 'text', text)
    .addColumn('mesh_name', 'text', text)
    .addColumn('parent_name', 'text', text)
    .addColumn('name', 'text', text)
    .addColumn('arn', 'text', text)
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('tags_before', 'text')
    .addColumn('tags_after', 'text')
    .addPrimaryKeyConstraint('change_key', ['revision', 'position'])
    .execute()

  await createTable(trx, 'client_token')
    .addColumn('token', 'text', (column) => text(column).primaryKey())
    .addColumn('operation', 'text', text)
    .addColumn('arn', 'text', text)
    .addColumn('request_hash', 'text', text)
    .addColumn('revision', 'bigint', number)
    .addColumn('created_at', 'bigint', number)
    .execute()
  await trx.schema.createIndex('client_token_created_at').on('client_token').column('created_at').execute()

  await createTable(trx, 'head')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('revision', 'bigint', number)
    .execute()
  await trx.insertInto('head').values({ id: 1, revision: 0 }).execute()
}

async function addOldestReader(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .alterTable('head')
    .addColumn('oldest_reader', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await trx.schema.alterTable('change').addColumn('write_id', 'text').execute()
}

/** Newest first, of one mesh and of one name: most rows of the log may be of instances that come and go. */
async function indexLog(trx: Transaction<Schema>): Promise<void> {
  await trx.schema
    .createIndex('change_mesh')
    .on('change')
    .columns(['mesh_name', 'revision', 'position'])
    .where(sql<boolean>`mesh_name <> ''`)
    .execute()
  await trx.schema.createIndex('change_name').on('change').columns(['name', 'revision', 'position']).execute()
}
