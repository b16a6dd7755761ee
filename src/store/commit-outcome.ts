/**
 * What became of a write whose connection was lost while it committed (docs/adr: commits whose outcome is unknown). Whoever holds the write lock knows
 * that every earlier writer has ended; the log then says whether the attempt was committed, by the random id that it wrote there.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CommitUnknownError, SqlDriver } from './sql-driver.js'
import { selectWritten } from './sql-read.js'
import { StoreUnavailableError } from './store.js'

/** How long the database may take to come back. A client waits that long for its answer. */
const PATIENCE_MS = 10_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1000

/** Whether the attempt was committed. Throws StoreUnavailableError, caused by `unknown`, when the database does not come back to tell. */
export async function awaitOutcome(
  driver: SqlDriver,
  revision: number,
  writeId: string,
  unknown: CommitUnknownError,
): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await driver.db.transaction().execute(async (trx) => {
        await driver.lock(trx)
        return selectWritten(trx, revision, writeId)
      })
    } catch (error) {
      if (!driver.explain(error)) throw error
    }
    const jittered = pause * (0.5 + Math.random())
    if (performance.now() + jittered >= deadline)
      throw new StoreUnavailableError(
        'the store went away while the write was being committed: it is not known whether it was, ask again or look',
        { cause: unknown },
      )
    await sleep(jittered)
  }
}
