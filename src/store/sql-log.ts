/** The statements behind log.ts, written once for every driver. */
import { sql, type Transaction } from 'kysely'
import type { CloudMapKind } from '../model/cloud-map/resource.js'
import type { LogQuery, LogRef, LogRow, Touch } from './log.js'
import { parseChange, parseRef } from './rows.js'
import type { ChangeRow, RefColumns, Schema } from './schema.js'
import { CLOUD_MAP_KINDS, parseCloudMapChange } from './sql-cloud-map-read.js'
import { LogTrimmedError } from './store.js'

/** The newest `limit` rows that fit, newest first, and the rest of the last revision among them, however many rows that is. */
export async function selectLog(trx: Transaction<Schema>, { before, limit, ...wanted }: LogQuery): Promise<LogRow[]> {
  let query = trx.selectFrom('change').selectAll().orderBy('revision', 'desc').orderBy('position', 'desc')
  for (const [member, column] of FILTERS) {
    const value = wanted[member]
    if (value !== undefined) query = query.where(column, '=', value)
  }
  // In these words, so that the databases see that their index of meshes will do.
  if (wanted.meshName !== undefined && wanted.meshName !== '') query = query.where(sql<boolean>`mesh_name <> ''`)
  const page = before === undefined ? query : query.where('revision', '<', before)
  const rows = await page.limit(limit).execute()
  const last = rows.at(-1)
  if (last && rows.length === limit)
    rows.push(...(await query.where('revision', '=', last.revision).where('position', '<', last.position).execute()))
  return rows.map(parseRow)
}

const FILTERS = [
  ['kind', 'kind'],
  ['meshName', 'mesh_name'],
  ['meshOwner', 'mesh_owner'],
  ['parentName', 'parent_name'],
  ['name', 'name'],
  ['principal', 'principal'],
  ['operation', 'operation'],
] as const satisfies readonly (readonly [keyof LogQuery, keyof ChangeRow])[]

/** What was touched after `revision`, in order: at most `limit` rows, which may end within a revision. */
export async function selectTouches(trx: Transaction<Schema>, revision: number, limit: number): Promise<Touch[]> {
  const rows = await trx
    .selectFrom('change')
    .select(['revision', 'kind', 'mesh_owner', 'mesh_name', 'parent_name', 'name'])
    .where('revision', '>', revision)
    .orderBy('revision')
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ revision: row.revision, ref: parseLogRef(row) }))
}

/** The oldest revision that the log still tells of; undefined when it is empty. */
export async function selectOldestRevision(trx: Transaction<Schema>): Promise<number | undefined> {
  const first = trx.selectFrom('change').select('revision').orderBy('revision').limit(1)
  return (await first.executeTakeFirst())?.revision
}

/** Throws LogTrimmedError when rows after `revision` are gone. Every revision has rows, and they go from the oldest on. */
export async function demandLogAfter(trx: Transaction<Schema>, revision: number): Promise<void> {
  const after = trx.selectFrom('change').select('revision').where('revision', '>', revision)
  const next = await after.orderBy('revision').limit(1).executeTakeFirst()
  if (next && next.revision > revision + 1) throw new LogTrimmedError(revision, next.revision)
}

/**
 * Removes the oldest revisions, about `limit` rows of them, as far as they are from before `time` (milliseconds since the epoch); never the newest one.
 * Returns how many rows that was.
 */
export async function trimLog(trx: Transaction<Schema>, time: number, limit: number): Promise<number> {
  const oldest = await trx
    .selectFrom('change')
    .select(['revision', 'time'])
    .where('revision', '<', (eb) => eb.selectFrom('head').select('revision').where('id', '=', 1))
    .orderBy('revision')
    .orderBy('position')
    .limit(limit)
    .execute()
  const staying = oldest.findIndex((row) => row.time >= time)
  const last = oldest[(staying === -1 ? oldest.length : staying) - 1]
  if (!last) return 0
  const { numDeletedRows } = await trx.deleteFrom('change').where('revision', '<=', last.revision).executeTakeFirst()
  return Number(numDeletedRows)
}

function parseRow(row: ChangeRow): LogRow {
  const ref = parseLogRef(row)
  return isCloudMapKind(row.kind) ? { ...parseCloudMapChange(row), ref, arn: row.arn } : parseChange(row)
}

function parseLogRef(row: Pick<ChangeRow, 'kind' | Exclude<keyof RefColumns, 'kind'>>): LogRef {
  const { kind, parent_name, name } = row
  if (!isCloudMapKind(kind)) return parseRef({ ...row, kind })
  return { kind, ...(parent_name !== '' && { parentName: parent_name }), name }
}

function isCloudMapKind(kind: ChangeRow['kind']): kind is CloudMapKind {
  return (CLOUD_MAP_KINDS as readonly string[]).includes(kind)
}
