/** The driver of PostgreSQL, loaded when the first such store is opened: SQLite starts without it. */
import { createRequire } from 'node:module'
import type pg from 'pg'

let library: typeof pg | undefined

export function loadPg(): typeof pg {
  library ??= createRequire(import.meta.url)('pg') as typeof pg
  return library
}
