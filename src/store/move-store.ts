/** Copies, backups and restores of whole stores. The source may be in use meanwhile. */
import { formatStoreAddress, type StoreAddress } from './address.js'
import { openBackup, writeBackup } from './backup.js'
import { fillStore, readContents, type Contents } from './contents.js'
import { openMigrated } from './open-store.js'
import { openPostgresForWork } from './postgres.js'
import type { SqlDriver } from './sql-driver.js'
import { openSqliteForReading } from './sqlite.js'
import { StoreUnavailableError } from './store.js'

export interface Moved {
  readonly revision: number
  /** `same`: the target had everything already. */
  readonly outcome: 'filled' | 'same'
}

/** Copies everything: resources, tags, client tokens, the log and its revisions. Throws StoreUnavailableError when the target has something else. */
export async function copyStore(from: StoreAddress, to: StoreAddress): Promise<Moved> {
  if (formatStoreAddress(from) === formatStoreAddress(to) && from.scheme === 'sqlite')
    throw new StoreUnavailableError('source and target are the same file')
  return reading(from, (contents) => fill(to, contents))
}

/** Writes everything to a file. */
export async function backUp(from: StoreAddress, path: string): Promise<{ revision: number; rows: number }> {
  return reading(from, async (contents) => ({
    revision: contents.revision,
    rows: await writeBackup(path, contents, Date.now()),
  }))
}

/** Reads a backup into an empty store. Throws BackupError when it is not whole, StoreUnavailableError when the target has something else. */
export async function restore(path: string, to: StoreAddress): Promise<Moved> {
  return fill(to, await openBackup(path))
}

async function fill(to: StoreAddress, contents: Contents): Promise<Moved> {
  const target = await openMigrated(to)
  try {
    return { revision: contents.revision, outcome: await fillStore(target, contents) }
  } finally {
    await target.close()
  }
}

async function reading<T>(from: StoreAddress, work: (contents: Contents) => Promise<T>): Promise<T> {
  const source: SqlDriver = from.scheme === 'sqlite' ? openSqliteForReading(from.path) : await openPostgresForWork(from)
  try {
    return await readContents(source, work)
  } finally {
    await source.close()
  }
}
