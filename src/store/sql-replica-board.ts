/** The board of replicas over SQL. */
import { sql, type RawBuilder, type Transaction } from 'kysely'
import { number, textColumn } from './columns.js'
import type { ReplicaBoard, ReplicaEntries, ReplicaEntry, ReplicaPost } from './replica-board.js'
import type { Schema } from './schema.js'
import type { SqlDriver } from './sql-driver.js'

/** Parameters of one statement are limited. */
const CHUNK = 1000

export class SqlReplicaBoard implements ReplicaBoard {
  readonly #driver: SqlDriver
  /** Milliseconds since the epoch by the database's clock, as SQL. */
  readonly #clock: RawBuilder<number>
  readonly #run: <T>(work: () => Promise<T>) => Promise<T>

  /** `run` runs a piece of work as the store runs its own: counted, refused once it is closed, errors explained. */
  constructor(driver: SqlDriver, clock: RawBuilder<number>, run: <T>(work: () => Promise<T>) => Promise<T>) {
    this.#driver = driver
    this.#clock = clock
    this.#run = run
  }

  post(post: ReplicaPost): Promise<boolean> {
    return this.#transaction(async (trx) => {
      const known = await this.#renew(trx, post)
      const { replica, complete } = post
      if (complete) await trx.deleteFrom('replica_entry').where('replica', '=', replica).execute()
      const rows = [...post.changed].map(([entry, body]) => ({ replica, entry, body }))
      for (const values of chunks(rows))
        await trx
          .insertInto('replica_entry')
          .values(values)
          .onConflict((conflict) =>
            conflict.columns(['replica', 'entry']).doUpdateSet((row) => ({ body: row.ref('excluded.body') })),
          )
          .execute()
      for (const entries of chunks(post.gone))
        await trx.deleteFrom('replica_entry').where('replica', '=', replica).where('entry', 'in', entries).execute()
      await this.#sweep(trx)
      return known
    })
  }

  async #renew(trx: Transaction<Schema>, { replica, name, appliedRevision, ttlMillis }: ReplicaPost): Promise<boolean> {
    const lease = { applied_revision: appliedRevision, expires_at: sql<number>`${this.#clock} + ${ttlMillis}` }
    const { numUpdatedRows } = await trx
      .updateTable('replica')
      .set(lease)
      .where('id', '=', replica)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows > 0n) return true
    await trx
      .insertInto('replica')
      .values({ id: replica, name, ...lease })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(lease))
      .execute()
    return false
  }

  /**
   * Takes the replica's own row before its entries, as `post` does: whoever comes second waits, and then finds what the first has left. A row that
   * somebody has is left alone: after a pause of the database all have expired, and replicas that wait for each other's would never end.
   */
  async #sweep(trx: Transaction<Schema>): Promise<void> {
    const over = await trx
      .deleteFrom('replica')
      .where('id', 'in', (eb) =>
        eb.selectFrom('replica').select('id').where('expires_at', '<', this.#clock).forUpdate().skipLocked(),
      )
      .returning('id')
      .execute()
    const ids = over.map(({ id }) => id)
    if (ids.length > 0) await trx.deleteFrom('replica_entry').where('replica', 'in', ids).execute()
  }

  read(): Promise<ReplicaEntries[]> {
    return this.#run(async () => {
      const { db } = this.#driver
      const rows = await db
        .selectFrom('replica')
        .leftJoin('replica_entry', 'replica_entry.replica', 'replica.id')
        .select(['id', 'name', 'applied_revision', 'entry', 'body'])
        .where('expires_at', '>=', this.#clock)
        .orderBy('name')
        .orderBy('id')
        .orderBy('entry')
        .execute()
      const found = new Map<string, ReplicaEntries & { entries: ReplicaEntry[] }>()
      for (const { id, name, applied_revision: appliedRevision, entry, body } of rows) {
        let replica = found.get(id)
        if (!replica) found.set(id, (replica = { replica: id, name, appliedRevision, entries: [] }))
        if (entry !== null && body !== null) replica.entries.push({ number: entry, text: body })
      }
      return [...found.values()]
    })
  }

  leave(replica: string): Promise<void> {
    return this.#transaction(async (trx) => {
      await trx.deleteFrom('replica').where('id', '=', replica).execute()
      await trx.deleteFrom('replica_entry').where('replica', '=', replica).execute()
    })
  }

  #transaction<T>(work: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
    return this.#run(() => this.#driver.db.transaction().execute(work))
  }
}

function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK)
}

/** The tables, as a migration. */
export async function createReplicaTables(trx: Transaction<Schema>, byteCollation: string): Promise<void> {
  const text = textColumn(byteCollation)
  await trx.schema
    .createTable('replica')
    .addColumn('id', 'text', (column) => text(column).primaryKey())
    .addColumn('name', 'text', text)
    .addColumn('applied_revision', 'bigint', number)
    .addColumn('expires_at', 'bigint', number)
    .execute()
  await trx.schema
    .createTable('replica_entry')
    .addColumn('replica', 'text', text)
    .addColumn('entry', 'bigint', number)
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('replica_entry_key', ['replica', 'entry'])
    .execute()
}
