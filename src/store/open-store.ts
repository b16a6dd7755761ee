/** From the text of `--store` to a store that is ready. */
import { parseStoreAddress } from './address.js'
import { migrate } from './migrations.js'
import type { SqlDriver } from './sql-driver.js'
import { SqlStore, type SqlStoreOptions } from './sql-store.js'
import { openSqlite } from './sqlite.js'
import type { Store } from './store.js'

/**
 * Opens the store at `address`, made when it does not exist, and brings it to the newest schema.
 * Throws StoreUnavailableError when it cannot be used, or is served by another process.
 */
export async function openStore(address: string, options: SqlStoreOptions = {}): Promise<Store> {
  const driver: SqlDriver = openSqlite(parseStoreAddress(address).path)
  try {
    await migrate(driver, options.now ?? Date.now)
    return new SqlStore(driver, options)
  } catch (error) {
    await driver.close()
    throw driver.explain(error) ?? error
  }
}
