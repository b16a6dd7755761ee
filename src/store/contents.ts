/** Everything in a store, as pages of rows in an order that does not depend on the driver: what copies and backups are made of. */
import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { MIGRATIONS } from './migrations.js'
import type { Schema } from './schema.js'
import type { SqlDriver } from './sql-driver.js'
import { selectHead } from './sql-read.js'
import { StoreUnavailableError } from './store.js'

/** The key of each table that is copied, those that are referred to first. `own`: every store has its own. */
const TABLES: { readonly [T in keyof Schema]: readonly (keyof Schema[T] & string)[] | 'own' } = {
  resource: ['kind', 'mesh_owner', 'mesh_name', 'parent_name', 'name'],
  reference: ['from_arn', 'target'],
  tag: ['arn', 'key'],
  change: ['revision', 'position'],
  client_token: ['token'],
  cloud_map_namespace: ['id'],
  cloud_map_service: ['id'],
  cloud_map_instance: ['service_id', 'id'],
  cloud_map_operation: ['id'],
  replica: 'own',
  replica_entry: 'own',
  head: 'own',
  migration: 'own',
}

export type Table = keyof Schema
export type Row = Readonly<Record<string, string | number | null>>

export interface Page {
  readonly table: Table
  readonly rows: readonly Row[]
}

export interface Contents {
  readonly revision: number
  /** May be asked for more than once. */
  pages(): AsyncIterable<Page>
}

/** Rows that are in memory at once. */
const PAGE = 200

export function isTable(name: unknown): name is Table {
  return typeof name === 'string' && Object.hasOwn(TABLES, name) && TABLES[name as Table] !== 'own'
}

/** Runs `work` on one consistent picture of the store. Throws StoreUnavailableError when its tables are not those of this program. */
export async function readContents<T>(driver: SqlDriver, work: (contents: Contents) => Promise<T>): Promise<T> {
  const reading = driver.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return explained(driver, () =>
    reading.execute(async (trx) => {
      await demandSameSchema(trx)
      return work({ revision: await selectHead(trx), pages: () => selectPages(trx) })
    }),
  )
}

/**
 * Puts `contents` into an empty store, all of it or nothing. Gives `same` when the store has exactly that already. Throws StoreUnavailableError when it
 * has anything else.
 */
export async function fillStore(driver: SqlDriver, contents: Contents): Promise<'filled' | 'same'> {
  return explained(driver, () =>
    driver.db.transaction().execute(async (trx) => {
      await driver.lock(trx)
      const head = await selectHead(trx)
      if (head !== 0 || !(await isEmpty(trx))) {
        const there: Contents = { revision: head, pages: () => selectPages(trx) }
        if (await isSame(contents, there)) return 'same'
        throw new StoreUnavailableError(`the target is not empty: it is at revision ${head} and has something else`)
      }
      for await (const { table, rows } of contents.pages()) await insert(trx, table, rows)
      await trx.updateTable('head').set({ revision: contents.revision }).where('id', '=', 1).execute()
      await driver.announce?.(trx, contents.revision)
      return 'filled'
    }),
  )
}

async function explained<T>(driver: SqlDriver, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw driver.explain(error) ?? error
  }
}

async function demandSameSchema(trx: Transaction<Schema>): Promise<void> {
  const done = await trx.selectFrom('migration').select('name').orderBy('number').execute()
  if (done.length === MIGRATIONS.length && done.every(({ name }, index) => name === MIGRATIONS[index]?.name)) return
  throw new StoreUnavailableError(
    'the store was written by another version of meshkeeper: use that version, or serve the store with this one first',
  )
}

const NAMES = (Object.keys(TABLES) as Table[]).filter(isTable)

async function* selectPages(trx: Transaction<Schema>): AsyncGenerator<Page> {
  for (const table of NAMES) {
    let last: Row | undefined
    do {
      const rows = await selectPage(trx, table, last)
      if (rows.length > 0) yield { table, rows }
      last = rows.length === PAGE ? rows.at(-1) : undefined
    } while (last)
  }
}

/** The rows after `last` in the order of the key. */
async function selectPage(trx: Transaction<Schema>, table: Table, last: Row | undefined): Promise<Row[]> {
  const key = TABLES[table] as readonly string[]
  const columns = sql.join(key.map((column) => sql.ref(column)))
  const after = last ? sql`where (${columns}) > (${sql.join(key.map((column) => last[column]))})` : sql``
  const page = sql<Row>`select * from ${sql.table(table)} ${after} order by ${columns} limit ${PAGE}`
  return (await page.execute(trx)).rows
}

async function isEmpty(trx: Transaction<Schema>): Promise<boolean> {
  for await (const { rows } of selectPages(trx)) if (rows.length > 0) return false
  return true
}

async function insert(trx: Transaction<Schema>, table: Table, rows: readonly Row[]): Promise<void> {
  // The rows are those of the table: they come from one of the same schema, or of an older one whose columns are still there.
  await trx
    .insertInto(table as 'tag')
    .values(rows as unknown as Schema['tag'][])
    .execute()
}

async function isSame(one: Contents, other: Contents): Promise<boolean> {
  return one.revision === other.revision && (await digest(one)) === (await digest(other))
}

async function digest(contents: Contents): Promise<string> {
  const hash = createHash('sha256')
  for await (const { table, rows } of contents.pages()) for (const row of rows) hash.update(formatRow(table, row))
  return hash.digest('hex')
}

/** One line, the same whatever the order in which a driver gives the columns. */
export function formatRow(table: Table, row: Row): string {
  const columns = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${JSON.stringify([table, Object.fromEntries(columns)])}\n`
}
