/** The migration that makes the tables of Cloud Map. */
import type { Transaction } from 'kysely'
import type { CloudMapSchema } from './cloud-map-schema.js'
import { number, textColumn } from './columns.js'
import type { Schema } from './schema.js'

export async function createCloudMapTables(trx: Transaction<Schema>, byteCollation: string): Promise<void> {
  const text = textColumn(byteCollation)
  const create = <T extends keyof CloudMapSchema>(name: T) => trx.schema.createTable(name)
  await create('cloud_map_namespace')
    .addColumn('id', 'text', (column) => text(column).primaryKey())
    .addColumn('name', 'text', text)
    .addColumn('http_name', 'text', (column) => text(column).unique())
    .addColumn('body', 'text', text)
    .execute()
  await create('cloud_map_service')
    .addColumn('id', 'text', (column) => text(column).primaryKey())
    .addColumn('namespace_id', 'text', (column) => text(column).references('cloud_map_namespace.id'))
    .addColumn('name_key', 'text', text)
    .addColumn('instances_revision', 'bigint', number)
    .addColumn('body', 'text', text)
    .execute()
  await create('cloud_map_instance')
    .addColumn('service_id', 'text', (column) => text(column).references('cloud_map_service.id'))
    .addColumn('id', 'text', text)
    .addColumn('expires_at', 'bigint')
    .addColumn('operation_id', 'text')
    .addColumn('body', 'text', text)
    .addPrimaryKeyConstraint('cloud_map_instance_key', ['service_id', 'id'])
    .execute()
  await create('cloud_map_operation')
    .addColumn('id', 'text', (column) => text(column).primaryKey())
    .addColumn('type', 'text', text)
    .addColumn('namespace_id', 'text', text)
    .addColumn('service_id', 'text', text)
    .addColumn('updated_at', 'bigint', number)
    .addColumn('expires_at', 'bigint', number)
    .addColumn('body', 'text', text)
    .execute()
  await createIndexes(trx)
}

const INDEXES: readonly (readonly [keyof CloudMapSchema, readonly string[]])[] = [
  ['cloud_map_namespace', ['name']],
  ['cloud_map_service', ['namespace_id', 'name_key']],
  ['cloud_map_instance', ['expires_at']],
  ['cloud_map_operation', ['expires_at']],
]

async function createIndexes(trx: Transaction<Schema>): Promise<void> {
  for (const [table, columns] of INDEXES)
    await trx.schema
      .createIndex(`${table}_${columns[0] ?? ''}`)
      .on(table)
      .columns([...columns])
      .execute()
}
