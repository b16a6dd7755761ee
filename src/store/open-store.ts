/** From the text of `--store` to a store that is ready. */
import { formatStoreAddress, parseStoreAddress, type StoreAddress } from './address.js'
import type { PostgresEvents } from './change-listener.js'
import { migrate } from './migrations.js'
import { openPostgres, openPostgresForWork } from './postgres.js'
import type { SqlDriver } from './sql-driver.js'
import { SqlStore, type SqlStoreOptions } from './sql-store.js'
import { openSqlite } from './sqlite.js'
import { StoreUnavailableError, type Store } from './store.js'

export type StoreOptions = SqlStoreOptions & PostgresEvents

/**
 * Opens the store at `address` and brings it to the newest schema. A SQLite file is made when it does not exist; a PostgreSQL database must be there.
 * Throws StoreUnavailableError when it cannot be used, or is a file that is served by another process.
 */
export async function openStore(address: string | StoreAddress, options: StoreOptions = {}): Promise<Store> {
  const parsed = typeof address === 'string' ? parseStoreAddress(address) : address
  const driver = await openDriver(parsed, options)
  return new SqlStore(driver, options)
}

async function openDriver(address: StoreAddress, options: StoreOptions): Promise<SqlDriver> {
  const now = options.now ?? Date.now
  if (address.scheme === 'sqlite') return openMigrated(address, now)
  try {
    // A migration may take longer than serving would wait.
    await (await openMigrated(address, now)).close()
    return await openPostgres(address, options)
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error
    throw new StoreUnavailableError(`${formatStoreAddress(address)}: ${error.message}`, { cause: error })
  }
}

/** The database at `address`, with the newest schema, for one piece of work that may take its time. Throws StoreUnavailableError. */
export async function openMigrated(address: StoreAddress, now: () => number = Date.now): Promise<SqlDriver> {
  const driver = address.scheme === 'sqlite' ? openSqlite(address.path) : await openPostgresForWork(address)
  return withMigrations(driver, now)
}

/** `driver` with the newest schema; closed when that cannot be. */
async function withMigrations(driver: SqlDriver, now: () => number): Promise<SqlDriver> {
  try {
    await migrate(driver, now)
    return driver
  } catch (error) {
    await driver.close()
    throw driver.explain(error) ?? error
  }
}
